import { networkInterfaces } from 'node:os';

import ipaddr from 'ipaddr.js';

import { isLoopback } from '../limits/network.ts';
import type { RtcOptions } from './options.ts';

/** The addresses that clients are told to send media to. */
export function announcedAddresses({
  announcedAddress: given = [],
}: Pick<RtcOptions, 'announcedAddress'>): readonly string[] {
  return typeof given === 'string' ? [given] : given;
}

/** An address that a worker binds, and the one that clients are told instead. */
interface BoundAddress {
  ip: string;
  announcedAddress?: string;
  flags?: { ipv6Only: boolean };
}

/** The configured addresses that workers bind; one of each family where two are announced. */
export function boundAddresses(
  rtc: Pick<RtcOptions, 'announcedAddress' | 'listenIp'>,
): BoundAddress[] {
  const { listenIp: ip } = rtc;
  const announced = announcedAddresses(rtc);
  if (announced.length === 0) {
    return [{ ip }];
  }
  return announced.map((announcedAddress) => {
    if (announced.length === 1) {
      return { ip, announcedAddress };
    }
    return ipaddr.IPv6.isValid(announcedAddress)
      ? // Otherwise it would take the port of IPv4, too.
        { ip: '::', announcedAddress, flags: { ipv6Only: true } }
      : { ip: '0.0.0.0', announcedAddress };
  });
}

/**
 * All addresses that workers bind. A machine that serves itself alone also has its own
 * address in its network, because Firefox sends no media to a loopback address.
 */
export function listenAddresses(rtc: RtcOptions): BoundAddress[] {
  const bound = boundAddresses(rtc);
  const own =
    rtc.ownAddress && isLoopback(rtc.listenIp) ? ownAddress() : undefined;
  return own === undefined ? bound : [...bound, { ip: own }];
}

/** An IPv4 address of this machine in a network; undefined if it is in none. */
function ownAddress(): string | undefined {
  return Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .find(({ family, internal }) => family === 'IPv4' && !internal)?.address;
}
