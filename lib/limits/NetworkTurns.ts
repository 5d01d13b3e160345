/** The maximum numbers of turns at once, and of callers waiting for one. */
interface TurnBounds {
  readonly atOnce: number;
  readonly waiting: number;
}

/** A caller waiting for its turn. */
interface Waiter {
  readonly start: () => void;
  readonly giveUp: () => void;
}

/**
 * A bound on how much work runs at once. Networks take turns, regardless of how many
 * of their callers wait. When too many wait, the newest caller of the network with
 * the most gives up, so that no network shuts others out.
 */
export class NetworkTurns {
  readonly #bounds: () => TurnBounds;
  readonly #full: () => Error;
  /** The waiting callers by network; the network whose turn is next comes first. */
  readonly #waiting = new Map<string, Waiter[]>();
  #running = 0;
  #count = 0;

  /** @param full - Makes the error for callers that cannot wait. */
  constructor(bounds: () => TurnBounds, full: () => Error) {
    this.#bounds = bounds;
    this.#full = full;
  }

  /**
   * Resolves when it is the caller's turn, which ends with {@link end}.
   *
   * @throws {Error} That of `full`.
   */
  async take(network: string): Promise<void> {
    const { atOnce, waiting } = this.#bounds();
    if (this.#running < atOnce) {
      this.#running += 1;
      return;
    }
    if (this.#count >= waiting) {
      this.#makeRoomFor(network);
    }
    // The caller that ends its turn hands it over, so #running stays as it is.
    await new Promise<void>((resolve, reject) => {
      const giveUp = () => reject(this.#full());
      const waiters = this.#waiting.get(network) ?? [];
      this.#waiting.set(network, waiters);
      waiters.push({ start: resolve, giveUp });
      this.#count += 1;
    });
  }

  /** Ends a turn, and begins that of the next network. */
  end(): void {
    const [next] = this.#waiting;
    if (next === undefined) {
      this.#running -= 1;
      return;
    }
    const [network, waiters] = next;
    const waiter = waiters.shift();
    this.#count -= 1;
    this.#waiting.delete(network);
    if (waiters.length > 0) {
      this.#waiting.set(network, waiters);
    }
    waiter?.start();
  }

  /** @throws {Error} That of `full`, if no network has more waiting callers. */
  #makeRoomFor(network: string): void {
    const own = this.#waiting.get(network)?.length ?? 0;
    let most: readonly [string, Waiter[]] | undefined;
    for (const entry of this.#waiting) {
      if (entry[1].length > (most?.[1].length ?? 0)) {
        most = entry;
      }
    }
    if (most === undefined || most[1].length <= own + 1) {
      throw this.#full();
    }
    const newest = most[1].pop();
    this.#count -= 1;
    newest?.giveUp();
  }
}
