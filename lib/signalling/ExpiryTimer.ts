/** How long before the end a client is warned, ms. */
const WARNING = 60_000;

/** Timers that are to wait longer fire at once. */
const LONGEST_TIMEOUT = 2 ** 31 - 1;

/** Calls a minute before a token ends, or at once if that is past, and when it ends. */
export class ExpiryTimer {
  #timer: NodeJS.Timeout | undefined;

  /** @param expiresAt - When the token ends, ms since the epoch. */
  constructor(
    expiresAt: number,
    callbacks: { soon: () => void; over: () => void },
  ) {
    this.#wait(expiresAt - WARNING, () => {
      callbacks.soon();
      this.#wait(expiresAt, callbacks.over);
    });
  }

  /** Calls nobody any more. */
  cancel(): void {
    clearTimeout(this.#timer);
  }

  #wait(until: number, callback: () => void): void {
    const time = until - Date.now();
    this.#timer =
      time > LONGEST_TIMEOUT
        ? setTimeout(() => this.#wait(until, callback), LONGEST_TIMEOUT)
        : setTimeout(callback, Math.max(time, 0));
  }
}
