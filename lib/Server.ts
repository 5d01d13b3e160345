import { createServer as createHttpServer } from 'node:http';
import type { IncomingMessage, Server as HttpServer } from 'node:http';
import { createServer } from 'node:https';
import type { Duplex } from 'node:stream';
import { setImmediate } from 'node:timers/promises';

import { PerNetworkLimit } from './limits/PerNetworkLimit.ts';
import { RateLimit } from './limits/RateLimit.ts';
import { UserAuthenticator } from './auth/UserAuthenticator.ts';
import { isWildcard, originAt } from './limits/network.ts';
import { connectionsWithinOpenFiles } from './limits/openFiles.ts';
import { announcedAddresses } from './config/addresses.ts';
import type { Config } from './config/load.ts';
import { configWarnings } from './config/warnings.ts';
import { AppError, coreErrors } from './core/errors.ts';
import { closeCodeFor } from './signalling/closeCodes.ts';
import { ProtooGateway } from './gateways/protoo/ProtooGateway.ts';
import { JsonGateway } from './gateways/json/JsonGateway.ts';
import { SendBudget } from './signalling/ws/SendBudget.ts';
import { refuseUpgrade } from './signalling/ws/refuseUpgrade.ts';
import type { SessionContext } from './signalling/Session.ts';
import type { WebSocketGateway } from './signalling/ws/WebSocketGateway.ts';
import { isOperatorsOnly } from './http/accessControl.ts';
import { createApp, createOperationsApp } from './http/app.ts';
import { Certificate } from './http/Certificate.ts';
import { ConnectionLimit } from './http/ConnectionLimit.ts';
import { Listener } from './http/HttpListener.ts';
import { loadPage } from './http/page.ts';
import type { Page } from './http/page.ts';
import { observeServer } from './http/system/observeServer.ts';
import type { RouteTable } from './http/RouteSpec.ts';
import { systemRoutes } from './http/system/routes.ts';
import { tlsOptions } from './http/tlsOptions.ts';
import { boundUnanswered, isAnswered } from './http/unanswered.ts';
import { ServerHealth } from './http/system/ServerHealth.ts';
import type { Phase } from './http/system/ServerHealth.ts';
import { LiveConfig } from './config/LiveConfig.ts';
import type { LiveSections } from './config/LiveConfig.ts';
import { Logger, setLogFormat, setLogLevel } from './core/logger.ts';
import { WorkerPool } from './media/WorkerPool.ts';
import { Metrics } from './core/metrics.ts';
import { RoomRegistry } from './rooms/RoomRegistry.ts';
import { SampledLog } from './limits/SampledLog.ts';

const logger = new Logger('Server');

/** A client that takes longer for its TLS handshake or request is cut off, ms. */
const HTTP_REQUEST_TIMEOUT = 10_000;

/** How often Node looks for such clients, ms. */
const HTTP_CHECK_INTERVAL = 1_000;

/** Everything together: the workers, the rooms, HTTPS and the gateways. */
export class Server {
  /** The tables of routes that are served over HTTP. */
  readonly routes: readonly RouteTable[];
  readonly #live: LiveConfig;
  readonly #config: LiveSections;
  readonly #certificate: Certificate;
  readonly #pool: WorkerPool;
  readonly #metrics = new Metrics();
  /** Entries about clients. */
  readonly #log: SampledLog;
  readonly #registry: RoomRegistry;
  readonly #authenticator: UserAuthenticator;
  readonly #gateways: readonly WebSocketGateway<unknown>[];
  readonly #listener: Listener;
  /** For operators, where they have a port of their own. */
  readonly #ops: Listener | undefined;
  #draining: Promise<void> | undefined;
  #closing: Promise<void> | undefined;

