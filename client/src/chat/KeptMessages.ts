import { keptIn, told } from './Entry.ts';
import type { Entry, Kept } from './Entry.ts';
import type { Envelope } from './Envelope.ts';

const KEY = 'atrium.chat';

/** Most messages that are kept. */
const MOST = 100;

/** The part of a chat that was kept. */
export type KeptChat = { messages: Kept[]; cleared: string[] };

/**
 * The last messages of a chat in the storage of the tab, where a reload finds
 * them. Leaving the room removes them. In an encrypted room they are encrypted with
 * its key.
 */
export class KeptMessages {
  readonly #storage: Storage | undefined;
  readonly #roomId: string;
  readonly #peerId: string;
  readonly #envelope: Envelope;
  #writing = false;
  #removed = false;
  #next: (() => { entries: readonly Entry[]; cleared: string[] }) | undefined;

  /** Takes the storage of the tab; undefined where the browser permits none. */
  constructor(
    storage: Storage | undefined,
    roomId: string,
    peerId: string,
    envelope: Envelope,
  ) {
    this.#storage = storage;
    this.#roomId = roomId;
    this.#peerId = peerId;
    this.#envelope = envelope;
  }

  /** Reads the messages kept before a reload of this room; removes those of another. */
  async load(): Promise<KeptChat> {
    try {
      const kept = JSON.parse(this.#storage?.getItem(KEY) ?? '{}') as {
        room?: unknown;
        by?: unknown;
        chat?: unknown;
      };
      if (kept.room === this.#roomId) {
        const chat = Object(
          JSON.parse(
            await this.#envelope.open(String(kept.by), String(kept.chat)),
          ),
        ) as { messages?: unknown; cleared?: unknown };
        return {
          messages: listIn(chat.messages).flatMap((it) => keptIn(it) ?? []),
          cleared: listIn(chat.cleared).filter((it) => typeof it === 'string'),
        };
      }
      this.#storage?.removeItem(KEY);
    } catch {
      // Another version of the page wrote it, or the room has another key now.
    }
    return { messages: [], cleared: [] };
  }

  /** Stores the chat as `read` finds it at the time of writing. */
  save(read: () => { entries: readonly Entry[]; cleared: string[] }): void {
    this.#next = read;
    if (!this.#writing) {
      void this.#write();
    }
  }

  /** Removes everything, and stores nothing from then on. */
  remove(): void {
    this.#removed = true;
    this.#storage?.removeItem(KEY);
  }

  async #write(): Promise<void> {
    this.#writing = true;
    for (;;) {
      const read = this.#next;
      this.#next = undefined;
      if (!read) {
        break;
      }
      const { entries, cleared } = read();
      const messages: Kept[] = entries
        .slice(-MOST)
        .map((entry) => ({ ...told(entry), via: entry.via, fate: entry.fate }));
      try {
        await this.#put({ messages, cleared: cleared.slice(-MOST) });
      } catch {
        // Encryption failed, or the storage is full. A reload asks the others for
        // the messages.
      }
    }
    this.#writing = false;
  }

  async #put(kept: KeptChat): Promise<void> {
    const by = this.#peerId;
    const chat = await this.#envelope.seal(by, JSON.stringify(kept));
    if (!this.#removed) {
      const text = JSON.stringify({ room: this.#roomId, by, chat });
      this.#storage?.setItem(KEY, text);
    }
  }
}

function listIn(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}
