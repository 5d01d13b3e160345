import { Logger } from '../core/logger.ts';
import { Rounds } from '../core/Rounds.ts';
import type { ListedBan, StoredBans } from '../store/ModerationStore.ts';

const logger = new Logger('moderation');

/** The interval between two looks at the store, ms. */
const INTERVAL = 5_000;

/** The most bans of one look. */
const MOST = 1_000;

/**
 * The looks for which a place is looked at again: servers that write at the same time
 * may fill the places in any order.
 */
const AGAIN = 12;

/**
 * Reports bans and removals that appear in the store, since another server may have
 * made them. Those made here are reported as well, and each may be reported several
 * times.
 */
export class AddedBans {
  readonly #bans: Pick<StoredBans, 'list' | 'lastPlace'>;
  readonly #onAdded: (ban: ListedBan) => void;
  /** The last places that the newest looks have seen, the oldest look first. */
  #seen: number[] = [];
  readonly #looks = new Rounds(
    () => this.#report(),
    () => INTERVAL,
  );

  constructor(
    bans: Pick<StoredBans, 'list' | 'lastPlace'>,
    onAdded: (ban: ListedBan) => void,
  ) {
    this.#bans = bans;
    this.#onAdded = onAdded;
    this.#looks.begin();
  }

  /** Stops looking, once the look under way is done. */
  close(): Promise<void> {
    return this.#looks.close();
  }

  async #report(): Promise<void> {
    try {
      const [after] = this.#seen;
      if (after === undefined) {
        // Rooms read the bans from before when they open.
        this.#seen = [await this.#bans.lastPlace()];
      } else {
        await this.#reportAfter(after);
      }
    } catch (error) {
      // The store logs its own failures; the next look covers this time, too.
      logger.debug('cannot look for bans of other servers: %s', error);
    }
  }

  async #reportAfter(after: number): Promise<void> {
    const added = await this.#bans.list({ after, limit: MOST });
    for (const ban of this.#looks.closed ? [] : added) {
      this.#onAdded(ban);
    }
    const last = added.at(-1)?.place ?? after;
    // With so many, the next look goes on where this one ended.
    this.#seen =
      added.length === MOST ? [last] : [...this.#seen, last].slice(-AGAIN);
  }
}
