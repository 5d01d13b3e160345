/** A connection that holds back what it sends. */
export interface Held {
  /** Sends what it holds back. */
  flush(): void;
}

/**
 * Connections that hold back what they send until the event loop has read all that
 * has arrived: the answers to a burst of requests, and the events that follow from
 * them, go out in one write and one TLS record.
 */
export class WriteBursts {
  readonly #held: Held[] = [];

  /** Has a connection flushed in this turn of the event loop. */
  add(held: Held): void {
    if (this.#held.length === 0) {
      setImmediate(() => this.#flush());
    }
    this.#held.push(held);
  }

  #flush(): void {
    for (const held of this.#held.splice(0)) {
      held.flush();
    }
  }
}
