/** The times and values of a chart, the oldest first, over a bounded time. */
export class Series {
  readonly #span: number;
  readonly #width: number;
  #times: number[] = [];
  #values: number[][];

  /**
   * @param width - The number of values at each time.
   * @param span - The time that is kept, s.
   */
  constructor(width: number, span = 3_600) {
    this.#width = width;
    this.#span = span;
    this.#values = Array.from({ length: width }, () => []);
  }

  /** The times, s since the epoch, and the values of each line. */
  get data(): [number[], ...number[][]] {
    return [this.#times, ...this.#values];
  }

  /** The newest value of a line, and the highest. */
  summary(line: number): { last: number; highest: number } | undefined {
    const values = this.#values[line] ?? [];
    const last = values.at(-1);
    return last === undefined
      ? undefined
      : { last, highest: Math.max(...values) };
  }

  /** Adds values that are later than all before; others are left out. */
  add(time: number, values: readonly number[]): void {
    const before = this.#times.at(-1);
    if (before !== undefined && time <= before) {
      return;
    }
    this.#times.push(time);
    for (let line = 0; line < this.#width; line += 1) {
      this.#values[line]?.push(values[line] ?? 0);
    }
    const first = this.#times.findIndex((it) => it >= time - this.#span);
    this.#times = this.#times.slice(first);
    this.#values = this.#values.map((it) => it.slice(first));
  }
}
