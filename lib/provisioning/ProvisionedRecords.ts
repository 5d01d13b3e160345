import { AppError } from '../core/errors.ts';
import { Logger } from '../core/logger.ts';
import { roomErrors } from '../rooms/errors.ts';
import type { RoomRecord, RoomRecords } from '../rooms/RoomRecords.ts';
import { storeErrors } from '../store/errors.ts';
import type { ServerRooms } from '../store/ServerRoomStore.ts';

const logger = new Logger('provisioning');

/**
 * The records of the rooms that backends have created. While the database is away,
 * rooms that are known to have a record do not open, and all others do.
 */
export class ProvisionedRecords implements RoomRecords {
  readonly #store: ServerRooms;
  readonly #known = new Set<string>();

  constructor(store: ServerRooms) {
    this.#store = store;
  }

  /** Learns which rooms have a record. */
  async load(): Promise<void> {
    for (const id of await this.#store.ids()) {
      this.#known.add(id);
    }
  }

  /** Notes that a room has a record from now on. */
  add(roomId: string): void {
    this.#known.add(roomId);
  }

  /** Notes that the record of a room was deleted. */
  remove(roomId: string): void {
    this.#known.delete(roomId);
  }

  /** @returns Undefined for a room without a record. */
  async find(roomId: string): Promise<RoomRecord | undefined> {
    try {
      const record = await this.#store.get(roomId);
      if (record === undefined) {
        return undefined;
      }
      this.#known.add(roomId);
      const { maxPeers, emptyTimeout, metadata, locked, lobby } = record;
      return { options: { maxPeers, emptyTimeout, metadata, locked, lobby } };
    } catch (error) {
      if (
        !(error instanceof AppError) ||
        error.code !== storeErrors.STORE_UNAVAILABLE.code
      ) {
        throw error;
      }
      if (this.#known.has(roomId)) {
        throw new AppError(roomErrors.RECORD_UNAVAILABLE, error.message, {
          cause: error,
        });
      }
      logger.warn(
        'the room %s opens while the database cannot tell if it has a record',
        roomId,
      );
      return undefined;
    }
  }
}
