import { createServer as createHttpServer } from 'node:http';
import type { IncomingMessage, RequestListener, Server } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import type { Duplex } from 'node:stream';

import { Logger } from '../core/logger.ts';
import type { Metrics } from '../core/metrics.ts';
import { connectionsWithinOpenFiles } from '../limits/openFiles.ts';
import type { WorkersOptions } from '../media/options.ts';
import type { Certificate } from './Certificate.ts';
import { ConnectionLimit } from './ConnectionLimit.ts';
import { Listener } from './HttpListener.ts';
import type { HttpSections } from './options.ts';
import { tlsOptions } from './tlsOptions.ts';
import { boundUnanswered } from './unanswered.ts';

const logger = new Logger('Listener');

/** The time for a TLS handshake, or for a request to arrive whole, in ms. */
const REQUEST_TIMEOUT = 10_000;

/** The interval at which Node looks for connections that are too slow, in ms. */
const CHECK_INTERVAL = 1_000;

const TIMEOUTS = {
  requestTimeout: REQUEST_TIMEOUT,
  connectionsCheckingInterval: CHECK_INTERVAL,
};

/** The parts that every listener needs. */
export interface ListenerContext {
  config: HttpSections & { readonly workers: WorkersOptions };
  metrics: Metrics;
}

/** Takes over upgrade requests. */
type UpgradeListener = (
  request: IncomingMessage,
  socket: Duplex,
  head: Buffer,
) => void;

/** The listener for clients. It serves a new certificate as soon as there is one. */
export function createListener(
  context: ListenerContext,
  certificate: Certificate,
  serve: RequestListener,
  upgrade: UpgradeListener,
): Listener {
  const https = createHttpsServer(
    {
      ...tlsOptions(certificate.current),
      ...TIMEOUTS,
      handshakeTimeout: REQUEST_TIMEOUT,
    },
    bounded(context, serve),
  );
  https.on('upgrade', upgrade);
  warnOfOpenFiles(context.config);
  certificate.watch((pair) => https.setSecureContext(tlsOptions(pair)));
  return listenerOf(context, https);
}

/** The listener for operators, without TLS. */
export function createOperationsListener(
  context: ListenerContext,
  serve: RequestListener,
): Listener {
  return listenerOf(
    context,
    createHttpServer(TIMEOUTS, bounded(context, serve)),
  );
}

/** Warns of a limit that the open files of the process do not allow. */
function warnOfOpenFiles({ limits, workers }: ListenerContext['config']): void {
  const capacity = connectionsWithinOpenFiles(workers.count);
  if (limits.connections > capacity) {
    logger.warn(
      'limits.connections is %d, but the open files that the system allows leave room for %d',
      limits.connections,
      capacity,
    );
  }
}

function bounded(
  { config }: ListenerContext,
  serve: RequestListener,
): RequestListener {
  return boundUnanswered(serve, () => config.limits.unansweredRequests);
}

function listenerOf(
  { config, metrics }: ListenerContext,
  server: Server,
): Listener {
  const capacity = connectionsWithinOpenFiles(config.workers.count);
  return new Listener(
    server,
    config,
    new ConnectionLimit(config, metrics, capacity),
  );
}
