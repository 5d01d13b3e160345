/**
 * The growth of counters since the previous reading. Each counter
 * is measured by the clock of its own source.
 */
export class Rates {
  #before = new Map<string, { count: number; at: number }>();
  #now = new Map<string, { count: number; at: number }>();

  /**
   * The growth of a counter per second since the last reading; undefined where
   * it is new, or has begun anew. `at` is in milliseconds.
   */
  of(
    name: string,
    count: number | undefined,
    at: number | undefined,
  ): number | undefined {
    if (count === undefined || at === undefined) {
      return undefined;
    }
    this.#now.set(name, { count, at });
    const before = this.#before.get(name);
    if (!before || at <= before.at || count < before.count) {
      return undefined;
    }
    return ((count - before.count) * 1000) / (at - before.at);
  }

  /** Begins the next turn. What was not asked for in this one is forgotten. */
  turn(): void {
    this.#before = this.#now;
    this.#now = new Map();
  }
}
