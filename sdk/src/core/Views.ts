import type { RequestData } from '@atrium/protocol/protoo';
import { isMediaReset, RequestError } from './Connection.ts';
import type { ResumableChannel } from './ResumableChannel.ts';

/** The size at which a picture is shown, in pixels of the screen. */
export type Size = { width: number; height: number };

type View = RequestData<'setViews'>['views'][number];

/** Views that one request takes. */
const MOST_AT_ONCE = 500;

/** The largest length that a request takes. */
const LONGEST = 32_767;

/** The size at which sound is shown. */
const SOUND: Size = { width: 1, height: 1 };

/**
 * The received producers as they are played and shown. What changes in one turn is
 * told in one request: the server resumes and pauses them, and chooses their layers.
 */
export class Views {
  readonly #channel: ResumableChannel;
  /** Undefined for those that are not shown any more. */
  readonly #sizes = new Map<string, Size | undefined>();
  readonly #changed = new Set<string>();
  #scale = 1;

  constructor(channel: ResumableChannel) {
    this.#channel = channel;
  }

  /** Plays a producer of sound. */
  play(producerId: string): void {
    this.show(producerId, SOUND);
  }

  /** Shows a producer in a size; undefined: not at all, as at first. */
  show(producerId: string, size: Size | undefined): void {
    if (isSame(this.#sizes.get(producerId), size)) {
      return;
    }
    this.#sizes.set(producerId, size);
    this.#change([producerId]);
  }

  /** Asks for pictures as if they were shown in a multiple of their sizes, up to 1. */
  setScale(scale: number): void {
    this.#scale = scale;
    this.#change([...this.#sizes.keys()].filter((id) => this.isShown(id)));
  }

  isShown(producerId: string): boolean {
    return this.#sizes.get(producerId) !== undefined;
  }

  /** Forgets a producer that is not received any more. */
  delete(producerId: string): void {
    this.#sizes.delete(producerId);
    this.#changed.delete(producerId);
  }

  clear(): void {
    this.#sizes.clear();
    this.#changed.clear();
  }

  #change(producerIds: readonly string[]): void {
    if (this.#changed.size === 0 && producerIds.length > 0) {
      queueMicrotask(() => this.#tell());
    }
    for (const producerId of producerIds) {
      this.#changed.add(producerId);
    }
  }

  #tell(): void {
    const changed = [...this.#changed];
    this.#changed.clear();
    while (changed.length > 0) {
      void this.#send(changed.splice(0, MOST_AT_ONCE));
    }
  }

  async #send(producerIds: string[]): Promise<void> {
    const views = producerIds.map((id) =>
      viewOf(id, this.#sizes.get(id), this.#scale),
    );
    try {
      await this.#channel.request('setViews', { views });
    } catch (error) {
      this.#onRefused(producerIds, error);
    }
  }

  /** Tells again what was refused because of a producer that has closed. */
  #onRefused(producerIds: readonly string[], error: unknown): void {
    const left = producerIds.filter((id) => this.#sizes.has(id));
    if (left.length === 0 || isMediaReset(error)) {
      return;
    }
    if (
      error instanceof RequestError &&
      error.errorName === 'PRODUCER_NOT_FOUND'
    ) {
      // Its end may be told after the refusal, which names it.
      const { message } = error;
      const known = left.filter((id) => !message.includes(JSON.stringify(id)));
      if (known.length < producerIds.length) {
        this.#change(known);
        return;
      }
    }
    console.warn('Views were not changed:', error);
  }
}

function viewOf(
  producerId: string,
  size: Size | undefined,
  scale: number,
): View {
  return size
    ? {
        producerId,
        width: length(size.width * scale),
        height: length(size.height * scale),
      }
    : { producerId, off: true };
}

function length(pixels: number): number {
  return Math.min(Math.max(Math.round(pixels), 1), LONGEST);
}

function isSame(one: Size | undefined, other: Size | undefined): boolean {
  return one?.width === other?.width && one?.height === other?.height;
}
