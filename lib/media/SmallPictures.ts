/** Time for which cameras are held small until the connection counts as weak, ms. */
const WEAK_AFTER = 3_000;

/** Time after which it counts as good again once they no longer are, ms. */
const GOOD_AFTER = 5_000;

/**
 * Tells if the connection of a receiver is weak because its bandwidth holds cameras in
 * their smallest resolution, or stops them. Slower for the better than for the worse, so
 * that a raise that turns out to be a mistake is not told.
 */
export class SmallPictures {
  #weak = false;
  /** The time since which all looks have contradicted `weak`, ms. */
  #since: number | undefined;

  /** True while the connection is weak. */
  get weak(): boolean {
    return this.#weak;
  }

  /**
   * Takes one look, of many.
   *
   * @param held - True if the bandwidth holds them small.
   * @param now - A time that only increases, ms.
   * @returns True if `weak` has changed.
   */
  take(held: boolean, now: number): boolean {
    if (held === this.#weak) {
      this.#since = undefined;
      return false;
    }
    this.#since ??= now;
    if (now - this.#since < (held ? WEAK_AFTER : GOOD_AFTER)) {
      return false;
    }
    this.#weak = held;
    this.#since = undefined;
    return true;
  }
}
