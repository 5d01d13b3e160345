import { isIP, isIPv4, isIPv6 } from 'node:net';

import ipaddr from 'ipaddr.js';
import { z } from 'zod';

const MAX_PORT = 65_535;

/** A TCP or UDP port; 0 for any free one. */
export const portSchema = z.int().min(0).max(MAX_PORT);

/** Ranges of addresses that belong to no single host. */
const OF_NO_HOST = new Set(['unspecified', 'multicast', 'broadcast']);

/** Labels of a host name; a last one that is a number would make it an address. */
const HOST_NAME =
  /^(?=.{1,253}$)(?:[a-z\d](?:[a-z\d-]{0,61}[a-z\d])?\.)*(?!(?:\d+|0x[\da-f]*)$)[a-z\d](?:[a-z\d-]{0,61}[a-z\d])?$/i;

const isOfOneHost = (value: string): boolean =>
  isIP(value) === 0
    ? HOST_NAME.test(value)
    : !value.includes('%') && !OF_NO_HOST.has(ipaddr.parse(value).range());

const isIPv4AndIPv6 = (pair: readonly unknown[]): boolean =>
  pair.length === 2 &&
  [isIPv4, isIPv6].every((isOf) =>
    pair.some(
      (value) => typeof value === 'string' && isOf(value) && isOfOneHost(value),
    ),
  );

const ANNOUNCED =
  'expected the IP address or the name of a host, without scheme, port, brackets or spaces, or a list of one IPv4 and one IPv6 address';

/** The address at which clients reach this host, or one of each family. */
export const announcedAddressSchema = z.union(
  [
    z.string().refine(isOfOneHost, ANNOUNCED),
    z.array(z.string()).refine(isIPv4AndIPv6, ANNOUNCED),
  ],
  ANNOUNCED,
);

/** An IP address of this host, or the one for all its addresses. */
export const bindAddressSchema = z.string().refine(
  (value) => {
    if (isIP(value) === 0 || value.includes('%')) {
      return false;
    }
    const range = ipaddr.parse(value).range();
    return range === 'unspecified' || !OF_NO_HOST.has(range);
  },
  { message: 'expected an IP address' },
);

/** An address of this host to listen on, or a name that resolves to one. */
export const listenHostSchema = z
  .string()
  .refine((value) => isIP(value) !== 0 || HOST_NAME.test(value), {
    message:
      'expected an IP address or a host name, without scheme, port, brackets or spaces',
  });

/** A host and a port as URLs have them, such as `[::1]:4443`. */
export function hostAndPort(host: string, port: number): string {
  return `${host.includes(':') ? `[${host}]` : host}:${port}`;
}
