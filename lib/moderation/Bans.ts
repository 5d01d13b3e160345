import { randomUUID } from 'node:crypto';

import { inTime } from '../core/inTime.ts';
import type { Live } from '../core/Live.ts';
import { Logger } from '../core/logger.ts';
import { RecentMap } from '../core/RecentMap.ts';
import { WriteBehind } from '../core/WriteBehind.ts';
import type { Ban, BanChange, NewBan, RoomBans } from '../rooms/RoomBans.ts';
import type {
  BanPage,
  BanRecord,
  ListedBan,
  StoredBans,
} from '../store/ModerationStore.ts';
import type { ModerationOptions } from './options.ts';

const logger = new Logger('moderation');

/** The most bans that are remembered as announced; beyond, one may be so twice. */
const MOST_KNOWN = 5_000;

/** The longest that a client waits for the bans of a room to be read, ms. */
const READ_TIMEOUT = 2_000;

/** The bans of all rooms: kept by the store, and observed by the open rooms. */
export class Bans implements RoomBans {
  readonly #store: StoredBans;
  readonly #mostPerRoom: () => number;
  readonly #unsaved: WriteBehind<BanRecord>;
  readonly #listeners: ((change: BanChange) => void)[] = [];
  /** The ids of bans that were announced or lifted here. */
  readonly #known = new RecentMap<string, true>(MOST_KNOWN);
  /** The bans that were added while others were read, of each reading. */
  readonly #readings = new Set<Ban[]>();

  /** @param mostPerRoom - The most bans of one room that are observed. */
  constructor(
    store: StoredBans,
    options: Live<ModerationOptions>,
    mostPerRoom: () => number,
  ) {
    this.#store = store;
    this.#mostPerRoom = mostPerRoom;
    this.#unsaved = new WriteBehind(
      'bans',
      (bans) => store.add(bans),
      () => options.unsavedBans,
    );
  }

  onChange(listener: (change: BanChange) => void): void {
    this.#listeners.push(listener);
  }

  async ofRoom(roomId: string): Promise<readonly Ban[] | undefined> {
    const meanwhile: Ban[] = [...this.#unsaved.waiting];
    this.#readings.add(meanwhile);
    try {
      const stored = await inTime(
        this.#store.ofRoom(roomId, this.#mostPerRoom()),
        READ_TIMEOUT,
        () => new Error(`the database did not answer in ${READ_TIMEOUT} ms`),
      );
      const bans = new Map<string, Ban>(stored.map((ban) => [ban.id, ban]));
      for (const ban of meanwhile) {
        if (ban.roomId === roomId) {
          bans.set(ban.id, ban);
        }
      }
      return Array.from(bans.values());
    } catch (error) {
      logger.warn(
        'cannot read the bans of a room, which observes those it knows: %s',
        error,
      );
      return undefined;
    } finally {
      this.#readings.delete(meanwhile);
    }
  }

  add(ban: NewBan): Ban {
    const added: BanRecord = {
      userId: undefined,
      issuedUntil: undefined,
      secretHash: undefined,
      network: undefined,
      ...ban,
      id: randomUUID(),
      createdAt: new Date(),
    };
    this.#known.set(added.id, true);
    this.#addToReadings(added);
    this.#unsaved.push(added);
    this.#emit({ type: 'added', ban: added });
    return added;
  }

  /** Takes note of a ban in the store, which another server may have made. */
  noteStored(ban: Ban): void {
    if (this.#known.get(ban.id) === undefined) {
      this.#known.set(ban.id, true);
      this.#addToReadings(ban);
      this.#emit({ type: 'added', ban });
    }
  }

  /**
   * Ends a ban.
   *
   * @returns False when there is none.
   * @throws {AppError} STORE_UNAVAILABLE.
   */
  async lift(id: string): Promise<boolean> {
    const [unsaved] = await this.#unsaved.forget((it) => it.id === id);
    const ban = (await this.#store.delete(id)) ?? unsaved;
    if (ban === undefined) {
      return false;
    }
    // It may be among those that were read from the store just before.
    this.#known.set(id, true);
    this.#emit({ type: 'lifted', roomId: ban.roomId, id });
    return true;
  }

  /**
   * The bans that have not expired, the oldest first.
   *
   * @throws {AppError} STORE_UNAVAILABLE.
   */
  list(page: BanPage): Promise<ListedBan[]> {
    return this.#store.list(page);
  }

  /** Waits until bans are saved, unless the database is away. */
  close(): Promise<void> {
    return this.#unsaved.close();
  }

  /** Has the readings under way find a ban that they may have been too early for. */
  #addToReadings(ban: Ban): void {
    for (const meanwhile of this.#readings) {
      meanwhile.push(ban);
    }
  }

  #emit(change: BanChange): void {
    for (const listener of this.#listeners) {
      listener(change);
    }
  }
}
