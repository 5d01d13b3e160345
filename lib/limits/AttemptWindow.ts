/** Keys that are remembered at most; the oldest window goes first. */
const MAX_KEYS = 100_000;

interface Window {
  count: number;
  /** When the window ends, on the clock of `performance.now()`. */
  endsAt: number;
}

/** Attempts by key, counted in windows that begin with the first of them. */
export class AttemptWindow {
  readonly #length: number;
  readonly #windows = new Map<string, Window>();
  #onAdd: ((key: string) => void) | undefined;

  /** @param length - How long a window is, ms. */
  constructor(length: number) {
    this.#length = length;
  }

  /** Counts one more attempt. */
  add(key: string): void {
    this.note(key);
    this.#onAdd?.(key);
  }

  /** Has each further attempt that is counted here told to a listener. */
  onAdd(listener: (key: string) => void): void {
    this.#onAdd = listener;
  }

  /** Counts one more attempt, which was made and counted elsewhere. */
  note(key: string): void {
    const now = performance.now();
    const window = this.#current(key, now);
    if (window !== undefined) {
      window.count += 1;
      return;
    }
    this.#forget(now);
    this.#windows.set(key, { count: 1, endsAt: now + this.#length });
  }

  /** Returns how long to wait where a limit is used up, ms; otherwise 0. */
  wait(key: string, limit: number): number {
    const now = performance.now();
    const window = this.#current(key, now);
    return window !== undefined && window.count >= limit
      ? window.endsAt - now
      : 0;
  }

  #current(key: string, now: number): Window | undefined {
    const window = this.#windows.get(key);
    return window !== undefined && window.endsAt > now ? window : undefined;
  }

  /** Windows are in the order in which they end, because all are as long. */
  #forget(now: number): void {
    for (const [key, { endsAt }] of this.#windows) {
      if (endsAt > now && this.#windows.size < MAX_KEYS) {
        return;
      }
      this.#windows.delete(key);
    }
  }
}
