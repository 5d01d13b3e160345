import { keyOf } from './Entry.ts';
import type { Entry, Fate } from './Entry.ts';

/** Most messages in the log; beyond that, the oldest are removed. */
const MOST = 200;

/** Follows a log. */
export interface LogListener {
  /** An entry was added, before another one or at the end. */
  added: (entry: Entry, next: Entry | undefined) => void;
  /** The fate or the text of an entry has changed. */
  changed: (entry: Entry) => void;
  removed: (entry: Entry) => void;
}

/**
 * The messages of a meeting in the order of their times, each of them once.
 * An author's own message replaces one that others passed on, and others cannot
 * bring back messages that were cleared.
 */
export class MessageLog {
  readonly #listener: LogListener;
  #entries: Entry[] = [];
  readonly #byKey = new Map<string, Entry>();
  /** The order in which entries came in, by which others ask for later ones. */
  readonly #numbers = new Map<Entry, number>();
  readonly #cleared = new Set<string>();
  #last = 0;

  constructor(listener: LogListener) {
    this.#listener = listener;
  }

  /** All entries, the oldest first. */
  get entries(): readonly Entry[] {
    return this.#entries;
  }

  /** The keys of the entries that were cleared last. */
  get cleared(): string[] {
    return [...this.#cleared];
  }

  /** The number of the entry that came in last. */
  get last(): number {
    return this.#last;
  }

  /** The entries that came in after the one with a number. */
  after(number: number): Entry[] {
    return this.#entries.filter(
      (entry) => (this.#numbers.get(entry) ?? 0) > number,
    );
  }

  /** Adds an entry. False if it was known, or was cleared. */
  add(entry: Entry): boolean {
    const key = keyOf(entry);
    if (this.#cleared.has(key)) {
      return false;
    }
    const known = this.#byKey.get(key);
    if (known) {
      this.#confirm(known, entry);
      return false;
    }
    this.#last += 1;
    this.#numbers.set(entry, this.#last);
    this.#byKey.set(key, entry);
    const place = this.#entries.findLastIndex(({ at }) => at <= entry.at) + 1;
    const next = this.#entries[place];
    this.#entries.splice(place, 0, entry);
    this.#listener.added(entry, next);
    const [oldest] = this.#entries;
    if (oldest && this.#entries.length > MOST) {
      this.#remove(oldest);
    }
    return true;
  }

  /** Sets the fate of a message of the user. */
  setFate(peerId: string, id: string, fate: Fate): void {
    const entry = this.#byKey.get(keyOf({ peerId, id }));
    if (entry?.self) {
      entry.fate = fate;
      this.#listener.changed(entry);
    }
  }

  /** Removes all entries, and remembers that they were cleared. */
  clear(): void {
    this.#remember(this.#byKey.keys());
    for (const entry of this.#entries.slice()) {
      this.#remove(entry);
    }
  }

  /**
   * Removes entries that others report as cleared while this page was away, except
   * those that have come from their authors since.
   */
  removeCleared(keys: readonly string[]): void {
    const away = keys.filter((it) => !this.#byKey.get(it)?.firstHand);
    this.#remember(away);
    for (const key of away) {
      const entry = this.#byKey.get(key);
      if (entry) {
        this.#remove(entry);
      }
    }
  }

  /** Replaces a message that others passed on with the author's own. */
  #confirm(known: Entry, entry: Entry): void {
    if (entry.firstHand && !known.firstHand) {
      Object.assign(known, {
        name: entry.name,
        text: entry.text,
        file: entry.file,
        via: undefined,
        firstHand: true,
      });
      this.#listener.changed(known);
    }
  }

  #remember(keys: Iterable<string>): void {
    for (const key of keys) {
      this.#cleared.add(key);
    }
    for (const key of this.#cleared) {
      if (this.#cleared.size <= MOST) {
        break;
      }
      this.#cleared.delete(key);
    }
  }

  #remove(entry: Entry): void {
    this.#entries = this.#entries.filter((it) => it !== entry);
    this.#byKey.delete(keyOf(entry));
    this.#numbers.delete(entry);
    this.#listener.removed(entry);
  }
}
