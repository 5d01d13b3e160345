import type { AtriumServer, ServerEvent } from '@atrium/server-sdk';

/** The most events that are kept for the page. */
const MOST = 200;

/** The events of the server, from those that it has kept on; the latest so many. */
export class EventLog {
  /** The newest first. */
  readonly events: ServerEvent[] = [];
  #isOpen = false;
  #frame: number | undefined;
  readonly #listeners = new Set<() => void>();
  readonly #stop = new AbortController();

  /** @param failed - Learns of a refusal, after which there are no more events. */
  constructor(atrium: AtriumServer, failed: (error: unknown) => void) {
    this.#follow(atrium).catch(failed);
  }

  /** True while there is a connection. */
  get isOpen(): boolean {
    return this.#isOpen;
  }

  /**
   * Calls a function after events, and after changes of the connection, once a frame.
   *
   * @returns A function that ends it.
   */
  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  close(): void {
    this.#stop.abort();
    if (this.#frame !== undefined) {
      cancelAnimationFrame(this.#frame);
    }
  }

  async #follow(atrium: AtriumServer): Promise<void> {
    const events = atrium.events.follow({
      signal: this.#stop.signal,
      from: 'kept',
      onConnection: (isOpen) => {
        this.#isOpen = isOpen;
        this.#changed();
      },
    });
    for await (const event of events) {
      this.events.unshift(event);
      this.events.length = Math.min(this.events.length, MOST);
      this.#changed();
    }
  }

  #changed(): void {
    this.#frame ??= requestAnimationFrame(() => {
      this.#frame = undefined;
      this.#listeners.forEach((listener) => listener());
    });
  }
}
