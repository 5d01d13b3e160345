import type { RoomDirectory } from './cluster/RoomDirectory.ts';
import { Logger } from './core/logger.ts';
import type { OpenRequests } from './core/OpenRequests.ts';
import type { Domain } from './Domain.ts';
import type { MountedGateways } from './gateways/MountedGateways.ts';
import type { Certificate } from './http/Certificate.ts';
import type { ClientListeners } from './http/ClientListeners.ts';
import type { Listener } from './http/HttpListener.ts';
import type { ServerHealth } from './http/system/ServerHealth.ts';
import type { SampledLog } from './limits/SampledLog.ts';
import type { WorkerPool } from './media/WorkerPool.ts';
import { moveRooms } from './rooms/moveRooms.ts';
import type { Store } from './store/Store.ts';

const logger = new Logger('Server');

/** A node's part in its cluster, as far as its end is concerned. */
interface LeavableCluster {
  readonly rooms: RoomDirectory;
  readonly hasOthers: boolean;
  drain(): void;
  close(): Promise<void>;
}

/** The parts of a server that end with it. */
interface EndingParts {
  /** Read at the time of use: it may change while the server runs. */
  readonly config: { readonly shutdown: { readonly drainTimeout: number } };
  readonly health: ServerHealth;
  readonly domain: Domain;
  readonly cluster: LeavableCluster;
  readonly requests: OpenRequests;
  readonly listeners: ClientListeners;
  readonly gateways: MountedGateways;
  /** Undefined where no address has TLS. */
  readonly certificate: Certificate | undefined;
  readonly pool: WorkerPool;
  readonly store: Store;
  readonly log: SampledLog;
  /** The port for operators, if they have one of their own. */
  readonly ops: Listener | undefined;
}

/** The end of a server: at once, or when its rooms are empty. */
export class Shutdown {
  readonly #parts: EndingParts;
  readonly #stopped = Promise.withResolvers<void>();
  #draining: Promise<void> | undefined;
  #closing: Promise<void> | undefined;

  constructor(parts: EndingParts) {
    this.#parts = parts;
  }

  /** Fulfilled when the server has stopped. */
  get stopped(): Promise<void> {
    return this.#stopped.promise;
  }

  /**
   * Stops when the rooms are empty, or after `shutdown.drainTimeout`. Until then
   * no room is created, and peers can enter only rooms that exist. Where other
   * nodes serve, the rooms move to them one after another. Later calls return the
   * promise of the first.
   */
  drain(): Promise<void> {
    this.#draining ??= this.#drain();
    return this.#draining;
  }

  /**
   * Stops at once: accepts no connections, tells every client to come back later,
   * closes rooms and workers. Later calls return the promise of the first.
   */
  close(): Promise<void> {
    this.#closing ??= this.#close('shutdown');
    return this.#closing;
  }

  async #drain(): Promise<void> {
    const { config, health, domain, cluster, requests } = this.#parts;
    const { registry, calls } = domain;
    if (this.#closing === undefined) {
      health.phase = 'draining';
    }
    const { drainTimeout } = config.shutdown;
    logger.info('drains for at most %d ms', drainTimeout);
    calls.drain();
    cluster.drain();
    const { promise: tooLate, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, drainTimeout);
    const deadline = Date.now() + drainTimeout;
    const drained = registry
      .drain(deadline)
      // The last peer to leave is told so before its connection closes.
      .then(() => requests.answered());
    const ended = new AbortController();
    const moved = moveRooms(
      registry,
      cluster.rooms,
      () => cluster.hasOthers,
      deadline,
      ended.signal,
    );
    await Promise.race([drained, tooLate]);
    clearTimeout(timer);
    ended.abort();
    await moved;
    const { size } = registry.rooms;
    if (size === 0) {
      logger.info('drained: every room is empty');
    } else {
      logger.warn(
        'shutdown.drainTimeout has passed: %d rooms are closed',
        size,
      );
    }
    this.#closing ??= this.#close('restart');
    await this.#closing;
  }

  async #close(reason: 'shutdown' | 'restart'): Promise<void> {
    const { health, domain, listeners, gateways, store, log, ops } =
      this.#parts;
    const { registry, calls } = domain;
    health.phase = 'closing';
    const closed = listeners.stop();
    const callsLeft = calls.limitUse.used;
    const callsEnded = calls.close();
    if (callsLeft > 0) {
      // Their participants are told before the connections close.
      await callsEnded;
    }
    // All in one go, so that no peer is told of the others leaving one by one.
    registry.close(reason);
    gateways.close(reason);
    await Promise.all([
      closed,
      this.#parts.cluster.close(),
      this.#parts.certificate?.close(),
      this.#parts.pool.close(),
      domain.close(),
      callsEnded,
    ]);
    // Requests that were under way have been answered.
    await store.close();
    log.close();
    // Operators can read the metrics until the end.
    await ops?.stop();
    logger.info('stopped');
    this.#stopped.resolve();
  }
}
