/** A map of bounded size, which forgets the entry that was used least recently. */
export class RecentMap<Key, Value> {
  readonly #most: number;
  readonly #onForgotten: (value: Value) => void;
  readonly #entries = new Map<Key, Value>();

  /** @param onForgotten - Called with each value that had to go for another. */
  constructor(
    most: number,
    onForgotten: (value: Value) => void = () => undefined,
  ) {
    this.#most = most;
    this.#onForgotten = onForgotten;
  }

  /** Values from the one used least recently on. */
  get values(): Value[] {
    return Array.from(this.#entries.values());
  }

  /** Finds a value, which is used by it. */
  get(key: Key): Value | undefined {
    const value = this.#entries.get(key);
    if (value !== undefined) {
      this.set(key, value);
    }
    return value;
  }

  set(key: Key, value: Value): void {
    this.#entries.delete(key);
    this.#entries.set(key, value);
    for (const [oldest, forgotten] of this.#entries) {
      if (this.#entries.size <= this.#most) {
        break;
      }
      this.#entries.delete(oldest);
      this.#onForgotten(forgotten);
    }
  }

  /** Forgets everything. */
  clear(): void {
    this.#entries.clear();
  }
}
