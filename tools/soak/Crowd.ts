import type { Random } from '../fixtures/Random.ts';

/** Guests that are on their way in or out at the same time. */
const BUSY = 16;

/** Guests that are there at most before some have to leave. */
const CROWD = 60;

/** The guest went away in the middle of what it was doing. */
export class Aborted extends Error {}

/** A client of any contract that comes, and leaves at some time. */
export interface Guest {
  /**
   * Connects and takes part.
   *
   * @throws {Aborted} When it leaves on its way in.
   */
  enter(): Promise<void>;
  /** Shows that the connection still works, where it has to. */
  speak?(): Promise<void>;
  /** Leaves, in one of the ways in which people do. */
  leave(): Promise<void>;
}

/** The guests who are there, and those who come and go. */
export class Crowd {
  readonly #guest: (number: number) => Guest;
  readonly #random: Random;
  readonly #onProgress: (done: number) => void;
  readonly #here: Guest[] = [];
  #came = 0;
  aborted = 0;

  /** @param guest - Makes the guest with a number. */
  constructor(
    guest: (number: number) => Guest,
    random: Random,
    onProgress: (done: number) => void,
  ) {
    this.#guest = guest;
    this.#random = random;
    this.#onProgress = onProgress;
  }

  /** Lets guests come; some leave meanwhile. */
  async gather(guests: number): Promise<void> {
    const target = this.#came + guests;
    await Promise.all(
      Array.from({ length: BUSY }, async () => {
        while (this.#came < target) {
          await this.#welcome();
        }
      }),
    );
  }

  /** Lets all guests show that they are still served. */
  async speak(): Promise<void> {
    await Promise.all(this.#here.map(async (guest) => guest.speak?.()));
  }

  /** Ends all guests. */
  async disperse(): Promise<void> {
    await Promise.all(this.#here.splice(0).map((guest) => guest.leave()));
  }

  async #welcome(): Promise<void> {
    this.#came += 1;
    this.#onProgress(this.#came);
    const guest = this.#guest(this.#came);
    try {
      await guest.enter();
      this.#here.push(guest);
    } catch (error) {
      if (!(error instanceof Aborted)) {
        throw error;
      }
      this.aborted += 1;
    }
    while (this.#here.length > CROWD) {
      const index = this.#random.below(this.#here.length);
      await this.#here.splice(index, 1)[0]?.leave();
    }
  }
}
