/** The most that patience grows by. */
const LONGEST = 16;

/** The looks in a row after which a level rises or falls, and the highest level. */
type Limits = { rise: number; fall: number; most: number };

/**
 * A level by which something is reduced because the device does not keep up; 0: not at
 * all. It rises quickly and falls slowly, and more slowly each time that a fall turns out
 * to have been too early.
 */
export class LoadLevel {
  readonly #limits: Limits;
  #value = 0;
  #overloaded = false;
  /** Looks in a row with the same result. */
  #looks = 0;
  /** Looks since the last fall. */
  #sinceFall = Infinity;
  #patience = 1;

  constructor(limits: Limits) {
    this.#limits = limits;
  }

  get value(): number {
    return this.#value;
  }

  /** Takes the result of a look. Returns true if the level has changed. */
  take(overloaded: boolean): boolean {
    const { rise, fall, most } = this.#limits;
    this.#looks = overloaded === this.#overloaded ? this.#looks + 1 : 1;
    this.#overloaded = overloaded;
    this.#sinceFall += 1;
    if (overloaded && this.#looks >= rise && this.#value < most) {
      const early = this.#sinceFall <= fall;
      this.#patience = early ? Math.min(this.#patience * 2, LONGEST) : 1;
      this.#value += 1;
    } else if (
      !overloaded &&
      this.#looks >= fall * this.#patience &&
      this.#value > 0
    ) {
      this.#value -= 1;
      this.#sinceFall = 0;
    } else {
      return false;
    }
    this.#looks = 0;
    return true;
  }
}
