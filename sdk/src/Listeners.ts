/**
 * Typed listeners that may be removed. One that throws is reported to the page as
 * an uncaught error, and disturbs neither the others nor the caller.
 */
export class Listeners<Events extends Record<keyof Events, unknown[]>> {
  readonly #listeners: {
    [Name in keyof Events]?: Set<(...args: Events[Name]) => void>;
  } = {};

  /** Adds a listener. Returns a function that removes it. */
  add<Name extends keyof Events>(
    name: Name,
    listener: (...args: Events[Name]) => void,
  ): () => void {
    (this.#listeners[name] ??= new Set()).add(listener);
    return () => this.remove(name, listener);
  }

  remove<Name extends keyof Events>(
    name: Name,
    listener: (...args: Events[Name]) => void,
  ): void {
    this.#listeners[name]?.delete(listener);
  }

  has<Name extends keyof Events>(
    name: Name,
    listener: (...args: Events[Name]) => void,
  ): boolean {
    return this.#listeners[name]?.has(listener) ?? false;
  }

  emit<Name extends keyof Events>(name: Name, ...args: Events[Name]): void {
    for (const listener of this.#listeners[name] ?? []) {
      try {
        listener(...args);
      } catch (error) {
        reportError(error);
      }
    }
  }
}
