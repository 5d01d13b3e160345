import { RecentMap } from '../core/RecentMap.ts';
import { nameOf } from './NodeAddress.ts';
import type { NodeAddress } from './NodeAddress.ts';

/** The most nodes that are remembered. */
const MOST = 1_000;

/** Nodes that have failed or refused, and are not asked again for a while. */
export class AvoidedNodes {
  readonly #duration: number;
  /** The times at which they were added. */
  readonly #times = new RecentMap<string, number>(MOST);

  /** @param duration - The time for which a node is avoided, ms. */
  constructor(duration: number) {
    this.#duration = duration;
  }

  add(node: NodeAddress): void {
    this.#times.set(nameOf(node), performance.now());
  }

  has(node: NodeAddress): boolean {
    const addedAt = this.#times.get(nameOf(node)) ?? -Infinity;
    return performance.now() - addedAt < this.#duration;
  }
}
