/** A share of lost packets that shows that a floor is too high. */
export const LOSSY = 0.12;

/** A share of lost packets that shows that the link does not carry the lowest layers. */
const HOPELESS = 0.4;

/** Time with such losses after which the floor is lowered, ms. */
const LASTING = 3_000;

/**
 * Time without them after which a lowered floor is tried one rung higher again, ms: twice
 * as long each time that it has been lowered, up to the longest.
 */
const FIRST_CALM = 5_000;
const LONGEST_CALM = 80_000;

/** The rung of the ladder that is guaranteed at first. */
const TOP = 1;

/** No rung at all. */
const NONE = -1;

/**
 * The rung of a video's ladder that a floor guarantees. Losses that last lower it, for an
 * estimate at its floor says nothing of what the link carries. Those of the moment in which
 * a link got thin pass by, and so do not.
 */
export class FloorRung {
  #value = TOP;
  #lossySince: number | undefined;
  #calmSince: number | undefined;
  #calm = FIRST_CALM;

  /** The index in the ladder; below 0: none. */
  get value(): number {
    return this.#value;
  }

  /**
   * Takes the share of packets that are lost, again and again.
   *
   * @param now - A time that only increases, ms.
   */
  take(lost: number, now: number): void {
    if (lost > LOSSY) {
      this.#calmSince = undefined;
      this.#lossySince ??= now;
      if (now - this.#lossySince >= LASTING) {
        this.#lossySince = undefined;
        this.#value = Math.max(NONE, this.#value - (lost > HOPELESS ? 2 : 1));
        this.#calm = Math.min(this.#calm * 2, LONGEST_CALM);
      }
      return;
    }
    this.#lossySince = undefined;
    this.#calmSince ??= now;
    if (this.#value < TOP && now - this.#calmSince >= this.#calm) {
      this.#value += 1;
      this.#calmSince = now;
    }
  }

  /** Starts over, since there is room enough. */
  reset(): void {
    this.#value = TOP;
    this.#calm = FIRST_CALM;
    this.#lossySince = undefined;
    this.#calmSince = undefined;
  }
}
