type Listeners<Events extends Record<keyof Events, unknown[]>> = {
  [K in keyof Events]?: Set<(...args: Events[K]) => void>;
};

/**
 * Typed events: `Events` maps each name to the arguments its listeners get.
 */
export class Emitter<Events extends Record<keyof Events, unknown[]>> {
  readonly #listeners: Listeners<Events> = {};

  /** Calls `listener` whenever `name` is emitted. Returns a function that ends that. */
  on<K extends keyof Events>(
    name: K,
    listener: (...args: Events[K]) => void,
  ): () => void {
    const listeners = (this.#listeners[name] ??= new Set());
    listeners.add(listener);
    return () => listeners.delete(listener);
  }

  /** Calls the listeners of `name` in the order they were added. */
  protected emit<K extends keyof Events>(name: K, ...args: Events[K]): void {
    for (const listener of this.#listeners[name] ?? []) {
      listener(...args);
    }
  }
}
