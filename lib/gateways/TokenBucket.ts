/** Allows so many a second in the long run, and a burst of them at once. */
export class TokenBucket {
  readonly #perSecond: number;
  readonly #burst: number;
  #tokens: number;
  #filledAt = performance.now();

  constructor(perSecond: number, burst: number) {
    this.#perSecond = perSecond;
    this.#burst = burst;
    this.#tokens = burst;
  }

  /**
   * Takes tokens, also those that are not there yet.
   *
   * @returns How many are left; less than none when it was too many.
   */
  take(count: number): number {
    const now = performance.now();
    const earned = ((now - this.#filledAt) / 1_000) * this.#perSecond;
    this.#filledAt = now;
    this.#tokens = Math.min(this.#tokens + earned, this.#burst) - count;
    return this.#tokens;
  }
}
