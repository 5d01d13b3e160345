import type { IncomingMessage } from 'node:http';
import { STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';

import { networkOf } from '../../limits/network.ts';
import { REQUEST_ID_HEADER, requestIdOf } from '../../core/requestId.ts';
import type { AccessOptions } from '../../limits/options.ts';
import type { Live } from '../../core/Live.ts';
import { fault, AppError } from '../../core/errors.ts';
import type { LogFields } from '../../core/logFormat.ts';
import { Logger } from '../../core/logger.ts';
import type { Metrics } from '../../core/metrics.ts';
import type { SampledLog } from '../../limits/SampledLog.ts';

const logger = new Logger('refuseUpgrade');

/** The parts of the server that a refusal is reported to. */
export interface RefusalContext {
  config: { readonly access: Live<AccessOptions> };
  metrics: Metrics;
  log: SampledLog;
}

/**
 * Refuses an upgrade with a status and a JSON body that says why, and logs and
 * counts it.
 *
 * @param gateway - The label of the gateway, or "none".
 * @param about - More fields about the client for the log.
 */
export function refuseUpgrade(
  { config, metrics, log }: RefusalContext,
  request: IncomingMessage,
  socket: Duplex,
  reason: unknown,
  gateway: string,
  about: LogFields = {},
): void {
  const error =
    reason instanceof AppError
      ? reason
      : fault(logger, 'the handshake', reason);
  const { code, status, option, message, retryAfter } = error;
  const id = requestIdOf(request);
  respond(socket, error, [
    ...(status === 401 ? ['WWW-Authenticate: Bearer'] : []),
    ...(retryAfter === undefined ? [] : [`Retry-After: ${retryAfter}`]),
    `${REQUEST_ID_HEADER}: ${id}`,
  ]);
  metrics.handshakesRefused.inc({ gateway, code, option: option ?? '' });
  log.write('info', 'handshake refused', {
    code,
    status,
    option,
    gateway,
    network: networkOf(request, config.access.trustProxy),
    ...about,
    request: id,
    reason: message,
  });
}

function respond(
  socket: Duplex,
  { code, message, status }: AppError,
  headers: readonly string[],
): void {
  const body = JSON.stringify({ error: { code, message } });
  // The client may be gone before the answer is written.
  socket.on('error', () => socket.destroy());
  // A client that does not hang up in turn would keep the socket half open.
  socket.once('finish', () => socket.destroy());
  socket.end(
    [
      `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
      ...headers,
      'Connection: close',
      'Content-Type: application/json; charset=utf-8',
      `Content-Length: ${Buffer.byteLength(body)}`,
      '',
      body,
    ].join('\r\n'),
  );
}
