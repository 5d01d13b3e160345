/** The length of a message that counts once, in characters. */
const UNIT = 16_384;

/** A bound on messages: at once, and a second in the long run. */
export type Bound = { burst: number; perSecond: number };

/** The pace of messages, where long ones count several times. */
export class Pace {
  readonly #bound: Bound;
  #spent = 0;
  #since = performance.now();

  constructor(bound: Bound) {
    this.#bound = bound;
  }

  /**
   * Counts a message, even beyond the bound.
   *
   * @returns The time until the bound allows it, ms; 0 if it does now.
   */
  take(length = 0): number {
    const { burst, perSecond } = this.#bound;
    const now = performance.now();
    const earned = ((now - this.#since) / 1_000) * perSecond;
    this.#since = now;
    this.#spent =
      Math.max(0, this.#spent - earned) + 1 + Math.floor(length / UNIT);
    return (Math.max(0, this.#spent - burst) / perSecond) * 1_000;
  }
}
