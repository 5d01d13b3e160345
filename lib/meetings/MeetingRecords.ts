import type { Identity } from '../auth/Identity.ts';
import { AppError } from '../core/errors.ts';
import type { Live } from '../core/Live.ts';
import { roomErrors } from '../rooms/errors.ts';
import type { RoomRecord, RoomRecords } from '../rooms/RoomRecords.ts';
import { storeErrors } from '../store/errors.ts';
import type { Meetings as MeetingStore } from '../store/MeetingStore.ts';
import { emptySince } from './emptySince.ts';
import { meetingErrors } from './errors.ts';
import { meetingIdOf } from './ids.ts';
import type { LiveMeetings } from './LiveMeetings.ts';
import type { MeetingsOptions } from './options.ts';

/** The records of the live rooms of meetings. */
export class MeetingRecords implements RoomRecords {
  readonly #store: MeetingStore;
  readonly #live: LiveMeetings;
  readonly #options: Live<MeetingsOptions>;

  constructor(
    store: MeetingStore,
    live: LiveMeetings,
    options: Live<MeetingsOptions>,
  ) {
    this.#store = store;
    this.#live = live;
    this.#options = options;
  }

  async find(liveRoomId: string): Promise<RoomRecord> {
    const id = meetingIdOf(liveRoomId);
    if (id === undefined || !(await this.#exists(id))) {
      throw new AppError(
        roomErrors.ROOM_NOT_FOUND,
        `there is no room ${JSON.stringify(liveRoomId)}; its session was never created, or has ended`,
      );
    }
    const live = this.#live;
    return {
      isOpen: true,
      get clients() {
        return live.get(id)?.clients ?? [];
      },
      requireEntry: (identity) => this.#requireEntry(id, identity),
      peerEntered: ({ peerId, displayName }) =>
        live.obtain(id).enterRoom(peerId, displayName),
      peerLeft: (peerId) => live.get(id)?.leaveRoom(peerId),
      roomClosed: () => live.get(id)?.roomClosed(),
    };
  }

  async #exists(id: string): Promise<boolean> {
    try {
      const since = emptySince(this.#live.get(id), this.#options);
      return (await this.#store.get(id, since)) !== undefined;
    } catch (error) {
      if (
        error instanceof AppError &&
        error.code === storeErrors.STORE_UNAVAILABLE.code
      ) {
        throw new AppError(roomErrors.RECORD_UNAVAILABLE, error.message, {
          cause: error,
        });
      }
      throw error;
    }
  }

  /** Peers have the ids of their tokens, which are their identities here. */
  #requireEntry(id: string, { userId }: Identity): Promise<void> {
    try {
      this.#live.get(id)?.requirePlace(userId, this.#options.maxPeers);
      return Promise.resolve();
    } catch (error) {
      const { code, message } = error as AppError;
      return Promise.reject(
        code === meetingErrors.SESSION_FULL.code
          ? new AppError(roomErrors.ROOM_FULL, message, {
              option: 'meetings.maxPeers',
            })
          : (error as AppError),
      );
    }
  }
}
