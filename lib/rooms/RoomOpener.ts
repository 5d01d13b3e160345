import { AwaitQueue } from 'awaitqueue';

import type { RoomDirectory } from '../cluster/RoomDirectory.ts';
import { AppError, coreErrors } from '../core/errors.ts';
import { ConcurrencyLimit } from '../limits/ConcurrencyLimit.ts';
import { RouterGroup } from '../media/RouterGroup.ts';
import type { WorkerPool } from '../media/WorkerPool.ts';
import { claimRoom, roomElsewhere } from './claimRoom.ts';
import { Room } from './Room.ts';
import type { RoomOptions, RoomServices } from './RoomOptions.ts';
import type { RoomRecord, RoomRecords } from './RoomRecords.ts';

/** The parts that a room needs before it opens. */
export interface OpeningParts {
  readonly pool: WorkerPool;
  /** The records of the rooms whose ids are reserved. */
  readonly records: RoomRecords;
  /** The nodes that have the rooms of the cluster. */
  readonly directory: RoomDirectory;
  readonly services: RoomServices;
}

/**
 * Opens rooms: one at a time for each id, with the record of the id if it has
 * one, and claimed in the cluster for as long as it is open.
 */
export class RoomOpener {
  readonly #parts: OpeningParts;
  readonly #rooms: Map<string, Room>;
  readonly #onClose: () => void;
  readonly #limit: ConcurrencyLimit;
  readonly #queues = new Map<string, AwaitQueue>();
  /** Rooms that are being opened for their records. */
  readonly #openings = new Map<string, { deleted: boolean }>();
  #stopped = false;

  /**
   * @param rooms - The live rooms by id, to which each is added until it closes.
   * @param onClose - Called when a room has closed.
   */
  constructor(
    parts: OpeningParts,
    rooms: Map<string, Room>,
    onClose: () => void,
  ) {
    this.#parts = parts;
    this.#rooms = rooms;
    this.#onClose = onClose;
    this.#limit = new ConcurrencyLimit(
      parts.services.config.limits,
      'rooms',
      'rooms on this server',
      coreErrors.SERVER_FULL,
    );
  }

  /**
   * Opens a room, unless it is open. Without peers it stays open only if its
   * record keeps it open.
   *
   * @throws {AppError} SHUTTING_DOWN, NO_WORKER, SERVER_FULL, ROOM_NOT_FOUND,
   *   RECORD_UNAVAILABLE, ROOM_ELSEWHERE, CLUSTER_UNAVAILABLE.
   */
  async open(roomId: string): Promise<Room> {
    let room = await this.#obtain(roomId);
    // The room may have closed after the promise was fulfilled.
    while (room.closed) {
      room = await this.#obtain(roomId);
    }
    return room;
  }

  /**
   * Opens a room that is not open.
   *
   * @param onClose - Called once when the room has closed.
   * @throws {AppError} SHUTTING_DOWN, NO_WORKER, SERVER_FULL, ROOM_ELSEWHERE,
   *   CLUSTER_UNAVAILABLE.
   */
  async create(options: RoomOptions, onClose?: () => void): Promise<Room> {
    this.#refuseWhenStopped();
    using _place = this.#limit.acquire(this.#rooms.size);
    const { pool, services } = this.#parts;
    let lost = false;
    const claim = await claimRoom(this.#parts.directory, options.id, () => {
      lost = true;
      this.#rooms.get(options.id)?.close('moved');
    });
    try {
      const [routers, bans] = await Promise.all([
        RouterGroup.create(pool, services.config),
        services.bans.ofRoom(options.id),
      ]);
      if (this.#stopped || lost) {
        routers.close();
      }
      this.#refuseWhenStopped();
      if (lost) {
        throw roomElsewhere(options.id);
      }
      const room = new Room({ ...options, bans }, routers, services, () => {
        this.#rooms.delete(options.id);
        claim.release();
        onClose?.();
        this.#onClose();
      });
      this.#rooms.set(options.id, room);
      return room;
    } catch (error) {
      claim.release();
      throw error;
    }
  }

  /**
   * Makes sure that no other node of the cluster has a room.
   *
   * @throws {AppError} ROOM_ELSEWHERE.
   */
  async requireHere(roomId: string): Promise<void> {
    if (await this.#parts.directory.isElsewhere(roomId)) {
      throw roomElsewhere(roomId);
    }
  }

  /** Has a room closed that is being opened for a record, now deleted. */
  cancel(roomId: string): void {
    const opening = this.#openings.get(roomId);
    if (opening !== undefined) {
      opening.deleted = true;
    }
  }

  /** Opens no more rooms, those included that are being opened. */
  stop(): void {
    this.#stopped = true;
  }

  /** Finds or creates a room; creation is serialised per id. */
  async #obtain(roomId: string): Promise<Room> {
    const existing = this.#rooms.get(roomId);
    if (existing !== undefined) {
      return existing;
    }
    let queue = this.#queues.get(roomId);
    if (queue === undefined) {
      queue = new AwaitQueue();
      this.#queues.set(roomId, queue);
    }
    try {
      return await queue.push(
        () => this.#rooms.get(roomId) ?? this.#openRecord(roomId),
      );
    } finally {
      if (queue.size === 0 && this.#queues.get(roomId) === queue) {
        this.#queues.delete(roomId);
      }
    }
  }

  /**
   * Opens a room, with its record if it has one. One whose record was deleted
   * meanwhile is closed when it is returned.
   */
  async #openRecord(roomId: string): Promise<Room> {
    this.#refuseWhenStopped();
    const opening = { deleted: false };
    this.#openings.set(roomId, opening);
    try {
      const record = await this.#parts.records.find(roomId);
      const room = await this.#createFor(roomId, record);
      if (opening.deleted) {
        room.close('deleted');
      }
      return room;
    } finally {
      this.#openings.delete(roomId);
    }
  }

  /** Creates a room for a peer that joins; it closes with its last peer. */
  #createFor(roomId: string, record: RoomRecord | undefined): Promise<Room> {
    const { maxPeers: most } = this.#parts.services.config.rooms;
    const {
      maxPeers = most,
      emptyTimeout = 0,
      ...options
    } = record?.options ?? {};
    return this.create({
      ...options,
      id: roomId,
      maxPeers,
      emptyTimeout,
      record,
    });
  }

  #refuseWhenStopped(): void {
    if (this.#stopped) {
      throw new AppError(
        coreErrors.SHUTTING_DOWN,
        'the server is stopping and creates no more rooms',
      );
    }
  }
}
