/** A rate in the long run, and the burst that is allowed at once. */
export interface Rate {
  readonly perSecond: number;
  readonly burst: number;
}

/** A bucket of tokens that refills at a rate. */
export class TokenBucket {
  readonly #rate: Rate;
  #spent = 0;
  #refilledAt = performance.now();

  /** @param rate - Read again each time, because it may change. */
  constructor(rate: Rate) {
    this.#rate = rate;
  }

  /**
   * Takes tokens, even more than there are.
   *
   * @returns The number left, negative when there were too few.
   */
  take(count: number): number {
    this.#refill();
    this.#spent += count;
    return this.#rate.burst - this.#spent;
  }

  /** Seconds until there is one token; 0 if there is one now. */
  get wait(): number {
    this.#refill();
    const { perSecond, burst } = this.#rate;
    return Math.max(0, this.#spent + 1 - burst) / perSecond;
  }

  /** True when all tokens have been refilled. */
  get full(): boolean {
    this.#refill();
    return this.#spent === 0;
  }

  #refill(): void {
    const now = performance.now();
    const earned = ((now - this.#refilledAt) / 1_000) * this.#rate.perSecond;
    this.#refilledAt = now;
    this.#spent = Math.max(0, this.#spent - earned);
  }
}
