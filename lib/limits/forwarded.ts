import type { IncomingMessage } from 'node:http';
import { isIP } from 'node:net';

import proxyAddr from 'proxy-addr';

import { Logger } from '../core/logger.ts';

const logger = new Logger('forwarded');

type Trust = (address: string, hops: number) => boolean;

const compiled = new WeakMap<readonly string[], Trust>();

/** The values of `access.trustProxy` for which an error was logged. */
const logged = new WeakSet<readonly string[]>();

/**
 * The address of the client: that of the socket or, as long as a trusted proxy
 * says so, the one from which the proxy had the request. `X-Forwarded-For`
 * counts before `Forwarded`: proxies that know the latter write the former,
 * too, and many pass on a `Forwarded` that a client made up.
 *
 * @param trustProxy - The proxies that are believed.
 * @returns Nothing where the socket has gone or a trusted proxy wrote what is
 *   no address; the latter is logged once.
 * @see https://www.rfc-editor.org/rfc/rfc7239
 */
export function clientAddressOf(
  request: IncomingMessage,
  trustProxy: readonly string[],
): string | undefined {
  const trust = trustIn(trustProxy);
  // A socket that is gone already has no address, whatever the types say.
  let address: string | undefined = request.socket.remoteAddress;
  const steps =
    listIn(request, 'x-forwarded-for') ?? forwardedIn(request, 'for') ?? [];
  for (const [hops, step] of steps.toReversed().entries()) {
    if (address === undefined || !trust(address, hops)) {
      return address;
    }
    const proxy: string = address;
    address = addressIn(step);
    if (address === undefined && !logged.has(trustProxy)) {
      logged.add(trustProxy);
      logger.error(
        'the proxy %s (access.trustProxy) names a client %j, which is no IP address: limits by address count all such clients as one',
        proxy,
        step,
      );
    }
  }
  return address;
}

/**
 * The origin of this server as the client sees it: the scheme and the `Host`
 * that were asked for, or what a trusted proxy says of both. What came first on the
 * way counts. A page cannot set these headers where the server would see them:
 * a preflight is refused before.
 *
 * @param trustProxy - The proxies that are believed.
 */
export function ownOriginOf(
  request: IncomingMessage,
  trustProxy: readonly string[],
): string | undefined {
  const trusted = isTrustedProxy(request.socket.remoteAddress, trustProxy);
  const said = (header: string, parameter: string): string | undefined =>
    trusted
      ? (listIn(request, header) ?? forwardedIn(request, parameter))?.find(
          (value) => value !== '',
        )
      : undefined;
  // A proxy that speaks plain HTTP to the server has HTTPS before it.
  const direct = trusted || isEncrypted(request.socket) ? 'https' : 'http';
  const scheme = said('x-forwarded-proto', 'proto') ?? direct;
  const host = said('x-forwarded-host', 'host') ?? request.headers.host ?? '';
  return URL.parse(`${scheme}://${host}`)?.origin;
}

/** Tells if a connection has TLS; of one that another node has passed on, its client's. */
function isEncrypted(socket: object): boolean {
  return 'encrypted' in socket && socket.encrypted === true;
}

/** Tells if an address is that of a trusted proxy. */
export function isTrustedProxy(
  address: string | undefined,
  trustProxy: readonly string[],
): boolean {
  return address !== undefined && trustIn(trustProxy)(address, 0);
}

/** Tells if an entry of `access.trustProxy` is valid. */
export function isProxy(entry: string): boolean {
  try {
    proxyAddr.compile(entry);
    return true;
  } catch {
    return false;
  }
}

function trustIn(trustProxy: readonly string[]): Trust {
  let trust = compiled.get(trustProxy);
  if (trust === undefined) {
    trust = proxyAddr.compile([...trustProxy]);
    compiled.set(trustProxy, trust);
  }
  return trust;
}

/** The address of `192.0.2.1`, `192.0.2.1:50001`, `2001:db8::1`, `[2001:db8::1]:50001`. */
function addressIn(step: string): string | undefined {
  const { v6, v4 } =
    /^(?:\[(?<v6>[^\]]*)\]|(?<v4>[\d.]+))(?::\w+)?$/.exec(step)?.groups ?? {};
  const address = v6 ?? v4 ?? step;
  return isIP(address) === 0 ? undefined : address;
}

/** The values that a header lists; nothing where there is none. */
function listIn(
  { headers }: IncomingMessage,
  header: string,
): string[] | undefined {
  const values = String(headers[header] ?? '')
    .split(',')
    .map((value) => value.trim())
    .filter((value) => value !== '');
  return values.length === 0 ? undefined : values;
}

/** One parameter of `Forwarded`, step by step; empty where a step lacks it. */
function forwardedIn(
  { headers }: IncomingMessage,
  parameter: string,
): string[] | undefined {
  const start = `${parameter}=`;
  const values = splitUnquoted(headers.forwarded ?? '', ',').map((step) => {
    const pair = splitUnquoted(step, ';')
      .map((text) => text.trim())
      .find((text) => text.toLowerCase().startsWith(start));
    return unquoted(pair?.slice(start.length) ?? '');
  });
  return values.some((value) => value !== '') ? values : undefined;
}

function unquoted(value: string): string {
  return value.length > 1 && value.startsWith('"') && value.endsWith('"')
    ? value.slice(1, -1).replaceAll(/\\(.)/g, '$1')
    : value;
}

/** Splits at a separator wherever it is not within a quoted string. */
function splitUnquoted(text: string, separator: string): string[] {
  const parts: string[] = [];
  let start = 0;
  let quoted = false;
  for (let at = 0; at < text.length; at += 1) {
    if (quoted && text[at] === '\\') {
      at += 1;
    } else if (text[at] === '"') {
      quoted = !quoted;
    } else if (!quoted && text[at] === separator) {
      parts.push(text.slice(start, at));
      start = at + 1;
    }
  }
  return [...parts, text.slice(start)];
}
