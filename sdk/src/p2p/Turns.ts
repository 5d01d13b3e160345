/** A word about turns: a side asks for one, or gives it. */
export type Turn = 'asked' | 'given';

/**
 * The longest wait for a turn, or for the offer of those who were given one, ms: the
 * word may be lost with the network.
 */
const PATIENCE = 2_000;

/**
 * The time for which the polite side holds an offer back where the other side knows
 * no turns, ms.
 */
const COURTESY = 200;

/** The surroundings of turns. */
export type TurnsOptions = {
  /** Gives way where two offers meet. */
  polite: boolean;
  /** No offer is on its way or to be answered. */
  isIdle: () => boolean;
  say: (turn: Turn) => void;
  offer: () => void;
};

/**
 * The turns in which two sides offer, so that offers do not meet: pictures may stay
 * away in Chromium after an offer was withdrawn. The impolite side offers when it
 * needs to, and the polite side asks it before.
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

  /** Offers what is to be offered after a time, unless the other side does first. */
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
