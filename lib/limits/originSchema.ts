import { z } from 'zod';

/** An entry of `access.origins` that allows every origin. */
export const ANY_ORIGIN = '*';

/** Schemes whose pages send no origin, or never one of that scheme. */
const NO_PAGE = /^(?:wss?|ftp|file|blob|data|javascript|about):$/;

const ORIGIN = /^[a-z][a-z0-9+.-]*:\/\/[^/?#@*\s]+$/i;

/** An origin as browsers send it; undefined for a value that they never send. */
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

/** Characters of a web origin; none of them ends a value in a header. */
const WEB_ORIGIN = /^https?:\/\/(?:[\w.-]+|\[[\da-f:.]+\])(?::\d+)?$/;

const isWebOrigin = (value: string): boolean =>
  WEB_ORIGIN.test(value) && URL.parse(value)?.origin === value;

/** The origin of a web page, exactly as browsers send it. */
export const webOriginSchema = z.string().refine(isWebOrigin, {
  message:
    'expected an origin as browsers write it, such as https://app.example or https://xn--caf-dma.example:8443',
});
