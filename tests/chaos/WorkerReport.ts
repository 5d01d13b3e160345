import { observer } from 'mediasoup';
import type { types } from 'mediasoup';

import type { WorkerPool } from '../../lib/media/WorkerPool.ts';
import { EngineObjects } from '../support/EngineObjects.ts';

/**
 * Compares what workers have with what this process holds open there, worker by
 * worker. It knows the workers that start after it was made.
 */
export class WorkerReport {
  readonly #objects = new Map<types.Worker, EngineObjects>();

  constructor() {
    observer.on('newworker', this.#watch);
  }

  /** A line for each place in a pool. */
  async describe(pool: WorkerPool): Promise<string> {
    const lines = Array.from({ length: pool.size }, async (_, index) => {
      const found = pool.alive.find((it) => it.index === index);
      if (found === undefined) {
        return `worker ${index}: dead, and not replaced yet`;
      }
      const differences = found.responsive
        ? await this.#compare(found.worker)
        : 'does not answer';
      return `worker ${index}: ${differences}`;
    });
    return (await Promise.all(lines)).join('\n');
  }

  close(): void {
    observer.off('newworker', this.#watch);
  }

  readonly #watch = (worker: types.Worker): void => {
    const objects = new EngineObjects();
    objects.watch(worker);
    this.#objects.set(worker, objects);
  };

  async #compare(worker: types.Worker): Promise<string> {
    const { channelMessageHandlers } = await worker.dump();
    const there = channelMessageHandlers.channelRequestHandlers;
    const held = new Map(
      this.#objects.get(worker)?.open.map(([{ id }, kind]) => [id, kind]),
    );
    const counts = Map.groupBy(held.values(), (kind) => kind);
    const missing = Array.from(held).filter(([id]) => !there.includes(id));
    const extra = there.filter((id) => !held.has(id));
    return [
      `has ${there.length} objects`,
      `held open: ${list(Array.from(counts, ([kind, all]) => `${all.length} ${kind}`))}`,
      `missing there: ${list(missing.map(([id, kind]) => `${kind} ${id}`))}`,
      `there without being held: ${list(extra)}`,
    ].join('; ');
  }
}

function list(items: string[]): string {
  return items.join(', ') || 'none';
}
