/** The number of counters remembered: ten seconds of three layers of video. */
const SIZE = 1024;

/** Finds out what was received before, in whatever order it comes. */
export class ReplayWindow {
  readonly #seen = new Set<bigint>();
  /** The highest counter that was forgotten: up to here nothing is new. */
  #floor = -1n;

  /** Tells whether a counter is new. One that is too old to tell is not. */
  isNew(counter: bigint): boolean {
    return counter > this.#floor && !this.#seen.has(counter);
  }

  add(counter: bigint): void {
    this.#seen.add(counter);
    if (this.#seen.size > SIZE) {
      const [oldest = counter] = this.#seen;
      this.#seen.delete(oldest);
      this.#floor = oldest > this.#floor ? oldest : this.#floor;
    }
  }
}
