import type { IncomingMessage } from 'node:http';

import { RoomError } from '../errors.ts';

/** An entry of `access.origins` that stands for every origin. */
export const ANY_ORIGIN = '*';

/**
 * Lets pages ask that come from here or from a listed origin. What is no
 * browser sends no `Origin` and passes: it could send any.
 *
 * A WebSocket is not bound to its page's origin, so the server has to look.
 *
 * @see https://www.rfc-editor.org/rfc/rfc6455#section-10.2
 * @throws {RoomError} FORBIDDEN.
 */
export function requireOrigin(
  { headers }: IncomingMessage,
  origins: readonly string[],
): void {
  const { origin, host = '' } = headers;
  if (
    origin === undefined ||
    origins.includes(ANY_ORIGIN) ||
    origins.includes(origin) ||
    // The server speaks HTTPS only, and so does a proxy that names its host.
    URL.parse(`https://${host}`)?.origin === origin
  ) {
    return;
  }
  throw new RoomError(
    'FORBIDDEN',
    `Origin: expected that of this server or one of access.origins, got ${JSON.stringify(origin)}`,
  );
}
