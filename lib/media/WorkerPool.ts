import { EventEmitter, once } from 'node:events';
import process from 'node:process';

import { mediaErrors } from './errors.ts';
import type { MediaOptions, RtcOptions } from './options.ts';
import { AppError } from '../core/errors.ts';
import { Logger } from '../core/logger.ts';
import { opening } from '../core/opening.ts';
import type { Opened } from '../core/opening.ts';
import { MediaWorker, WorkerStalledError } from './MediaWorker.ts';
import type { WorkerUsage } from './MediaWorker.ts';
import { Traffic } from './Traffic.ts';

const FIRST_RESPAWN_DELAY = 100;
const LAST_RESPAWN_DELAY = 30_000;

/** A worker that lived this long did not die of its start, ms. */
const STABLE_AFTER = 60_000;

/** Longest wait for a worker when none can be asked, ms. */
const REVIVAL_TIMEOUT = 5_000;

/** Longest wait for the resource usage of a worker, ms. */
const USAGE_TIMEOUT = 2_000;

/** The workers, handed out in turn; each is replaced when it dies. */
export class WorkerPool {
  readonly #logger = new Logger('WorkerPool');
  /** The traffic of all workers, including those that died. */
  readonly traffic = new Traffic();
  readonly #config: MediaOptions;
  readonly #slots: (MediaWorker | undefined)[];
  /** The workers whose process runs, including those that are closing. */
  readonly #running = new Set<MediaWorker>();
  readonly #events = new EventEmitter<{ usable: [] }>();
  readonly #respawns = new Set<NodeJS.Timeout>();
  /** Workers that are starting. */
  readonly #spawning = new Set<Promise<void>>();
  #turn = 0;
  #deaths = 0;
  #stalls = 0;
  #closed = false;

