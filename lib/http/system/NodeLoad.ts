import type { WorkerPool } from '../../media/WorkerPool.ts';
import { WorkerCpu } from '../../media/WorkerCpu.ts';
import type { ServerHealth } from './ServerHealth.ts';

/** The interval at which media workers are asked for their CPU time, ms. */
const CPU_INTERVAL = 2_000;

/** The parts of a server that its load is read from. */
export interface LoadedParts {
  readonly registry: {
    readonly rooms: ReadonlyMap<
      string,
      { readonly peers: { readonly size: number } }
    >;
  };
  readonly pool: Pick<WorkerPool, 'size' | 'alive' | 'usable' | 'usage'>;
  readonly health: Pick<ServerHealth, 'phase' | 'ready' | 'cpuUsage'>;
  readonly limits: { readonly rooms: number; readonly peers: number };
  readonly cluster: { readonly consumersPerWorker: number };
}

/** The state, the load and the figures of this server, as other nodes are to know them. */
export class NodeLoad {
  readonly #parts: LoadedParts;
  readonly #cpu: WorkerCpu;
  #cpuReadAt = -Infinity;
  /** The part of the CPU of the media workers that is used. */
  #workersCpu = 0;

  constructor(parts: LoadedParts) {
    this.#parts = parts;
    this.#cpu = new WorkerCpu(parts.pool);
  }

  /**
   * The figures at present. Those that workers have to be asked for are of the reading
   * before, which a worker that does not answer cannot hold up.
   */
  get figures() {
    this.#readAgain();
    const { registry, pool, health, limits } = this.#parts;
    const rooms = Array.from(registry.rooms.values());
    const peers = rooms.reduce((sum, room) => sum + room.peers.size, 0);
    return {
      state: health.phase,
      takesRooms:
        health.ready &&
        pool.usable.length > 0 &&
        rooms.length < limits.rooms &&
        peers < limits.peers,
      load: this.#load,
      rooms: rooms.length,
      peers,
      consumers: pool.alive.reduce((sum, it) => sum + it.consumers, 0),
    };
  }

  /**
   * The part of the capacity that is used: of the core of the process, of the cores of
   * the workers, or of the consumers that they are to carry, whichever is the most.
   * Consumers are there before the media that takes CPU.
   */
  get #load(): number {
    const { health, pool, cluster } = this.#parts;
    const consumers = pool.usable.map(
      (worker) => worker.consumers / cluster.consumersPerWorker,
    );
    return Math.max(
      health.cpuUsage / 100,
      this.#workersCpu,
      this.#meanOf(consumers),
    );
  }

  #readAgain(): void {
    const now = performance.now();
    if (now - this.#cpuReadAt >= CPU_INTERVAL) {
      this.#cpuReadAt = now;
      void this.#readCpu();
    }
  }

  async #readCpu(): Promise<void> {
    const usages = await this.#cpu.read();
    this.#workersCpu = this.#meanOf(
      usages.map(({ cpuUsage }) => cpuUsage / 100),
    );
  }

  /**
   * The mean of the parts of the workers that are used.
   *
   * @param used - Those of the workers that answer; all of any other counts as used.
   */
  #meanOf(used: readonly number[]): number {
    const { size } = this.#parts.pool;
    const sum = used.reduce((total, it) => total + it, size - used.length);
    return size === 0 ? 0 : sum / size;
  }
}
