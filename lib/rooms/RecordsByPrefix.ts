import type { RoomRecord, RoomRecords } from './RoomRecords.ts';

/** The records of several contracts, told apart by how the ids of rooms begin. */
export class RecordsByPrefix implements RoomRecords {
  readonly #records: ReadonlyMap<string, RoomRecords>;
  readonly #others: RoomRecords;

  /**
   * @param records - By prefix, such as `chat-`.
   * @param others - The records of all other rooms.
   */
  constructor(
    records: Readonly<Record<string, RoomRecords>>,
    others: RoomRecords,
  ) {
    this.#records = new Map(Object.entries(records));
    this.#others = others;
  }

  async find(roomId: string): Promise<RoomRecord | undefined> {
    for (const [prefix, records] of this.#records) {
      if (roomId.startsWith(prefix)) {
        return records.find(roomId);
      }
    }
    return this.#others.find(roomId);
  }
}
