/** Work that is repeated, each round an interval after the end of the one before. */
export class Rounds {
  readonly #work: () => Promise<void>;
  readonly #interval: () => number;
  #closed = false;
  #timer: NodeJS.Timeout | undefined;
  /** The round under way. */
  #round: Promise<void> | undefined;

  /**
   * @param work - Must not reject.
   * @param interval - The time between two rounds, ms, asked for each time.
   */
  constructor(work: () => Promise<void>, interval: () => number) {
    this.#work = work;
    this.#interval = interval;
  }

  get closed(): boolean {
    return this.#closed;
  }

  /** Begins a round now, unless one is under way, and the others in time. */
  begin(): void {
    if (this.#closed) {
      return;
    }
    clearTimeout(this.#timer);
    this.#round ??= this.#work().finally(() => {
      this.#round = undefined;
      if (!this.#closed) {
        this.beginLater();
      }
    });
  }

  /** Begins a round after an interval, and the others in time. */
  beginLater(): void {
    this.#timer = setTimeout(() => this.begin(), this.#interval());
  }

  /** Begins no further round, and waits for the one under way. */
  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#timer);
    await this.#round;
  }
}
