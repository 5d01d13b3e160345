import type { WorkerPool } from '../../media/WorkerPool.ts';
import { WorkerCpu } from '../../media/WorkerCpu.ts';
import type { RoomRegistry } from '../../rooms/RoomRegistry.ts';
import type { ServerHealth } from './ServerHealth.ts';

/** The interval at which media workers are asked for their CPU time, ms. */
const CPU_INTERVAL = 2_000;

/** The interval at which they are asked for the bitrate of each track, ms. */
const BITRATE_INTERVAL = 10_000;

/** The parts of a server that its load is read from. */
export interface LoadedParts {
  readonly registry: Pick<RoomRegistry, 'rooms'>;
  readonly pool: WorkerPool;
  readonly health: Pick<ServerHealth, 'phase' | 'ready' | 'cpuUsage'>;
  readonly limits: { readonly rooms: number };
  readonly rooms: { readonly consumersPerRouter: number };
}

/** The load of this server, as other nodes of a cluster are to know it. */
export class NodeLoad {
  readonly #parts: LoadedParts;
  readonly #cpu: WorkerCpu;
  #cpuReadAt = -Infinity;
  #bitratesReadAt = -Infinity;
  /** The mean CPU usage of the media workers, in percent of one core. */
  #workersCpuUsage = 0;

  constructor(parts: LoadedParts) {
    this.#parts = parts;
    this.#cpu = new WorkerCpu(parts.pool);
  }

  /**
   * The load at present. Figures that workers have to be asked for are those of the
   * reading before, which a worker that does not answer cannot hold up.
   */
  get figures() {
    this.#readAgain();
    const { registry, pool, health, limits } = this.#parts;
    const rooms = Array.from(registry.rooms.values());
    const { usable } = pool;
    const consumers = usable.reduce((sum, it) => sum + it.consumers, 0);
    const bitrates = Array.from(pool.traffic.bitrates.values());
    const { cpuUsage } = health;
    return {
      state: health.phase,
      takesRooms:
        health.ready && usable.length > 0 && rooms.length < limits.rooms,
      load: this.#load(cpuUsage, consumers),
      rooms: rooms.length,
      peers: rooms.reduce((sum, { peers }) => sum + peers.size, 0),
      consumers,
      cpuUsage,
      workersCpuUsage: this.#workersCpuUsage,
      outgoingBitrate: bitrates.reduce((sum, it) => sum + it.out, 0),
    };
  }

  /**
   * The part of the capacity that is used: of the core of the process, of the cores of
   * the workers, or of the consumers that they are to carry, whichever is the most.
   * Consumers are there before the media that takes CPU.
   */
  #load(cpuUsage: number, consumers: number): number {
    const { pool, rooms } = this.#parts;
    const capacity = pool.usable.length * rooms.consumersPerRouter;
    return Math.max(
      cpuUsage / 100,
      this.#workersCpuUsage / 100,
      capacity === 0 ? 0 : consumers / capacity,
    );
  }

  #readAgain(): void {
    const now = performance.now();
    if (now - this.#cpuReadAt >= CPU_INTERVAL) {
      this.#cpuReadAt = now;
      void this.#readCpu();
    }
    if (now - this.#bitratesReadAt >= BITRATE_INTERVAL) {
      this.#bitratesReadAt = now;
      void this.#parts.pool.traffic.sample();
    }
  }

  async #readCpu(): Promise<void> {
    const usages = await this.#cpu.read();
    const sum = usages.reduce((total, { cpuUsage }) => total + cpuUsage, 0);
    this.#workersCpuUsage = usages.length === 0 ? 0 : sum / usages.length;
  }
}
