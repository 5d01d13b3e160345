import type { WorkerUsage } from './MediaWorker.ts';
import type { WorkerPool } from './WorkerPool.ts';

/** The shortest time over which CPU usage is measured, ms. */
const INTERVAL = 1_000;

/** The CPU time of a worker, and its usage since the reading before. */
interface Reading {
  readonly pid: number;
  readonly at: number;
  readonly cpuSeconds: number;
  readonly cpuUsage: number;
}

/** Measures the CPU usage of media workers, each from one reading to the next. */
export class WorkerCpu {
  readonly #pool: Pick<WorkerPool, 'usage'>;
  /** The last reading of each worker. */
  readonly #readings = new Map<number, Reading>();

  constructor(pool: Pick<WorkerPool, 'usage'>) {
    this.#pool = pool;
  }

  /**
   * Reads the usage of each worker that answers, in percent of one core: since its
   * reading before, if that is at least a second old.
   */
  async read(): Promise<(WorkerUsage & { cpuUsage: number })[]> {
    const usages = await this.#pool.usage();
    return usages.map((usage) => ({ ...usage, cpuUsage: this.#since(usage) }));
  }

  #since({ index, pid, cpuSeconds }: WorkerUsage): number {
    const at = performance.now();
    const before = this.#readings.get(index);
    // A successor has a CPU time of its own.
    const last = before?.pid === pid ? before : undefined;
    if (last !== undefined && at - last.at < INTERVAL) {
      return last.cpuUsage;
    }
    const cpuUsage =
      last === undefined
        ? 0
        : Math.max(0, cpuSeconds - last.cpuSeconds) / ((at - last.at) / 1e5);
    this.#readings.set(index, { pid, at, cpuSeconds, cpuUsage });
    return cpuUsage;
  }
}
