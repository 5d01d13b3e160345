import { AppError } from '../core/errors.ts';
import { roomErrors } from './errors.ts';
import type { RoomRecord, RoomRecords } from './RoomRecords.ts';

/** The records of several contracts, told apart by how the ids of rooms begin. */
export class RecordsByPrefix implements RoomRecords {
  readonly #records: ReadonlyMap<string, RoomRecords>;

  /** @param records - By prefix, such as `chat-`. */
  constructor(records: Readonly<Record<string, RoomRecords>>) {
    this.#records = new Map(Object.entries(records));
  }

  async find(roomId: string): Promise<RoomRecord> {
    for (const [prefix, records] of this.#records) {
      if (roomId.startsWith(prefix)) {
        return records.find(roomId);
      }
    }
    throw new AppError(
      roomErrors.ROOM_NOT_FOUND,
      `there is no room ${JSON.stringify(roomId)}`,
    );
  }
}
