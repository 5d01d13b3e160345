import type { Layout } from '../fixtures/layouts.ts';
import { Guest } from './Guest.ts';
import { MeasuredServer } from './MeasuredServer.ts';
import { Random } from '../fixtures/Random.ts';
import type { Measurement } from './serverProcess.ts';

/** Guests that are on their way in or out at the same time. */
const BUSY = 16;

/** Guests that are there at most before some have to leave. */
const CROWD = 60;

const ROOMS = 12;

/** The findings of a soak. */
export interface SoakResult {
  seed: number;
  joins: number;
  /** Guests who vanished on their way in. */
  aborted: number;
  /** Before anybody came, after the warm-up, and at the end. */
  start: Measurement;
  warm: Measurement;
  end: Measurement;
}

/**
 * Lets guests come and go, in rooms of random size, aborting at random steps;
 * measures the server when a fifth of them have come, and when all are gone.
 *
 * @param layout - How rooms lie on the workers.
 * @param onProgress - Told now and then how many have come.
 */
export async function soak(
  joins: number,
  seed: number,
  layout: Layout,
  onProgress: (done: number) => void = () => undefined,
): Promise<SoakResult> {
  const { workers, rooms } = layout;
  await using server = await MeasuredServer.start({
    workers,
    rooms: { ...rooms, resumeTimeout: 50 },
  });
  const { start } = server;
  const crowd = new Crowd(start.url, new Random(seed), onProgress);
  const measure = async (): Promise<Measurement> => {
    await crowd.disperse();
    return server.settled();
  };
  const warmUp = Math.ceil(joins / 5);
  await crowd.gather(warmUp);
  const warm = await measure();
  await crowd.gather(joins - warmUp);
  const end = await measure();
  return { seed, joins, aborted: crowd.aborted, start, warm, end };
}

/** The guests who are there, and those who come and go. */
class Crowd {
  readonly #url: string;
  readonly #random: Random;
  readonly #onProgress: (done: number) => void;
  readonly #here: Guest[] = [];
  #came = 0;
  aborted = 0;

  constructor(url: string, random: Random, onProgress: (n: number) => void) {
    this.#url = url;
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

  /** Ends all guests. */
  async disperse(): Promise<void> {
    await Promise.all(this.#here.splice(0).map((guest) => guest.leave()));
  }

  async #welcome(): Promise<void> {
    this.#came += 1;
    this.#onProgress(this.#came);
    // The square makes a few rooms large and most of them small.
    const room = Math.floor(this.#random.below(ROOMS * ROOMS) ** 0.5);
    const guest = new Guest(
      this.#url,
      `soak-${room}`,
      `guest-${this.#came}`,
      this.#random,
    );
    if (await guest.enter()) {
      this.#here.push(guest);
    } else {
      this.aborted += 1;
    }
    while (this.#here.length > CROWD) {
      const index = this.#random.below(this.#here.length);
      await this.#here.splice(index, 1)[0]?.leave();
    }
  }
}
