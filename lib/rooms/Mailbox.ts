import type { RoomEvent, RoomEventListener } from './events.ts';

/** Whoever misses more than this is better off with a new snapshot. */
const MAX_KEPT = 10_000;

/**
 * A peer's events on their way to its client, numbered by the order in which
 * they came. They wait while nobody listens: until a join is answered, and
 * while a connection is lost. What went out is kept until it has surely
 * arrived, because a connection that breaks takes along what is on its way.
 */
export class Mailbox {
  #listener: RoomEventListener | undefined;
  /** What has not surely arrived, the oldest first. */
  readonly #kept: RoomEvent[] = [];
  /** How many came before those. */
  #dropped = 0;
  /** How many went out to a listener, of all. */
  #sent = 0;

  /** How many events went out, over all connections. */
  get sent(): number {
    return this.#sent;
  }

  /** Passes an event on, or lets it wait. */
  put(event: RoomEvent): void {
    if (this.#kept.length >= MAX_KEPT) {
      this.#drop(MAX_KEPT / 2);
    }
    this.#kept.push(event);
    if (this.#listener !== undefined) {
      this.#sent += 1;
      this.#listener(event);
    }
  }

  /** Lets events flow: first those that waited, then each as it comes. */
  listen(listener: RoomEventListener): void {
    this.#listener = listener;
    for (const event of this.#kept.slice(this.#sent - this.#dropped)) {
      this.#sent += 1;
      listener(event);
    }
  }

  /** The first so many events have surely arrived. */
  confirm(arrived: number): void {
    this.#drop(arrived - this.#dropped);
  }

  /** Keeps events from now on; whoever listened hears no more. */
  hold(): void {
    this.#listener = undefined;
  }

  /** As {@link hold}, with a last word to whoever listened. */
  dismiss(farewell: RoomEvent): void {
    this.#listener?.(farewell);
    this.hold();
  }

  /**
   * Goes back to what a client says it had: what it missed goes out again.
   *
   * @returns Whether that can be; what is kept no more cannot go out again.
   */
  rewind(arrived: number): boolean {
    const possible = arrived >= this.#dropped && arrived <= this.#sent;
    if (possible) {
      this.#sent = arrived;
      this.confirm(arrived);
    }
    return possible;
  }

  #drop(count: number): void {
    if (count > 0) {
      this.#kept.splice(0, count);
      this.#dropped += count;
      // Who misses what is dropped cannot go on; see rewind.
      this.#sent = Math.max(this.#sent, this.#dropped);
    }
  }
}
