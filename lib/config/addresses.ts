import { isIP, isIPv4, isIPv6 } from 'node:net';

import ipaddr from 'ipaddr.js';
import { z } from 'zod';

import { ANY_ORIGIN } from '../limits/origins.ts';

/** Ranges of addresses that belong to no single host. */
const OF_NO_HOST = new Set(['unspecified', 'multicast', 'broadcast']);

/** Labels of a host name; a last one of digits would make it an address. */
const HOST_NAME =
  /^(?=.{1,253}$)(?:[a-z\d](?:[a-z\d-]{0,61}[a-z\d])?\.)*(?!\d+$)[a-z\d](?:[a-z\d-]{0,61}[a-z\d])?$/i;

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

/** The address that clients are told to send media to, or one of each family. */
export const announcedAddress = z.union(
  [
    z.string().refine(isOfOneHost, ANNOUNCED),
    z.array(z.string()).refine(isIPv4AndIPv6, ANNOUNCED),
  ],
  ANNOUNCED,
);

/** The addresses that clients are told to send media to. */
export function announcedAddresses({
  announcedAddress: given = [],
}: {
  announcedAddress?: string | readonly string[] | undefined;
}): readonly string[] {
  return typeof given === 'string' ? [given] : given;
}

/** One address that a worker binds, and what clients are told instead of it. */
interface BoundAddress {
  ip: string;
  announcedAddress?: string;
  flags?: { ipv6Only: boolean };
}

/** The addresses that workers bind; one of each family where two are announced. */
export function boundAddresses(
  rtc: Parameters<typeof announcedAddresses>[0] & { listenIp: string },
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
    return isIPv6(announcedAddress)
      ? // Otherwise it would take the port of IPv4, too.
        { ip: '::', announcedAddress, flags: { ipv6Only: true } }
      : { ip: '0.0.0.0', announcedAddress };
  });
}

/** An IP address that workers can receive at. */
export const listenIp = z.string().refine(
  (value) => {
    if (isIP(value) === 0 || value.includes('%')) {
      return false;
    }
    const range = ipaddr.parse(value).range();
    return range === 'unspecified' || !OF_NO_HOST.has(range);
  },
  { message: 'expected an IP address' },
);

/** An address of this host to listen on, or a name that stands for one. */
export const listenHost = z
  .string()
  .refine((value) => isIP(value) !== 0 || HOST_NAME.test(value), {
    message:
      'expected an IP address or a host name, without scheme, port, brackets or spaces',
  });

/**
 * A URL that is asked about a user. The id has a place in the path or the query:
 * in the host it would choose who is shown the user's token, and a fragment is
 * not sent.
 */
export const userUrl = z
  .url({ protocol: /^https?$/, hostname: /./, abort: true })
  .refine(
    (value) => {
      const url = URL.parse(value);
      const [sent = ''] = value.split('#');
      return (
        url !== null && sent.includes('{id}') && !/[{}]|%7b/i.test(url.host)
      );
    },
    {
      message:
        'expected a URL with {id} where the user id goes, in its path or query',
      abort: true,
    },
  )
  .refine(
    (value) =>
      URL.parse(value)?.username === '' && URL.parse(value)?.password === '',
    {
      message: 'expected a URL without a user name and a password',
    },
  );

/** The schemes whose pages name no origin, or never one of this scheme. */
const NO_PAGE = /^(?:wss?|ftp|file|blob|data|javascript|about):$/;

const ORIGIN = /^[a-z][a-z0-9+.-]*:\/\/[^/?#@*\s]+$/i;

/** The origin as browsers send it; nothing for a value that they never send. */
function sentOrigin(value: string): string | undefined {
  const url = ORIGIN.test(value) ? URL.parse(value) : null;
  if (url === null || NO_PAGE.test(url.protocol)) {
    return undefined;
  }
  // Schemes of apps have no origin in the URL standard.
  return url.origin === 'null' ? `${url.protocol}//${url.host}` : url.origin;
}

/** An origin, in the form that browsers send: lower case, no default port, IDN in ASCII. */
export const originSchema = z
  .string()
  .refine((value) => value === ANY_ORIGIN || sentOrigin(value) !== undefined, {
    message: `expected an origin such as https://app.example, or "${ANY_ORIGIN}" for all`,
    abort: true,
  })
  .transform((value) => sentOrigin(value) ?? value);
