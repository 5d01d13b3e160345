import type { RoomEvent, RoomEventListener } from './events.ts';

/** Whoever misses more than this is better off with a new snapshot. */
const MAX_HELD = 10_000;

/**
 * A peer's events on their way to its client. They wait in order while nobody
 * listens: until a join is answered, and while a connection is lost.
 */
export class Mailbox {
  #listener: RoomEventListener | undefined;
  #held: RoomEvent[] = [];

  /** Whether more was missed than can be told. */
  get overflown(): boolean {
    return this.#held.length > MAX_HELD;
  }

  /** Passes an event on, or keeps it. */
  put(event: RoomEvent): void {
    if (this.#listener !== undefined) {
      this.#listener(event);
    } else if (!this.overflown) {
      this.#held.push(event);
    }
  }

  /** Lets events flow: first those that waited, then each as it comes. */
  listen(listener: RoomEventListener): void {
    this.#listener = listener;
    const held = this.#held;
    this.#held = [];
    for (const event of held) {
      listener(event);
    }
  }

  /** Keeps events from now on; whoever listened hears no more. */
  hold(): void {
    this.#listener = undefined;
  }
}