  private constructor(config: MediaOptions) {
    this.#config = config;
    // As many rooms and members may wait for a worker as there are.
    this.#events.setMaxListeners(0);
    this.#slots = Array.from({ length: config.workers.count });
    process.once('exit', this.#kill);
  }

  /**
   * Starts all workers.
   *
   * @throws {StartError} When a port cannot be opened; none is left running.
   * @throws {Error} When one of them cannot start; none is left running.
   */
  static async create(config: MediaOptions): Promise<WorkerPool> {
    const pool = new WorkerPool(config);
    const started = await Promise.allSettled(
      Array.from(pool.#slots.keys(), (index) =>
        opening(portsOf(index, config.rtc), config.startup.portTimeout, () =>
          pool.#spawn(index, 0),
        ),
      ),
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

  /** The workers that are alive and answer in time: new work goes to these. */
  get usable(): readonly MediaWorker[] {
    return this.alive.filter(({ responsive }) => responsive);
  }

  /** The number of workers that should be alive. */
  get size(): number {
    return this.#slots.length;
  }

  /** The number of workers that have died since the start. */
  get deaths(): number {
    return this.#deaths;
  }

  /** The number of times that a worker has stopped answering since the start. */
  get stalls(): number {
    return this.#stalls;
  }

  /**
   * The worker whose turn it is.
   *
   * @throws {AppError} NO_WORKER when none is alive and answers.
   */
  next(): MediaWorker {
    for (let tried = 0; tried < this.#slots.length; tried += 1) {
      const worker = this.#slots[this.#turn];
      this.#turn = (this.#turn + 1) % this.#slots.length;
      if (worker?.responsive === true) {
        return worker;
      }
    }
    throw new AppError(
      mediaErrors.NO_WORKER,
      'no media worker is ready at the moment; try again in a few seconds',
    );
  }

  /** The resources used so far by each worker that answers. */
  async usage(): Promise<WorkerUsage[]> {
    const usages = await Promise.all(
      this.usable.map(async (worker) => {
        try {
          return await worker.whileResponsive(worker.usage(), USAGE_TIMEOUT);
        } catch (error) {
          // A worker that dies or stalls meanwhile is left out.
          if (!worker.closed && !(error instanceof WorkerStalledError)) {
            this.#logger.error(
              'the usage of worker %d is unknown: %o',
              worker.index,
              error,
            );
          }
          return undefined;
        }
      }),
    );
    return usages.filter((usage) => usage !== undefined);
  }

  /**
   * The worker whose turn it is; where none is usable, the first that is again.
   *
   * @throws {AppError} NO_WORKER when none is usable in time.
   */
  async take(): Promise<MediaWorker> {
    if (this.usable.length === 0 && !this.#closed) {
      if (this.#events.listenerCount('usable') === 0) {
        this.#logger.warn('no worker is ready; a room waits for one');
      }
      const signal = AbortSignal.timeout(REVIVAL_TIMEOUT);
      // What comes of the wait is what next() finds.
      await once(this.#events, 'usable', { signal }).catch(() => undefined);
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
    // No request from now on may get a worker that is closing.
    this.#slots.fill(undefined);
    await Promise.all([
      ...workers.map((worker) => worker.close()),
      ...this.#spawning,
    ]);
    process.off('exit', this.#kill);
  }

  async #spawn(index: number, failures: number): Promise<void> {
    const created = await MediaWorker.create(index, this.#config);
    this.#running.add(created);
    created.worker.once('subprocessclose', () => this.#running.delete(created));
    if (this.#closed) {
      await created.close();
      return;
    }
    this.#slots[index] = created;
    this.traffic.watch(created);
    this.#follow(created, failures);
    if (failures > 0) {
      this.#logger.info('worker %d is replaced', index);
    }
    this.#logger.debug('worker %d runs as pid %d', index, created.worker.pid);
    this.#events.emit('usable');
  }

  /** Logs and counts the states of a worker, and replaces it when it dies. */
  #follow(mediaWorker: MediaWorker, failures: number): void {
    const { index, probe, worker } = mediaWorker;
    const bornAt = Date.now();
    const { probeTimeout, hangTimeout } = this.#config.workers;
    probe.on('stalled', () => {
      this.#stalls += 1;
      this.#logger.error(
        'worker %d has not answered for %d ms; nothing new is placed on it',
        index,
        probeTimeout,
      );
    });
    probe.on('recovered', (silence) => {
      this.#logger.info('worker %d answers again, after %d ms', index, silence);
      this.#events.emit('usable');
    });
    probe.on('hung', () => {
      this.#logger.error(
        'worker %d has not answered for %d ms and is killed',
        index,
        hangTimeout,
      );
    });
    worker.once('died', (error) => {
      this.#logger.error('worker %d died: %s', index, error.message);
      const stable = Date.now() - bornAt > STABLE_AFTER;
      this.#replace(mediaWorker, stable ? 0 : failures);
    });
  }

  /**
   * Acts on the death of a worker. mediasoup has closed all that was on it by
   * now, and rejected the requests that were pending there. The order is part of
   * the contract with clients:
   *
   * 1. Nothing new is placed on the worker, and its successor is due.
   * 2. The rooms that were on it take another worker.
   * 3. Each member is told that its pending requests were refused, and then to
   *    set up media again: its room waits for {@link Member.answered}.
   */
  #replace(worker: MediaWorker, failures: number): void {
    this.#slots[worker.index] = undefined;
    this.#deaths += 1;
    this.#respawn(worker.index, failures);
    worker.settle();
  }

  /** A worker that does not answer would outlive a process that just exits. */
  readonly #kill = (): void => {
    for (const worker of this.#running) {
      worker.kill();
    }
  };

  /** Restarts a worker, waiting longer each time that it fails at once. */
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
          this.#logger.error(
            'worker %d cannot start, and is tried again: %o',
            index,
            error,
          );
          this.#respawn(index, failures + 1);
        })
        .finally(() => this.#spawning.delete(spawning));
      this.#spawning.add(spawning);
    }, delay);
    this.#respawns.add(timer);
  }
}

/**
 * Starts a worker outside of any pool.
 *
 * @throws {StartError} When its ports cannot be opened.
 */
export function openMedia(
  index: number,
  config: MediaOptions,
): Promise<MediaWorker> {
  return opening(portsOf(index, config.rtc), config.startup.portTimeout, () =>
    MediaWorker.create(index, config),
  );
}

/** The options that say what a worker opens. */
function portsOf(index: number, rtc: RtcOptions): Opened {
  return {
    addressOption: 'rtc.listenIp',
    address: rtc.listenIp,
    portOption: 'rtc.port',
    port: rtc.port === 0 ? 0 : rtc.port + index,
  };
}
