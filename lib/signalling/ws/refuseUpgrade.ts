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

/** The body of a refusal, as JSON, and headers of its own. */
export interface Refusal {
  readonly body: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** The gateway that refuses an upgrade. */
interface RefusingGateway {
  /** The label of the gateway, or "none". */
  readonly name: string;
  /** Puts the reason into the contract's shape; {@link plainRefusal} if left out. */
  encodeRefusal?(error: AppError, request: IncomingMessage): Refusal;
}

/** A refusal in the shape that most contracts have. */
export function plainRefusal({ code, message, status }: AppError): Refusal {
  return {
    body: { error: { code, message } },
    ...(status === 401 && { headers: { 'WWW-Authenticate': 'Bearer' } }),
  };
}

/**
 * Refuses an upgrade with a status and a JSON body that says why, which every
 * page may read, and logs and counts it.
 *
 * @param about - More fields about the client for the log.
 */
export function refuseUpgrade(
  { config, metrics, log }: RefusalContext,
  request: IncomingMessage,
  socket: Duplex,
  reason: unknown,
  gateway: RefusingGateway,
  about: LogFields = {},
): void {
  const error =
    reason instanceof AppError
      ? reason
      : fault(logger, 'the handshake', reason);
  const { code, status, option, message, retryAfter } = error;
  const id = requestIdOf(request);
  const { body, headers } =
    gateway.encodeRefusal?.(error, request) ?? plainRefusal(error);
  respond(socket, status, JSON.stringify(body), {
    ...headers,
    ...(retryAfter !== undefined && { 'Retry-After': String(retryAfter) }),
    [REQUEST_ID_HEADER]: id,
    'Access-Control-Allow-Origin': '*',
    'Access-Control-Expose-Headers': `Retry-After,${REQUEST_ID_HEADER}`,
  });
  const { name } = gateway;
  metrics.handshakesRefused.inc({ gateway: name, code, option: option ?? '' });
  log.write('info', 'handshake refused', {
    code,
    status,
    option,
    gateway: name,
    network: networkOf(request, config.access.trustProxy),
    ...about,
    request: id,
    reason: message,
  });
}

function respond(
  socket: Duplex,
  status: number,
  body: string,
  headers: Readonly<Record<string, string>>,
): void {
  // The client may be gone before the answer is written.
  socket.on('error', () => socket.destroy());
  // A client that does not hang up in turn would keep the socket half open.
  socket.once('finish', () => socket.destroy());
  socket.end(
    [
      `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
      ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
      'Connection: close',
      'Content-Type: application/json; charset=utf-8',
      `Content-Length: ${Buffer.byteLength(body)}`,
      '',
      body,
    ].join('\r\n'),
  );
}
