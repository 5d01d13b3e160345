import { RecentMap } from './RecentMap.ts';

/** One object for equal values, of which many are kept elsewhere. Plain data. */
export class SharedValues<Value extends object> {
  /** Values by their JSON. */
  readonly #kept: RecentMap<string, Value>;

  /** @param most - The number of different values that are known at a time. */
  constructor(most: number) {
    this.#kept = new RecentMap(most);
  }

  /** The object for a value: itself, or one that was given before and is equal. */
  share(value: Value): Value {
    const text = JSON.stringify(value);
    const known = this.#kept.get(text);
    if (known === undefined) {
      this.#kept.set(text, value);
    }
    return known ?? value;
  }
}
