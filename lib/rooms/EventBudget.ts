import type { KeptLimit } from './events.ts';

/** The cost of a queued frame beyond its bytes, for the objects around them. */
const FRAME_OVERHEAD = 256;

/** A peer's queue of events, or its kept answers, as a budget sees it. */
export interface BudgetedQueue<Limit = KeptLimit> {
  /** The cost of all its frames, shared ones included. */
  readonly cost: number;
  /** Drops all its frames; the option names the limit that was exceeded. */
  evict(option: Limit): void;
}

/** The memory that a queued frame takes, bytes. */
export function costOf(frame: Buffer): number {
  return frame.length + FRAME_OVERHEAD;
}

/**
 * The memory taken by the queued frames of a room or of the server, or by kept
 * answers. A frame in
 * several queues is counted once. Beyond the limit, the largest queue loses its
 * frames, then the next largest.
 */
export class EventBudget<Limit extends string = KeptLimit> {
  readonly #option: Limit;
  readonly #limit: () => number;
  readonly #parent: EventBudget<Limit> | undefined;
  /** The number of queues that hold each frame. */
  readonly #holders = new Map<Buffer, number>();
  readonly #queues = new Set<BudgetedQueue<Limit>>();
  #cost = 0;

  /**
   * @param option - The option of the limit.
   * @param limit - The limit as it is now, bytes.
   * @param parent - The budget that includes this one.
   */
  constructor(option: Limit, limit: () => number, parent?: EventBudget<Limit>) {
    this.#option = option;
    this.#limit = limit;
    this.#parent = parent;
  }

  /** The memory taken now, bytes. */
  get cost(): number {
    return this.#cost;
  }

  /** Counts a frame that was added to a queue. */
  add(queue: BudgetedQueue<Limit>, frame: Buffer): void {
    const holders = this.#holders.get(frame) ?? 0;
    this.#holders.set(frame, holders + 1);
    this.#queues.add(queue);
    if (holders === 0) {
      this.#cost += costOf(frame);
    }
    this.#parent?.add(queue, frame);
    while (this.#cost > this.#limit()) {
      this.#largest().evict(this.#option);
    }
  }

  /** Stops counting frames that were removed from a queue. */
  remove(queue: BudgetedQueue<Limit>, frames: readonly Buffer[]): void {
    for (const frame of frames) {
      const holders = (this.#holders.get(frame) ?? 0) - 1;
      if (holders > 0) {
        this.#holders.set(frame, holders);
      } else {
        this.#holders.delete(frame);
        this.#cost -= costOf(frame);
      }
    }
    if (queue.cost === 0) {
      this.#queues.delete(queue);
    }
    this.#parent?.remove(queue, frames);
  }

  #largest(): BudgetedQueue<Limit> {
    let largest: BudgetedQueue<Limit> | undefined;
    for (const queue of this.#queues) {
      if (largest === undefined || queue.cost > largest.cost) {
        largest = queue;
      }
    }
    if (largest === undefined) {
      throw new Error(`${this.#option}: ${this.#cost} bytes in no queue`);
    }
    return largest;
  }
}
