import { createServer as createHttpServer } from 'node:http';
import type { RequestListener } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import type { Server as HttpsServer } from 'node:https';

import { Logger } from '../core/logger.ts';
import { connectionsWithinOpenFiles } from '../limits/openFiles.ts';
import type { WorkersOptions } from '../media/options.ts';
import { rateHandler } from './accessControl.ts';
import { clientAddresses } from '../limits/addresses.ts';
import type { AddressSections, ClientAddress } from '../limits/addresses.ts';
import { createApp, createContractApp, createOperationsApp } from './app.ts';
import type { AppContext, Endpoint, Pages } from './app.ts';
import type { Certificate } from './Certificate.ts';
import { ClientListeners } from './ClientListeners.ts';
import type { AddressedListener } from './ClientListeners.ts';
import { ConnectionLimit } from './ConnectionLimit.ts';
import { Listener } from './HttpListener.ts';
import type { HttpSections } from './options.ts';
import type { Page } from './page.ts';
import type { RouteTable } from './RouteSpec.ts';
import { tlsOptions } from './tlsOptions.ts';
import { boundUnanswered } from './unanswered.ts';

const logger = new Logger('Listener');

/** The interval at which Node looks for connections that are too slow, in ms. */
const CHECK_INTERVAL = 1_000;

/** The name of the protocol in TLS. */
const HTTP = 'http/1.1';

const CHECKING = { connectionsCheckingInterval: CHECK_INTERVAL };

/** The parts that every listener needs. */
export interface ListenerContext extends AppContext {
  config: HttpSections & { readonly workers: WorkersOptions };
}

/** The parts that the listeners of clients need. */
export interface ClientContext extends ListenerContext {
  config: ListenerContext['config'] & AddressSections;
  /** Needed where an address has TLS. */
  certificate: Certificate | undefined;
}

/**
 * The listeners for clients. They serve a new certificate as soon as there is one.
 *
 * @param main - All that is served at `listen`, with the pages if it has any.
 * @param own - For each entry of `listeners`, all that is served there.
 */
export function createClientListeners(
  context: ClientContext,
  main: Endpoint & { pages?: Pages },
  own: readonly Endpoint[],
): ClientListeners {
  const { config, certificate } = context;
  const limit = connectionLimit(context);
  const rate = rateHandler(config);
  const secured: HttpsServer[] = [];

  const listen = (
    address: ClientAddress,
    app: RequestListener,
    { upgrade }: Endpoint,
  ): AddressedListener => {
    const serve = bounded(context, app);
    if (!address.tls) {
      const http = createHttpServer(CHECKING, serve).on('upgrade', upgrade);
      const listener = new Listener(http, config, limit.admitForwarded);
      return { address, listener };
    }
    if (certificate === undefined) {
      throw new Error('certificate: expected one for TLS, got none');
    }
    const https = createHttpsServer(
      {
        ...tlsOptions(certificate.current),
        ...CHECKING,
        handshakeTimeout: config.limits.requestTimeout,
        ALPNCallback: httpOf,
      },
      serve,
    ).on('upgrade', upgrade);
    secured.push(https);
    return { address, listener: new Listener(https, config, limit.admit) };
  };

  const [mainAddress, ...ownAddresses] = clientAddresses(config);
  const listeners = new ClientListeners(
    listen(
      mainAddress,
      main.pages === undefined
        ? createContractApp(context, rate, main)
        : createApp(context, rate, main, main.pages),
      main,
    ),
    own.flatMap((endpoint, index) => {
      const address = ownAddresses[index];
      const app = createContractApp(context, rate, endpoint);
      return address === undefined ? [] : [listen(address, app, endpoint)];
    }),
    limit,
  );
  warnOfOpenFiles(config);
  certificate?.watch((pair) => {
    for (const https of secured) {
      https.setSecureContext(tlsOptions(pair));
    }
  });
  return listeners;
}

/** The listener for operators, without TLS. */
export function createOperationsListener(
  context: ListenerContext,
  routes: readonly RouteTable[],
  dashboard: Page,
): Listener {
  const app = createOperationsApp(context, routes, dashboard);
  const serve = bounded(context, app);
  return new Listener(
    createHttpServer(CHECKING, serve),
    context.config,
    connectionLimit(context).admit,
  );
}

/**
 * Chooses HTTP out of the protocols that a client offers over TLS; without it, the
 * handshake fails. For a list instead (`ALPNProtocols`), Node copies the names for
 * each connection, and each copy keeps a whole pool of small buffers in memory.
 */
function httpOf({ protocols }: { protocols: string[] }): string | undefined {
  return protocols.find((name) => name === HTTP);
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

function connectionLimit({
  config,
  metrics,
}: ListenerContext): ConnectionLimit {
  const capacity = connectionsWithinOpenFiles(config.workers.count);
  return new ConnectionLimit(config, metrics, capacity);
}
