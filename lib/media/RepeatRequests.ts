/** A pause after which requests no longer belong to those before, ms. */
const PAUSE = 200;

/** Requests as long as this after the first of a row are not of one loss, ms. */
const AGAIN = 50;

/** Time over which requested and sent packets are compared, ms. */
const WINDOW = 150;

/**
 * Packets requested in a window that are a flood: at least so many, and at least this
 * multiple of those sent in it.
 */
const FEWEST = 10;
const SHARE = 0.5;

/** Packets of a stream so far. */
export interface PacketCounts {
  readonly sent: number;
  /** Requested again, each as often as it was. */
  readonly requested: number;
}

/**
 * A receiver's requests to send packets again (NACK). A flood of them shows within half a
 * second that repeats cannot keep up: an estimate of the bandwidth shows it after more than
 * one, and the receiver gives up on the picture after one to three.
 */
export class RepeatRequests {
  readonly #count: () => Promise<PacketCounts>;
  readonly #onFlood: () => void;
  /** The times of the first and the last request of a row, ms. */
  #first = -Infinity;
  #last = -Infinity;
  /** The counts at the beginning of the window. */
  #before: { at: number; counts: PacketCounts } | undefined;
  #counting = false;

  /**
   * @param count - Counts packets; called only while requests keep coming.
   * @param onFlood - Called for each window with a flood.
   */
  constructor(count: () => Promise<PacketCounts>, onFlood: () => void) {
    this.#count = count;
    this.#onFlood = onFlood;
  }

  /**
   * Takes a request; its time is all that is known of it.
   *
   * @param now - A time that only increases, ms.
   */
  async take(now: number): Promise<void> {
    if (now - this.#last > PAUSE) {
      this.#first = now;
      this.#before = undefined;
    }
    this.#last = now;
    const due =
      this.#before === undefined
        ? now - this.#first >= AGAIN
        : now - this.#before.at >= WINDOW;
    if (!due || this.#counting) {
      return;
    }
    this.#counting = true;
    try {
      const before = this.#before;
      const counts = await this.#count();
      this.#before = { at: now, counts };
      if (before !== undefined && isFlood(before.counts, counts)) {
        this.#onFlood();
      }
    } finally {
      this.#counting = false;
    }
  }
}

function isFlood(before: PacketCounts, now: PacketCounts): boolean {
  const requested = now.requested - before.requested;
  return requested >= FEWEST && requested >= (now.sent - before.sent) * SHARE;
}
