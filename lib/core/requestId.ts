import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

const ids = new WeakMap<IncomingMessage, string>();

/** The header that tells a client the id of its request. */
export const REQUEST_ID_HEADER = 'X-Request-Id';

/** The id under which the log has a request; made when first asked for. */
export function requestIdOf(request: IncomingMessage): string {
  let id = ids.get(request);
  if (id === undefined) {
    // Flattened: randomUUID joins 13 parts, which would be kept with the connection.
    id = Buffer.from(randomUUID()).toString('latin1');
    ids.set(request, id);
  }
  return id;
}
