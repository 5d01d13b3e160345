import { Logger } from '../core/logger.ts';
import type { Live } from '../core/Live.ts';
import { Rounds } from '../core/Rounds.ts';
import type { Meetings as MeetingStore } from '../store/MeetingStore.ts';
import { emptySince } from './emptySince.ts';
import type { Meetings } from './Meetings.ts';
import type { MeetingsOptions } from './options.ts';

const logger = new Logger('meetings');

/** The longest interval between two rounds, ms. */
const INTERVAL = 30_000;

/** The share of a time limit that a round may be late. */
const SHARE = 1 / 3;

/** The time after which ended meetings are looked for again, ms. */
const CLEANING = 3_600_000;

/**
 * Notes in the store, at short intervals, which meetings have people in them and
 * which tickets are in use, so that both outlive a crash; learns which meetings
 * have been ended elsewhere; and forgets meetings that have ended.
 */
export class MeetingUpkeep {
  readonly #meetings: Meetings;
  readonly #store: MeetingStore;
  readonly #options: Live<MeetingsOptions>;
  #cleanedAt = performance.now();
  readonly #rounds = new Rounds(
    () => this.#run(),
    () => this.#interval(),
  );

  constructor(
    meetings: Meetings,
    store: MeetingStore,
    options: Live<MeetingsOptions>,
  ) {
    this.#meetings = meetings;
    this.#store = store;
    this.#options = options;
    this.#rounds.beginLater();
  }

  /** Stops, once the round under way is done. */
  close(): Promise<void> {
    return this.#rounds.close();
  }

  #interval(): number {
    const { emptyTimeout, reconnectTimeout } = this.#options;
    return Math.min(INTERVAL, emptyTimeout * SHARE, reconnectTimeout * SHARE);
  }

  async #run(): Promise<void> {
    try {
      await this.#noteOccupied();
      await this.#clean();
    } catch (error) {
      logger.warn('cannot note who is in sessions, tries again: %s', error);
    }
  }

  async #noteOccupied(): Promise<void> {
    const { live } = this.#meetings;
    const { occupied, ticketHashes } = live;
    const now = Date.now();
    if (occupied.length > 0) {
      const found = await this.#store.occupy(occupied, new Date(now));
      const going = new Set(found);
      for (const id of occupied) {
        if (!going.has(id)) {
          this.#meetings.noteEnd(id);
        }
      }
    }
    if (ticketHashes.length > 0) {
      const expiresAt = new Date(now + this.#options.reconnectTimeout);
      await this.#store.renewTickets(ticketHashes, expiresAt);
    }
  }

  async #clean(): Promise<void> {
    if (performance.now() - this.#cleanedAt < CLEANING) {
      return;
    }
    this.#cleanedAt = performance.now();
    const since = emptySince(undefined, this.#options);
    const count = await this.#store.deleteEnded(since);
    logger.debug('deleted %d ended sessions and expired tickets', count);
  }
}
