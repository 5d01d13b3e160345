import type { IncomingMessage } from 'node:http';

/**
 * The token of a handshake: from `Authorization: Bearer`, or from `?token=` for
 * browsers, which cannot set the header. An empty string if the client sent the
 * header or parameter without a token, undefined if it sent neither.
 */
export function tokenOf(
  request: IncomingMessage,
  url: URL,
): string | undefined {
  const header = /^Bearer(?: +(.*))?$/i.exec(
    request.headers.authorization ?? '',
  );
  const inHeader = header === null ? undefined : (header[1] ?? '');
  return inHeader || (url.searchParams.get('token') ?? inHeader);
}
