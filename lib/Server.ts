import type { RequestListener } from 'node:http';
import process from 'node:process';

import pkg from '../package.json' with { type: 'json' };
import { closeEndedLogins } from './signalling/closeEndedLogins.ts';
import type { SigningKey } from './auth/signingKey.ts';
import { ownSigningKey, withSigningKey } from './accounts/signingKey.ts';
import { usesTls } from './limits/addresses.ts';
import { originAt } from './limits/network.ts';
import type { Calls } from './calls/Calls.ts';
import type { Cluster } from './cluster/Cluster.ts';
import type { NodeFigures } from './cluster/NodeReport.ts';
import { openCluster } from './cluster/openCluster.ts';
import { shareCounts } from './cluster/shareCounts.ts';
import { SharedClaims } from './cluster/SharedClaims.ts';
import type { Config } from './config/schema.ts';
import { createGateways } from './gateways/createGateways.ts';
import { MountedGateways } from './gateways/MountedGateways.ts';
import { handshakeLimits } from './signalling/handshakeLimits.ts';
import { SendBudget } from './signalling/SendBudget.ts';
import { SocketIoTransport } from './signalling/socketio/SocketIoTransport.ts';
import type { WebSocketContext } from './signalling/ws/WebSocketContext.ts';
import { isOperatorsOnly } from './http/accessControl.ts';
import { WebhookClient } from './http/WebhookClient.ts';
import { Certificate } from './http/Certificate.ts';
import { clientUrl } from './http/clientUrl.ts';
import type { ClientListeners } from './http/ClientListeners.ts';
import {
  createClientListeners,
  createOperationsListener,
} from './http/createListeners.ts';
import type { Listener } from './http/HttpListener.ts';
import { loadDashboard, loadPage } from './http/page.ts';
import { pageOriginFor } from './http/pageOrigin.ts';
import { observeServer } from './http/system/observeServer.ts';
import type { RouteTable } from './http/RouteSpec.ts';
import { systemRoutes } from './http/system/routes.ts';
import { serviceHealth } from './http/system/serviceHealth.ts';
import { NodeLoad } from './http/system/NodeLoad.ts';
import { ServerHealth } from './http/system/ServerHealth.ts';
import { createNodeApp } from './http/app.ts';
import type { Endpoint, Pages } from './http/app.ts';
import { ConfigReloads } from './config/ConfigReloads.ts';
import { LiveConfig } from './config/LiveConfig.ts';
import type { LiveSections } from './config/LiveConfig.ts';
import { Domain } from './Domain.ts';
import { Shutdown } from './Shutdown.ts';
import { Logger } from './core/logger.ts';
import { WorkerPool } from './media/WorkerPool.ts';
import type { Meetings } from './meetings/Meetings.ts';
import { Metrics } from './core/metrics.ts';
import type { AuditLog } from './moderation/AuditLog.ts';
import type { Bans } from './moderation/Bans.ts';
import { OpenRequests } from './core/OpenRequests.ts';
import { PROJECT_ROOT } from './core/projectRoot.ts';
import { Presence } from './presence/Presence.ts';
import type { RoomRegistry } from './rooms/RoomRegistry.ts';
import { SampledLog } from './limits/SampledLog.ts';
import { openStore } from './store/openStore.ts';
import type { Store } from './store/Store.ts';
import type { Webhooks } from './webhooks/Webhooks.ts';

const logger = new Logger('Server');

/** The time at which the process started. */
const STARTED_AT = new Date(
  Date.now() - process.uptime() * 1_000,
).toISOString();

/** The parts of a server that are opened before it. */
interface OpenedParts {
  readonly store: Store;
  readonly cluster: Cluster;
  readonly metrics: Metrics;
}

/** A whole server: media workers, rooms, gateways, and the ports that it listens on. */
export class Server {
  /** The users who are connected. */
  readonly presence = new Presence();
  /** The media workers. */
  readonly pool: WorkerPool;
  /** The tables of routes that are served over HTTP. */
  readonly routes: readonly RouteTable[];
  readonly #reloads: ConfigReloads;
  readonly #config: LiveSections;
  /** The key that tokens are signed with where the configuration has none. */
  readonly #ownKey: SigningKey | undefined;
  /** Undefined where no address has TLS. */
  readonly #certificate: Certificate | undefined;
  readonly #domain: Domain;
  readonly #gateways: MountedGateways;
  readonly #health: ServerHealth;
  readonly #load: NodeLoad;
  /** The URL of the page; undefined until the server listens. */
  #ownUrl: string | undefined;
  /** Serves plain requests that other nodes pass on. */
  readonly #nodeApp: RequestListener;
  readonly #listeners: ClientListeners;
  /** The port for operators, if they have one of their own. */
  readonly #ops: Listener | undefined;
  readonly #shutdown: Shutdown;

