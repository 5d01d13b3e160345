import type { RequestListener } from 'node:http';
import type { Duplex } from 'node:stream';

import { coreErrors } from '../core/errors.ts';

/** The number of requests on each connection that are not answered yet. */
const unanswered = new WeakMap<Duplex, number>();

/** Tells if every request on a connection has been answered. */
export function isAnswered(socket: Duplex): boolean {
  return (unanswered.get(socket) ?? 0) === 0;
}

/**
 * Limits the unanswered requests on a connection (pipelining, RFC 9112, 9.3.2).
 * The first request beyond the limit is refused, and the connection ends with
 * that reply; requests after it are ignored.
 */
export function boundUnanswered(
  serve: RequestListener,
  limit: () => number,
): RequestListener {
  return (request, response) => {
    const { socket } = request;
    const count = (unanswered.get(socket) ?? 0) + 1;
    unanswered.set(socket, count);
    const most = limit();
    if (count <= most) {
      // The count is kept by socket, so it goes when the socket does.
      response.once('close', () => {
        unanswered.set(socket, (unanswered.get(socket) ?? 1) - 1);
      });
      serve(request, response);
    } else if (count === most + 1) {
      response.writeHead(coreErrors.LIMIT_REACHED.status, {
        Connection: 'close',
        'Content-Type': 'application/json; charset=utf-8',
      });
      response.end(
        JSON.stringify({
          error: {
            code: coreErrors.LIMIT_REACHED.code,
            message: `limits.unansweredRequests: expected at most ${most} unanswered requests on one connection, got more`,
          },
        }),
      );
    }
  };
}
