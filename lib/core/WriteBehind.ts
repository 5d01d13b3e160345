import { Logger } from './logger.ts';

const logger = new Logger('store');

/** The time after which a write that failed is tried again, ms. */
const RETRY_AFTER = 5_000;

/** The most that is written at once. */
const BATCH = 100;

/**
 * Writes items to the store in their order, without making the caller wait. A write
 * that fails is tried again; beyond a bound, new items are dropped.
 */
export class WriteBehind<Item> {
  readonly #name: string;
  readonly #write: (items: readonly Item[]) => Promise<void>;
  readonly #most: () => number;
  #waiting: Item[] = [];
  #writing: Promise<void> | undefined;
  #retry: NodeJS.Timeout | undefined;
  #dropped = 0;

  /**
   * @param name - The items, for the log.
   * @param most - The most items that wait.
   */
  constructor(
    name: string,
    write: (items: readonly Item[]) => Promise<void>,
    most: () => number,
  ) {
    this.#name = name;
    this.#write = write;
    this.#most = most;
  }

  /** The items that are not written yet, the oldest first. */
  get waiting(): readonly Item[] {
    return this.#waiting;
  }

  /**
   * Writes an item as soon as possible.
   *
   * @returns False when it was dropped, because too many wait.
   */
  push(item: Item): boolean {
    if (this.#waiting.length >= this.#most()) {
      this.#dropped += 1;
      if (this.#dropped === 1) {
        logger.error('%s wait for the database, drops new ones', this.#name);
      }
      return false;
    }
    this.#waiting.push(item);
    if (this.#retry === undefined) {
      this.#writing ??= this.#writeAll();
    }
    return true;
  }

  /** Forgets items that wait, once no write is under way; returns them. */
  async forget(fits: (item: Item) => boolean): Promise<Item[]> {
    while (this.#writing !== undefined) {
      await this.#writing;
    }
    const forgotten = this.#waiting.filter((item) => fits(item));
    this.#waiting = this.#waiting.filter((item) => !fits(item));
    return forgotten;
  }

  /** Writes the waiting items, or gives them up if the database is away. */
  async close(): Promise<void> {
    clearTimeout(this.#retry);
    await (this.#writing ?? this.#writeAll());
    clearTimeout(this.#retry);
    if (this.#waiting.length > 0) {
      logger.error('%d %s are lost', this.#waiting.length, this.#name);
    }
  }

  async #writeAll(): Promise<void> {
    try {
      while (this.#waiting.length > 0) {
        const items = this.#waiting.slice(0, BATCH);
        await this.#write(items);
        this.#waiting.splice(0, items.length);
      }
      this.#reportDropped();
    } catch (error) {
      logger.warn('cannot write %s, tries again: %s', this.#name, error);
      this.#retry = setTimeout(() => {
        this.#retry = undefined;
        this.#writing ??= this.#writeAll();
      }, RETRY_AFTER);
    } finally {
      this.#writing = undefined;
    }
  }

  #reportDropped(): void {
    if (this.#dropped > 0) {
      logger.error('%d %s were dropped', this.#dropped, this.#name);
      this.#dropped = 0;
    }
  }
}
