import type { KeptLimit } from './events.ts';

/** What each kept frame costs beside its bytes: the objects around them. */
const FRAME_OVERHEAD = 256;

/** One peer's kept frames, as far as a budget has to know them. */
export interface Keeper {
  /** The cost of all frames that are kept, shared ones included. */
  readonly cost: number;
  /** Lets go of all of them; the option names the limit that was exceeded. */
  evict(option: KeptLimit): void;
}

/** The memory that keeping a frame takes, bytes. */
export function costOf(frame: Buffer): number {
  return frame.length + FRAME_OVERHEAD;
}

/**
 * The memory that the kept frames of a room or of the server take. A frame that
 * several peers keep is counted once. Beyond the limit, the peer that keeps the
 * most loses its frames, then the next.
 */
export class EventBudget {
  readonly #option: KeptLimit;
  readonly #limit: () => number;
  readonly #parent: EventBudget | undefined;
  /** The number of peers that keep each frame. */
  readonly #holders = new Map<Buffer, number>();
  readonly #keepers = new Set<Keeper>();
  #cost = 0;

  /**
   * @param option - The option of the limit.
   * @param limit - The limit as it is now, bytes.
   * @param parent - The budget that this one is a part of.
   */
  constructor(option: KeptLimit, limit: () => number, parent?: EventBudget) {
    this.#option = option;
    this.#limit = limit;
    this.#parent = parent;
  }

  /** The memory that is taken now, bytes. */
  get cost(): number {
    return this.#cost;
  }

  /** Counts a frame that a peer keeps from now on. */
  keep(keeper: Keeper, frame: Buffer): void {
    const holders = this.#holders.get(frame) ?? 0;
    this.#holders.set(frame, holders + 1);
    this.#keepers.add(keeper);
    if (holders === 0) {
      this.#cost += costOf(frame);
    }
    this.#parent?.keep(keeper, frame);
    while (this.#cost > this.#limit()) {
      this.#largest().evict(this.#option);
    }
  }

  /** Counts out frames that a peer keeps no more. */
  release(keeper: Keeper, frames: readonly Buffer[]): void {
    for (const frame of frames) {
      const holders = (this.#holders.get(frame) ?? 0) - 1;
      if (holders > 0) {
        this.#holders.set(frame, holders);
      } else {
        this.#holders.delete(frame);
        this.#cost -= costOf(frame);
      }
    }
    if (keeper.cost === 0) {
      this.#keepers.delete(keeper);
    }
    this.#parent?.release(keeper, frames);
  }

  #largest(): Keeper {
    let largest: Keeper | undefined;
    for (const keeper of this.#keepers) {
      if (largest === undefined || keeper.cost > largest.cost) {
        largest = keeper;
      }
    }
    if (largest === undefined) {
      throw new Error(`${this.#option}: ${this.#cost} bytes without a keeper`);
    }
    return largest;
  }
}
