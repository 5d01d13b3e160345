import type { IncomingMessage } from 'node:http';

import { isTrustedProxy } from './forwarded.ts';
import type { AccessOptions } from './options.ts';

/**
 * The region of a client: the one that its URL names as `?region=`, or else the one in
 * the header `access.regionHeader`, if a trusted proxy has sent it.
 */
export function clientRegion(
  request: IncomingMessage,
  url: URL,
  { regionHeader, trustProxy }: AccessOptions,
): string | undefined {
  const named = url.searchParams.get('region');
  if (named !== null && named !== '') {
    return named;
  }
  return regionHeader !== undefined &&
    isTrustedProxy(request.socket.remoteAddress, trustProxy)
    ? request.headers[regionHeader.toLowerCase()]?.toString()
    : undefined;
}
