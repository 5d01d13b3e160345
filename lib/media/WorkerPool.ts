import { EventEmitter, once } from 'node:events';

import type { Config } from '../config.ts';
import { RoomError } from '../errors.ts';
import { Logger } from '../logger.ts';
import { MediaWorker } from './MediaWorker.ts';
import type { WorkerUsage } from './MediaWorker.ts';
import { Traffic } from './Traffic.ts';

const FIRST_RESPAWN_DELAY = 100;
const LAST_RESPAWN_DELAY = 30_000;

/** A worker that lived this long has not died of its start, in ms. */
const STABLE_AFTER = 60_000;

/** Longest wait for a worker when none is alive, ms. */
const REVIVAL_TIMEOUT = 5_000;

/** The workers, each replaced when it dies, handed out in turn. */
export class WorkerPool {
  readonly #logger = new Logger('WorkerPool');
  /** What the workers have sent and received, those that died included. */
  readonly traffic = new Traffic();
  readonly #config: Config;
  readonly #slots: (MediaWorker | undefined)[];
  readonly #events = new EventEmitter<{ spawned: [] }>();
  readonly #respawns = new Set<NodeJS.Timeout>();
  /** Workers on their way. */
  readonly #spawning = new Set<Promise<void>>();
  #turn = 0;
  #deaths = 0;
  #closed = false;

  private constructor(config: Config) {
    this.#config = config;
    this.#slots = Array.from({ length: config.workers.count });
  }

  /**
   * Starts all workers.
   *
   * @throws {Error} When one of them cannot start; none is left running.
   */
  static async create(config: Config): Promise<WorkerPool> {
    const pool = new WorkerPool(config);
    const started = await Promise.allSettled(
      Array.from(pool.#slots.keys(), (index) => pool.#spawn(index, 0)),
    );
    const failed = started.find((result) => result.status === 'rejected');
    if (failed !== undefined) {
      await pool.close();
      throw failed.reason;
    }
    return pool;
  }

  /** The workers that are alive now. */
  get alive(): readonly MediaWorker[] {
    return this.#slots.filter((slot) => slot !== undefined);
  }

  /** How many workers should be alive. */
  get size(): number {
    return this.#slots.length;
  }

  /** How many workers have died since the start. */
  get deaths(): number {
    return this.#deaths;
  }

  /**
   * The worker whose turn it is.
   *
   * @throws {RoomError} NO_WORKER when none is alive.
   */
  next(): MediaWorker {
    for (let tried = 0; tried < this.#slots.length; tried += 1) {
      const worker = this.#slots[this.#turn];
      this.#turn = (this.#turn + 1) % this.#slots.length;
      if (worker !== undefined) {
        return worker;
      }
    }
    throw new RoomError(
      'NO_WORKER',
      'no media worker is alive at the moment; try again in a few seconds',
    );
  }

  /** What the workers that are alive have used of the machine. */
  async usage(): Promise<WorkerUsage[]> {
    const usages = await Promise.all(
      this.alive.map(async (worker) => {
        try {
          return await worker.usage();
        } catch (error) {
          // Who dies under the question is missed by nobody here.
          if (!worker.worker.closed) {
            throw error;
          }
          return undefined;
        }
      }),
    );
    return usages.filter((usage) => usage !== undefined);
  }

  /**
   * The worker whose turn it is; where none is alive, the first that is again.
   *
   * @throws {RoomError} NO_WORKER when none comes to life in time.
   */
  async take(): Promise<MediaWorker> {
    if (this.alive.length === 0 && !this.#closed) {
      this.#logger.warn('no worker is alive; a room waits for one');
      const signal = AbortSignal.timeout(REVIVAL_TIMEOUT);
      // What comes of the wait is what next() finds.
      await once(this.#events, 'spawned', { signal }).catch(() => undefined);
    }
    return this.next();
  }

  /** Ends all workers; resolves when their processes are gone. */
  async close(): Promise<void> {
    this.#closed = true;
    for (const timer of this.#respawns) {
      clearTimeout(timer);
    }
    this.#respawns.clear();
    const workers = this.alive;
    // Whoever asks for a worker now must not be handed one that goes.
    this.#slots.fill(undefined);
    await Promise.all([
      ...workers.map((worker) => worker.close()),
      ...this.#spawning,
    ]);
  }

  async #spawn(index: number, failures: number): Promise<void> {
    const created = await MediaWorker.create(index, this.#config);
    if (this.#closed) {
      await created.close();
      return;
    }
    this.#slots[index] = created;
    this.#events.emit('spawned');
    this.traffic.watch(created.worker);
    const bornAt = Date.now();
    created.worker.once('died', (error) => {
      this.#slots[index] = undefined;
      this.#deaths += 1;
      const stable = Date.now() - bornAt > STABLE_AFTER;
      this.#logger.error('worker %d died: %s', index, error.message);
      this.#respawn(index, stable ? 0 : failures);
    });
    this.#logger.debug('worker %d runs as pid %d', index, created.worker.pid);
  }

  /** Starts a worker anew, waiting longer each time that it fails at once. */
  #respawn(index: number, failures: number): void {
    if (this.#closed) {
      return;
    }
    const delay = Math.min(
      FIRST_RESPAWN_DELAY * 2 ** failures,
      LAST_RESPAWN_DELAY,
    );
    const timer = setTimeout(() => {
      this.#respawns.delete(timer);
      const spawning = this.#spawn(index, failures + 1)
        .catch((error: unknown) => {
          this.#logger.error('worker %d cannot start: %o', index, error);
          this.#respawn(index, failures + 1);
        })
        .finally(() => this.#spawning.delete(spawning));
      this.#spawning.add(spawning);
    }, delay);
    this.#respawns.add(timer);
  }
}