  private constructor(
    live: LiveConfig,
    ownKey: SigningKey | undefined,
    certificate: Certificate | undefined,
    pool: WorkerPool,
    pages: Pages,
    { store, cluster, metrics }: OpenedParts,
  ) {
    const config = live.view;
    this.#reloads = new ConfigReloads(live, metrics);
    this.#ownKey = ownKey;
    this.#config = config;
    this.#certificate = certificate;
    this.pool = pool;
    // Of the events that clients cause.
    const log = new SampledLog(new Logger('clients'), () => config.log.burst);
    // Over all gateways.
    const requests = new OpenRequests();
    if (cluster.address !== undefined) {
      metrics.nameNode(cluster.address);
    }
    this.#domain = new Domain({
      pool,
      store,
      config,
      metrics,
      log,
      webhookTransport: new WebhookClient(),
      directory: new SharedClaims(cluster.rooms),
      bus: cluster.bus,
    });
    const { registry, accounts, authenticator, calls } = this.#domain;
    closeEndedLogins(accounts, this.presence);
    if (cluster.bus !== undefined) {
      shareCounts(this.#domain.attempts, cluster.bus);
    }
    const context: WebSocketContext = {
      log,
      registry,
      presence: this.presence,
      config,
      metrics,
      requests,
      ...handshakeLimits(config.limits),
      sendBudget: new SendBudget(config.limits),
      relay: cluster.relay,
    };
    const refusals = { config, metrics, log };
    const sockets = new SocketIoTransport(context, 'calls');
    this.#health = new ServerHealth(pool, authenticator, store, cluster);
    this.#load = new NodeLoad({
      registry,
      pool,
      health: this.#health,
      limits: config.limits,
      cluster: config.cluster,
    });
    this.#gateways = new MountedGateways(
      createGateways(
        {
          ...context,
          pageOrigin: (request) =>
            pageOriginFor(
              request,
              config.access,
              this.#listeners.main,
              config.rtc,
            ),
        },
        sockets,
        this.#domain,
        {
          cluster,
          pool,
          health: this.#health,
          rooms: this.#domain.rooms,
          bans: this.#domain.bans,
          auditLog: this.#domain.auditLog,
          webhooks: this.#domain.webhooks,
          feed: this.#domain.feed,
          drain: () => void this.drain(),
        },
        config,
      ),
      refusals,
    );
    this.routes = [
      systemRoutes({
        nodeId: cluster.id,
        registry,
        health: this.#health,
        metrics,
      }),
      ...this.#gateways.routes,
    ];
    this.#nodeApp = createNodeApp(refusals, this.routes);
    const others = cluster.relay;
    const { serve, upgrade } = this.#gateways;
    const { contract } = config.listen;
    this.#listeners = createClientListeners(
      { ...refusals, certificate, others },
      contract === undefined
        ? { routes: this.routes, serve, upgrade, pages }
        : this.#endpointOf(contract),
      config.listeners.map((it) => this.#endpointOf(it.contract)),
    );
    this.#ops =
      config.ops.port === undefined
        ? undefined
        : createOperationsListener(
            { ...refusals, others },
            this.routes,
            pages.dashboard,
          );
    this.#shutdown = new Shutdown({
      config,
      health: this.#health,
      domain: this.#domain,
      cluster,
      requests,
      listeners: this.#listeners,
      gateways: this.#gateways,
      certificate,
      pool,
      store,
      log,
      ops: this.#ops,
    });
    observeServer(metrics, {
      registry,
      pool,
      health: this.#health,
      cluster,
      certificate,
      limitUses: () => [
        ...registry.limitUses,
        context.pending.use,
        context.sendBudget.use,
        sockets.limitUse,
        calls.limitUse,
        this.#domain.feed.limitUse,
        this.#listeners.limitUse,
      ],
      sessions: () => this.meetings.live.counts,
      outbox: () => this.webhooks.state(),
      gateways: this.#gateways.names,
    });
  }

  /**
   * Starts the workers and listens.
   *
   * @throws {StartError} When the certificate or the database cannot be used, or
   *   a port cannot be opened; nothing is left running.
   * @throws {Error} When a worker does not start; nothing is left running.
   */
  static async start(config: Config): Promise<Server> {
    const ownKey = await ownSigningKey(config);
    const live = new LiveConfig(withSigningKey(config, ownKey));
    const certificate = usesTls(config)
      ? await Certificate.load(config)
      : undefined;
    const [page, dashboard] = await Promise.all([loadPage(), loadDashboard()]);
    const pages = { page, dashboard };
    await using opened = new AsyncDisposableStack();
    const store = opened.adopt(
      await openStore(config.store, PROJECT_ROOT),
      (it) => it.close(),
    );
    const metrics = new Metrics();
    const { limits, signalling } = live.view;
    const cluster = opened.adopt(
      await openCluster({
        options: config.cluster,
        metrics,
        pingInterval: signalling.pingInterval,
        mostConnections: () => limits.connections,
        portTimeout: config.startup.portTimeout,
      }),
      (it) => it.close(),
    );
    const pool = await WorkerPool.create(live.view);
    opened.move();
    const parts = { store, cluster, metrics };
    const server = new Server(live, ownKey, certificate, pool, pages, parts);
    try {
      await server.#domain.open();
      await cluster.start({
        upgrade: server.#gateways.upgrade,
        serve: server.#nodeApp,
        figures: () => server.#figures,
      });
      await server.#listeners.start();
      server.#ownUrl = server.url;
      await server.#listenForOperators();
    } catch (error) {
      await server.close();
      throw error;
    }
    server.#reloads.warn();
    logger.info('serves %s with %d workers', server.url, pool.alive.length);
    for (const [index, { contract }] of config.listeners.entries()) {
      logger.info('serves %s alone at %s', contract, server.ownUrls[index]);
    }
    return server;
  }

  /** The live rooms. */
  get registry(): RoomRegistry {
    return this.#domain.registry;
  }

  /** The bans from rooms. */
  get bans(): Bans {
    return this.#domain.bans;
  }

  /** The log of moderation. */
  get auditLog(): AuditLog {
    return this.#domain.auditLog;
  }

  /** Events for the backends of operators. */
  get webhooks(): Webhooks {
    return this.#domain.webhooks;
  }

  /** The calls in conversations. */
  get calls(): Calls {
    return this.#domain.calls;
  }

  /** Sessions with a title and a password. */
  get meetings(): Meetings {
    return this.#domain.meetings.meetings;
  }

  /** The URL of the page, which clients connect to. */
  get url(): string {
    return clientUrl(this.#listeners.main, this.#config.rtc);
  }

  /** The state and the figures of this node of the cluster. */
  get #figures(): NodeFigures {
    return {
      ...this.#load.figures,
      version: pkg.version,
      startedAt: STARTED_AT,
      url: this.#ownUrl,
    };
  }

  /** The URLs at which one contract is served alone, as `listeners` has them. */
  get ownUrls(): string[] {
    return this.#listeners.own.map((address) =>
      clientUrl(address, this.#config.rtc),
    );
  }

  /** The URL of metrics and status, if operators have a port of their own. */
  get opsUrl(): string | undefined {
    return (
      this.#ops && `${originAt('http', this.#config.ops.host, this.#ops.port)}/`
    );
  }

  /**
   * Applies the options of a new configuration that may change while the server
   * runs, such as keys of tokens, limits, origins and the log level.
   */
  reconfigure(config: Config): void {
    this.#reloads.apply(withSigningKey(config, this.#ownKey));
  }

  /** Counts a new configuration that could not be taken over. */
  noteRefusedConfig(): void {
    this.#reloads.noteRefused();
  }

  /** Reads the certificate again, if there is one, and serves it if it has changed. */
  async renewCertificate(): Promise<void> {
    await this.#certificate?.reload();
  }

  /** Fulfilled when the server has stopped, for whatever reason. */
  get stopped(): Promise<void> {
    return this.#shutdown.stopped;
  }

  /** The number of clients that are connected, through all gateways. */
  get connections(): number {
    return this.#gateways.connections;
  }

  /**
   * Stops when the rooms are empty, or after `shutdown.drainTimeout`. Until then
   * no room is created, and peers can enter only rooms that exist. Where other
   * nodes serve, the rooms move to them one after another. Later calls return the
   * promise of the first.
   */
  drain(): Promise<void> {
    return this.#shutdown.drain();
  }

  /**
   * Stops at once: accepts no connections, tells every client to come back later,
   * closes rooms and workers. Later calls return the promise of the first.
   */
  close(): Promise<void> {
    return this.#shutdown.close();
  }

  /** All that is served at an address of one contract. */
  #endpointOf(contract: string): Endpoint {
    const { service, ...endpoint } = this.#gateways.only(contract);
    return service === undefined
      ? endpoint
      : {
          ...endpoint,
          routes: [...endpoint.routes, serviceHealth(service, this.#health)],
        };
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
}
