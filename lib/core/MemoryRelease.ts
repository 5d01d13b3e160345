import v8 from 'node:v8';
import { runInNewContext } from 'node:vm';

/** Between two looks, ms. */
const INTERVAL = 10_000;

/** A peak below this leaves too little behind to be worth a collection. */
const SMALLEST_PEAK = 200;

/** The share of a peak down to which a number has to fall. */
const FALLEN = 1 / 4;

/** Collects all garbage at once, and returns the pages that this frees. */
type Collect = () => void;

/**
 * Returns memory to the system after a peak. V8 collects garbage while it is asked for
 * memory, so that a server which most clients have left keeps what they took for as
 * long as nothing happens. A collection holds up requests for a fraction of a second,
 * and is made once the number of clients has fallen far below its peak and stays there.
 * Media flows on, because the workers are processes of their own.
 */
export class MemoryRelease {
  readonly #count: () => number;
  readonly #collect: Collect;
  #peak = 0;
  #before = 0;

  /**
   * @param count - The number of clients.
   * @param collect - By default V8's own way of running out of memory.
   */
  constructor(count: () => number, collect = lastResort()) {
    this.#count = count;
    this.#collect = collect;
  }

  /** Looks at intervals, as long as anything else keeps the process running. */
  start(): void {
    setInterval(() => this.look(), INTERVAL).unref();
  }

  /** Collects garbage if it is time. */
  look(): void {
    const now = this.#count();
    const rests = now >= this.#before;
    this.#before = now;
    this.#peak = Math.max(this.#peak, now);
    if (rests && this.#peak >= SMALLEST_PEAK && now <= this.#peak * FALLEN) {
      this.#peak = now;
      this.#collect();
    }
  }
}

/** The collection that V8 makes when memory runs out, without --expose-gc. */
export function lastResort(): Collect {
  v8.setFlagsFromString('--expose-gc');
  const gc = runInNewContext('gc') as NonNullable<typeof globalThis.gc>;
  v8.setFlagsFromString('--no-expose-gc');
  return () => gc({ type: 'major', execution: 'sync', flavor: 'last-resort' });
}
