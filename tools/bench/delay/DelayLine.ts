/** One direction of a link: what enters leaves after a delay, in the same order. */
export class DelayLine {
  /** The delay of what enters from now on, ms. */
  delay: number;
  readonly #queue: { at: number; leave: () => void }[] = [];
  readonly #opensAt: number;
  /** The time at which the last one leaves. */
  #last = 0;
  #timer: NodeJS.Timeout | undefined;

  /**
   * @param delay - In ms.
   * @param opening - The time until anything can enter at all, ms.
   */
  constructor(delay: number, opening = 0) {
    this.delay = delay;
    this.#opensAt = performance.now() + opening;
  }

  /** Lets something leave after the delay, and after all that entered before. */
  enter(leave: () => void): void {
    const now = performance.now();
    const entered = Math.max(now, this.#opensAt);
    const at = Math.max(entered + this.delay, this.#last);
    if (at <= now && this.#queue.length === 0) {
      leave();
      return;
    }
    this.#last = at;
    this.#queue.push({ at, leave });
    this.#wait();
  }

  /** Drops all that is on its way. */
  close(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#queue.length = 0;
  }

  #wait(): void {
    const [next] = this.#queue;
    if (next === undefined || this.#timer !== undefined) {
      return;
    }
    const left = Math.max(0, next.at - performance.now());
    this.#timer = setTimeout(() => this.#leave(), left);
  }

  #leave(): void {
    this.#timer = undefined;
    const now = performance.now();
    for (
      let next = this.#queue[0];
      next !== undefined && next.at <= now;
      next = this.#queue[0]
    ) {
      this.#queue.shift();
      next.leave();
    }
    this.#wait();
  }
}
