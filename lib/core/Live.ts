declare const LIVE: unique symbol;

/**
 * Options that may change while they are used, as against a frozen snapshot of
 * them. A user keeps the object and reads an option each time it needs it; an
 * option read once and kept is as old as that reading.
 *
 * Live options can be passed where a snapshot is expected, and not the other
 * way round.
 */
export type Live<T extends object> = T & { readonly [LIVE]: true };

/** The owner of live options, which alone can replace them. */
export class LiveOptions<T extends object> {
  /** Always shows the newest options. */
  readonly view: Live<T>;
  #current: T;

  constructor(current: T) {
    this.#current = current;
    this.view = {} as Live<T>;
    this.#show(current);
  }

  /** The newest options, as a snapshot. */
  get current(): T {
    return this.#current;
  }

  /** Replaces the options under all their users. */
  replace(next: T): void {
    this.#current = next;
    // Options without a value may be missing from one and present in the other.
    this.#show(next);
  }

  #show(options: T): void {
    const names = Object.keys(options) as (keyof T)[];
    for (const name of names.filter((it) => !Object.hasOwn(this.view, it))) {
      Object.defineProperty(this.view, name, {
        enumerable: true,
        get: () => this.#current[name],
      });
    }
  }
}
