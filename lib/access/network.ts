import type { IncomingMessage } from 'node:http';

import ipaddr from 'ipaddr.js';
import proxyAddr from 'proxy-addr';

/** How much of an IPv6 address is one customer's network, in 16 bits. */
const IPV6_NETWORK_PARTS = 4;

/** Requests whose address nobody can tell any more share this one. */
const NOWHERE = 'unknown';

type Trust = (address: string, hops: number) => boolean;

const compiled = new WeakMap<readonly string[], Trust>();

/**
 * The network that a request comes from, by which limits are counted: the IPv4
 * address, or the /64 of an IPv6 address, in which one client has them all.
 *
 * @param trustProxy - Whose word in `X-Forwarded-For` counts.
 */
export function networkOf(
  request: IncomingMessage,
  trustProxy: readonly string[],
): string {
  let trust = compiled.get(trustProxy);
  if (trust === undefined) {
    trust = proxyAddr.compile([...trustProxy]);
    compiled.set(trustProxy, trust);
  }
  // A socket that is gone already has no address, whatever the types say.
  const address: string | undefined = proxyAddr(request, trust);
  if (address === undefined || !ipaddr.isValid(address)) {
    return NOWHERE;
  }
  const parsed = ipaddr.process(address);
  return parsed instanceof ipaddr.IPv6
    ? `${parsed.parts
        .slice(0, IPV6_NETWORK_PARTS)
        .map((part) => part.toString(16))
        .join(':')}::/64`
    : parsed.toString();
}

/** Whether {@link networkOf} can work with an entry of `access.trustProxy`. */
export function isProxy(entry: string): boolean {
  try {
    proxyAddr.compile(entry);
    return true;
  } catch {
    return false;
  }
}

/** Whether an address stands for all of this machine's. */
export function isWildcard(address: string): boolean {
  return address === '0.0.0.0' || address === '::';
}

/** Whether only this machine can reach what listens on the host. */
export function isLoopback(host: string): boolean {
  return ipaddr.isValid(host)
    ? ipaddr.process(host).range() === 'loopback'
    : host === 'localhost';
}
