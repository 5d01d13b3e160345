/** A word about turns: a side asks for one, or gives it. */
export type Turn = 'asked' | 'given';

/**
 * The longest wait for a turn, or for the offer of the side that was given one, ms: the
 * network may have lost the word.
 */
const PATIENCE = 2_000;

/**
 * The time for which the polite side holds an offer back if the other side does not
 * know turns, ms.
 */
const COURTESY = 200;

/** The side that takes turns. */
export type TurnsOptions = {
  /** Gives way when two offers collide. */
  polite: boolean;
  /** No offer is on its way or to be answered. */
  isIdle: () => boolean;
  say: (turn: Turn) => void;
  offer: () => void;
};

/**
 * The turns in which two sides offer, so that offers do not collide: Chromium may show
 * no pictures after an offer was rolled back. The impolite side offers when it needs
 * to, and the polite side asks it first.
 */
export class Turns {
  readonly #options: TurnsOptions;
  #known = false;
  /** The other side has the turn. */
  #given = false;
  /** An offer waits for the end of that turn. */
  #wanted = false;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(options: TurnsOptions) {
    this.#options = options;
  }

  /** Notes that the other side knows turns. */
  note(): void {
    this.#known = true;
  }

  /** Offers, as soon as it is this side's turn. */
  want(): void {
    const { polite, say, offer } = this.#options;
    if (polite) {
      this.#wait(this.#known ? PATIENCE : COURTESY);
      if (this.#known) {
        say('asked');
      }
    } else if (this.#given) {
      this.#wanted = true;
    } else {
      offer();
    }
  }

  /** Takes in a word of the other side. */
  hear(turn: Turn): void {
    const { polite, isIdle, say, offer } = this.#options;
    if (polite && turn === 'given' && this.#timer !== undefined) {
      this.#stop();
      offer();
    } else if (!polite && turn === 'asked' && isIdle()) {
      this.#wait(PATIENCE);
      this.#given = true;
      say('given');
    }
  }

  /**
   * Notes an offer of the other side. If there is more to negotiate once it is
   * answered, the browser asks again.
   */
  offered(): void {
    this.#stop();
  }

  close(): void {
    this.#stop();
  }

  /** Offers after a time if an offer is needed, unless the other side offers first. */
  #wait(time: number): void {
    this.#stop();
    this.#timer = setTimeout(() => {
      const { polite, offer } = this.#options;
      const isWanted = polite || this.#wanted;
      this.#stop();
      if (isWanted) {
        offer();
      }
    }, time);
  }

  #stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#given = false;
    this.#wanted = false;
  }
}
