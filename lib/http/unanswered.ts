import type { RequestListener } from 'node:http';
import type { Duplex } from 'node:stream';

import { coreErrors } from '../core/errors.ts';

/** Requests of each connection whose answers are not on their way yet. */
const unanswered = new WeakMap<Duplex, number>();

/** Whether every request that came over a connection was answered. */
export function isAnswered(socket: Duplex): boolean {
  return (unanswered.get(socket) ?? 0) === 0;
}

/**
 * Bounds how many requests a connection may have unanswered (pipelining, RFC
 * 9112, 9.3.2). The first one too many is told so, and the connection ends with
 * the answer; those behind it are not looked at.
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
      // Where the socket goes first, so does the count.
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
            message: `limits.unansweredRequests: expected at most ${most} requests on one connection that wait for their answers, got more`,
          },
        }),
      );
    }
  };
}
