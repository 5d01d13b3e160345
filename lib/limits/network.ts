import type { IncomingMessage } from 'node:http';

import ipaddr from 'ipaddr.js';

import { hostAndPort } from '../core/addresses.ts';
import { clientAddressOf } from './forwarded.ts';

/** The part of an IPv6 address that is one customer's network, in units of 16 bits. */
const IPV6_NETWORK_PARTS = 4;

/** The network of requests whose address is not known. */
const NOWHERE = 'unknown';

/**
 * The network that a request comes from, by which limits are counted: the IPv4
 * address, or the /64 of an IPv6 address, in which one client has them all.
 *
 * @param trustProxy - The proxies whose word on the client's address counts.
 */
export function networkOf(
  request: IncomingMessage,
  trustProxy: readonly string[],
): string {
  return networkOfAddress(clientAddressOf(request, trustProxy));
}

/** The network of an address, as {@link networkOf} counts it. */
export function networkOfAddress(address: string | undefined): string {
  // Of a link-local address, the zone is a name of this machine's own.
  const bare = address?.replace(/%.*$/, '');
  if (bare === undefined || !ipaddr.isValid(bare)) {
    return NOWHERE;
  }
  const parsed = ipaddr.process(bare);
  return parsed instanceof ipaddr.IPv6
    ? `${parsed.parts
        .slice(0, IPV6_NETWORK_PARTS)
        .map((part) => part.toString(16))
        .join(':')}::/64`
    : parsed.toString();
}

/** Tells if an address means all addresses of this machine. */
export function isWildcard(address: string): boolean {
  return (
    ipaddr.isValid(address) && ipaddr.parse(address).range() === 'unspecified'
  );
}

/** Tells if only this machine can reach a server that listens on a host. */
export function isLoopback(host: string): boolean {
  return ipaddr.isValid(host)
    ? ipaddr.process(host).range() === 'loopback'
    : host === 'localhost';
}

/**
 * The host at which this machine reaches what listens on a host: for all
 * addresses of a family, the loopback address of that family.
 */
export function loopbackFor(host: string): string {
  if (!isWildcard(host)) {
    return host;
  }
  return ipaddr.parse(host).kind() === 'ipv6' ? '::1' : '127.0.0.1';
}

/** The origin of what listens on a host and port, such as `https://[::1]:4443`. */
export function originAt(scheme: string, host: string, port: number): string {
  return `${scheme}://${hostAndPort(host, port)}`;
}
