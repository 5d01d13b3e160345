/** Time from the warning to the end, ms. */
const WARNING = 60_000;

/** The longest delay of a timer; one with a longer delay fires at once. */
const LONGEST_TIMEOUT = 2 ** 31 - 1;

/** Calls back a minute before a token expires, or at once if it is too late for that, and when it expires. */
export class ExpiryTimer {
  #timer: NodeJS.Timeout | undefined;

  /** @param expiresAt - The end of the token, ms since the epoch. */
  constructor(
    expiresAt: number,
    callbacks: { soon: () => void; over: () => void },
  ) {
    this.#wait(expiresAt - WARNING, () => {
      callbacks.soon();
      this.#wait(expiresAt, callbacks.over);
    });
  }

  /** Stops the timer: no callback follows. */
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