  private constructor(
    live: LiveConfig,
    certificate: Certificate,
    pool: WorkerPool,
    page: Page,
  ) {
    const config = live.view;
    this.#live = live;
    this.#config = config;
    this.#certificate = certificate;
    this.#pool = pool;
    this.#log = new SampledLog(new Logger('clients'), () => config.log.burst);
    this.#registry = new RoomRegistry(pool, config, this.#metrics, this.#log);
    this.#authenticator = new UserAuthenticator(config);
    const context: SessionContext = {
      log: this.#log,
      registry: this.#registry,
      config,
      metrics: this.#metrics,
      sendBudget: new SendBudget(config.limits),
      handshakes: new RateLimit(config.limits, {
        perMinute: 'handshakesPerMinute',
        burst: 'handshakeBurst',
      }),
      admissions: new RateLimit(config.limits, {
        perMinute: 'admissionsPerMinute',
        burst: 'admissionBurst',
      }),
      pending: new PerNetworkLimit(
        config.limits,
        {
          inAll: 'pendingConnections',
          perNetwork: 'pendingConnectionsPerAddress',
        },
        'connections without a room',
      ),
    };
    const protoo = new ProtooGateway(context);
    this.#gateways = [protoo, new JsonGateway(context, this.#authenticator)];
    const health = new ServerHealth(
      pool,
      this.#authenticator,
      () => this.#phase,
    );
    observeServer(this.#metrics, {
      registry: this.#registry,
      pool,
      health,
      certificate,
      limitUses: () => [
        ...this.#registry.limitUses,
        context.pending.use,
        context.sendBudget.use,
        this.#listener.limitUse,
      ],
      gateways: this.#gateways.map(({ name }) => name),
    });
    this.routes = [
      systemRoutes({
        registry: this.#registry,
        health,
        metrics: this.#metrics,
      }),
      protoo.routes,
    ];
    const errors = { metrics: this.#metrics, log: this.#log, config };
    const timeouts = {
      requestTimeout: HTTP_REQUEST_TIMEOUT,
      connectionsCheckingInterval: HTTP_CHECK_INTERVAL,
    };
    const unanswered = (): number => config.limits.unansweredRequests;
    const https = createServer(
      {
        ...tlsOptions(certificate.current),
        ...timeouts,
        handshakeTimeout: HTTP_REQUEST_TIMEOUT,
      },
      boundUnanswered(createApp(errors, this.routes, page), unanswered),
    );
    if (config.ops.port !== undefined) {
      this.#ops = this.#listenerOf(
        createHttpServer(
          timeouts,
          boundUnanswered(createOperationsApp(errors, this.routes), unanswered),
        ),
      );
    }
    https.on('upgrade', (request, socket, head) =>
      this.#upgrade(request, socket, head),
    );
    certificate.watch((pair) => https.setSecureContext(tlsOptions(pair)));
    this.#listener = this.#listenerOf(https);
    this.#noteConfig();
  }

  /**
   * Starts the workers and listens.
   *
   * @throws {StartError} When the certificate cannot be used, or a port cannot
   *   be opened; nothing is left running.
   * @throws {Error} When a worker does not start; nothing is left running.
   */
  static async start(config: Config): Promise<Server> {
    const live = new LiveConfig(config);
    const certificate = await Certificate.load(config);
    const page = await loadPage();
    const pool = await WorkerPool.create(live.view);
    const server = new Server(live, certificate, pool, page);
    try {
      await server.#listener.start('listen', config.listen);
      await server.#listenForOperators();
    } catch (error) {
      await server.close();
      throw error;
    }
    server.#warnOfOpenFiles();
    server.#warnOfConfig();
    logger.info('serves %s with %d workers', server.url, pool.alive.length);
    return server;
  }

  /** Where the page is and clients connect to. */
  get url(): string {
    const { listen, rtc } = this.#config;
    // Nobody can connect to "all addresses".
    const host = isWildcard(listen.host)
      ? (announcedAddresses(rtc)[0] ?? 'localhost')
      : listen.host;
    return `${originAt('https', host, this.#listener.port)}/`;
  }

  /** Where metrics and status are, if they have a port of their own. */
  get opsUrl(): string | undefined {
    return (
      this.#ops && `${originAt('http', this.#config.ops.host, this.#ops.port)}/`
    );
  }

  /**
   * Takes over what may change of a new configuration while the server runs:
   * keys of tokens, limits, origins, how much is logged.
   */
  reconfigure(config: Config): void {
    const waiting = this.#live.update(config);
    setLogFormat(config.log.format);
    setLogLevel(config.log.level);
    this.#noteConfig();
    logger.info('took over the new configuration');
    this.#warnOfConfig();
    if (waiting.length > 0) {
      logger.warn('changes in %s wait for a restart', waiting.join(', '));
    }
  }

  /** Counts a new configuration that could not be taken over. */
  noteRefusedConfig(): void {
    this.#metrics.configReloaded.set(0);
  }

  /** Reads the certificate anew, and serves it if it is a new one. */
  renewCertificate(): Promise<void> {
    return this.#certificate.reload();
  }

  /** How many clients are connected, through all gateways. */
  get connections(): number {
    return this.#gateways.reduce(
      (sum, { connections }) => sum + connections,
      0,
    );
  }

  /** The rooms that stand now. */
  get registry(): RoomRegistry {
    return this.#registry;
  }

  /** The media workers. */
  get pool(): WorkerPool {
    return this.#pool;
  }

  /**
   * Stops when nobody is left, or at the deadline: until then no room is made,
   * and only rooms that live let anybody in. Calls share one end.
   */
  drain(): Promise<void> {
    this.#draining ??= this.#drain();
    return this.#draining;
  }

  /**
   * Stops at once: no new connections, every client told to come back later,
   * rooms closed, workers gone. Calls share one end.
   */
  close(): Promise<void> {
    this.#closing ??= this.#close('shutdown');
    return this.#closing;
  }

  #noteConfig(): void {
    this.#metrics.configReloaded.set(1);
    this.#metrics.configReloadedAt.set(Date.now() / 1_000);
  }

  get #phase(): Phase {
    if (this.#closing !== undefined) {
      return 'closing';
    }
    return this.#draining === undefined ? 'serving' : 'draining';
  }

  async #drain(): Promise<void> {
    const { drainTimeout } = this.#config.shutdown;
    logger.info('drains for at most %d ms', drainTimeout);
    const { promise: tooLate, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, drainTimeout);
    const drained = this.#registry.drain(Date.now() + drainTimeout);
    await Promise.race([drained, tooLate]);
    clearTimeout(timer);
    const { size } = this.#registry.rooms;
    if (size === 0) {
      logger.info('drained: every room is empty');
    } else {
      logger.warn(
        'shutdown.drainTimeout has passed: %d rooms are closed',
        size,
      );
    }
    // The last to leave is told so before its connection closes.
    await setImmediate();
    this.#closing ??= this.#close('restart');
    await this.#closing;
  }

  async #close(reason: 'shutdown' | 'restart'): Promise<void> {
    const closed = this.#listener.stop();
    // All at once, so that nobody sees the others go one after the other.
    this.#registry.close(reason);
    for (const gateway of this.#gateways) {
      gateway.close(...closeCodeFor(reason));
    }
    this.#authenticator.close();
    await Promise.all([closed, this.#certificate.close(), this.#pool.close()]);
    this.#log.close();
    // Operators can watch until the end.
    await this.#ops?.stop();
    logger.info('stopped');
  }

  #listenerOf(server: HttpServer): Listener {
    const config = this.#config;
    const capacity = connectionsWithinOpenFiles(config.workers.count);
    const limit = new ConnectionLimit(config, this.#metrics, capacity);
    return new Listener(server, config, limit);
  }

  /** Tells an operator of limits that the process cannot keep. */
  #warnOfOpenFiles(): void {
    const { limits, workers } = this.#config;
    const capacity = connectionsWithinOpenFiles(workers.count);
    if (limits.connections > capacity) {
      logger.warn(
        'limits.connections is %d, but the open files that the system allows leave room for %d',
        limits.connections,
        capacity,
      );
    }
  }

  #warnOfConfig(): void {
    for (const warning of configWarnings(this.#config)) {
      logger.warn('%s', warning);
    }
  }

  async #listenForOperators(): Promise<void> {
    if (this.#ops !== undefined) {
      await this.#ops.start('ops', this.#config.ops);
      logger.info('serves metrics and status at %s', this.opsUrl);
    } else if (!isOperatorsOnly(this.#config)) {
      logger.info(
        'serves no metrics and no status, because ops.port is not set',
      );
    }
  }

  #upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    if (!isAnswered(socket)) {
      // A refusal would wait behind answers that the client may never read.
      socket.destroy();
      return;
    }
    const url = URL.parse(request.url ?? '', 'https://localhost');
    const gateway = this.#gateways.find(({ path }) => path === url?.pathname);
    if (url === null || gateway === undefined) {
      const paths = this.#gateways.map(({ path }) => path).join(', ');
      this.#refuse(
        request,
        socket,
        new AppError(
          coreErrors.NOT_FOUND,
          `no WebSocket contract is spoken at ${url?.pathname ?? 'this URL'}; try ${paths}`,
        ),
      );
      return;
    }
    if (this.#closing !== undefined) {
      this.#refuse(
        request,
        socket,
        new AppError(coreErrors.SHUTTING_DOWN, 'the server is stopping'),
        gateway.name,
      );
      return;
    }
    gateway.upgrade(request, socket, head, url);
  }

  #refuse(
    request: IncomingMessage,
    socket: Duplex,
    reason: AppError,
    gateway = 'none',
  ): void {
    const context = {
      config: this.#config,
      metrics: this.#metrics,
      log: this.#log,
    };
    refuseUpgrade(context, request, socket, reason, gateway);
  }
}
