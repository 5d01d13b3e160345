import { isIP } from 'node:net';

import ipaddr from 'ipaddr.js';
import { z } from 'zod';

import { ANY_ORIGIN } from '../limits/origins.ts';

/** Ranges of addresses that belong to no single host. */
const OF_NO_HOST = new Set(['unspecified', 'multicast', 'broadcast']);

/** Labels of a host name; a last one of digits would make it an address. */
const HOST_NAME =
  /^(?=.{1,253}$)(?:[a-z\d](?:[a-z\d-]{0,61}[a-z\d])?\.)*(?!\d+$)[a-z\d](?:[a-z\d-]{0,61}[a-z\d])?$/i;

/** An address that clients are told to send media to. */
export const announcedAddress = z
  .string()
  .refine(
    (value) =>
      isIP(value) === 0
        ? HOST_NAME.test(value)
        : !value.includes('%') && !OF_NO_HOST.has(ipaddr.parse(value).range()),
    {
      message:
        'expected the IP address or the name of a host, without scheme, port, brackets or spaces',
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
