/** Reads something again and again, one reading at a time, while the page is seen. */
export class Poll {
  readonly #interval: number;
  readonly #read: () => Promise<void>;
  readonly #failed: (error: unknown) => void;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #reading = false;
  #again = false;
  #closed = false;

  /**
   * @param interval - The time between readings, ms.
   * @param failed - Learns of a reading that failed; undefined after one that did not.
   */
  constructor(
    interval: number,
    read: () => Promise<void>,
    failed: (error: unknown) => void,
  ) {
    this.#interval = interval;
    this.#read = read;
    this.#failed = failed;
    document.addEventListener('visibilitychange', this.#seen);
    this.now();
  }

  /** Reads at once, or once more after the reading that is under way. */
  now(): void {
    if (this.#reading) {
      this.#again = true;
    } else {
      void this.#turn();
    }
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
    document.removeEventListener('visibilitychange', this.#seen);
  }

  async #turn(): Promise<void> {
    clearTimeout(this.#timer);
    this.#reading = true;
    try {
      await this.#read();
      this.#report(undefined);
    } catch (error) {
      this.#report(error);
    }
    this.#reading = false;
    if (this.#closed) {
      return;
    }
    if (this.#again) {
      this.#again = false;
      void this.#turn();
    } else if (!document.hidden) {
      this.#timer = setTimeout(() => this.now(), this.#interval);
    }
  }

  #report(error: unknown): void {
    if (!this.#closed) {
      this.#failed(error);
    }
  }

  readonly #seen = (): void => {
    if (!document.hidden && !this.#closed) {
      this.now();
    }
  };
}
