import process from 'node:process';

import type { z } from 'zod';

import type { ListedNode, NodeList } from '../../cluster/NodeList.ts';
import type { ServerHealth } from '../../http/system/ServerHealth.ts';
import { WorkerCpu } from '../../media/WorkerCpu.ts';
import type { WorkerPool } from '../../media/WorkerPool.ts';
import type { nodeEntryShape, nodeShape } from './nodeShapes.ts';

type Bitrates = WorkerPool['traffic']['bitrates'];

/** A node in the list of all. */
export type NodeEntry = z.input<typeof nodeEntryShape>;

type NodeView = z.input<typeof nodeShape>;

/** The time for which a reading of bitrates is shared, ms. */
const BITRATE_INTERVAL = 1_000;

/** The parts of a server that it is shown by. */
export interface NodeParts {
  readonly cluster: { readonly id: string; readonly nodes: NodeList };
  readonly pool: WorkerPool;
  readonly health: ServerHealth;
}

/** This server as a resource, with its media workers. */
export class Node {
  readonly #parts: NodeParts;
  readonly #cpu: WorkerCpu;
  #bitrates: { at: number; read: Promise<Bitrates> } | undefined;

  constructor(parts: NodeParts) {
    this.#parts = parts;
    this.#cpu = new WorkerCpu(parts.pool);
  }

  get id(): string {
    return this.#parts.cluster.id;
  }

  /** All nodes of the cluster, this one first. */
  get all(): NodeEntry[] {
    const { self, others } = this.#parts.cluster.nodes;
    return [self, ...others].map((it) => entryOf(it));
  }

  /** Reads its state and its figures. */
  async view(): Promise<NodeView> {
    const { cluster, health } = this.#parts;
    const bitrates = await this.#readBitrates();
    return {
      ...entryOf(cluster.nodes.self),
      cpuUsage: health.cpuUsage,
      memoryUsage: process.memoryUsage.rss(),
      incomingBitrate: sum(bitrates, 'in'),
      outgoingBitrate: sum(bitrates, 'out'),
      workers: await this.#workers(bitrates),
    };
  }

  async #workers(bitrates: Bitrates): Promise<NodeView['workers']> {
    const { pool } = this.#parts;
    const usages = await this.#cpu.read();
    return Array.from({ length: pool.size }, (_, index) => {
      const worker = pool.alive.find((it) => it.index === index);
      if (worker === undefined) {
        return {
          index,
          state: 'missing',
          consumers: 0,
          incomingBitrate: 0,
          outgoingBitrate: 0,
        };
      }
      const { pid } = worker.worker;
      const usage = usages.find((it) => it.index === index);
      return {
        index,
        state: worker.responsive ? 'ready' : 'stalled',
        pid,
        consumers: worker.consumers,
        incomingBitrate: bitrates.get(worker)?.in ?? 0,
        outgoingBitrate: bitrates.get(worker)?.out ?? 0,
        ...(usage !== undefined && {
          cpuUsage: usage.cpuUsage,
          peakMemory: usage.peakMemory,
        }),
      };
    });
  }

  /** Shares one reading, which asks for each track, between all in a second. */
  #readBitrates(): Promise<Bitrates> {
    const now = performance.now();
    if (
      this.#bitrates === undefined ||
      now - this.#bitrates.at > BITRATE_INTERVAL
    ) {
      const { traffic } = this.#parts.pool;
      const read = traffic.sample().then(() => traffic.bitrates);
      this.#bitrates = { at: now, read };
    }
    return this.#bitrates.read;
  }
}

function entryOf<Report extends ListedNode['report']>({
  id,
  address,
  report,
  heardAt,
}: ListedNode<Report>) {
  return { ...report, nodeId: id, address, heardAt: heardAt.toISOString() };
}

function sum(bitrates: Bitrates, direction: 'in' | 'out'): number {
  return Array.from(bitrates.values()).reduce(
    (total, it) => total + it[direction],
    0,
  );
}
