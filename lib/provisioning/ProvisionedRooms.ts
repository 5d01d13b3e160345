import { randomUUID } from 'node:crypto';

import { isReserved, RESERVED_PREFIXES } from '../auth/reservedRooms.ts';
import { AppError, coreErrors } from '../core/errors.ts';
import type { Live } from '../core/Live.ts';
import { byCodePoints, firstAfter } from '../core/sorting.ts';
import type { Limits } from '../limits/options.ts';
import { roomErrors } from '../rooms/errors.ts';
import { requireMetadataSize } from '../rooms/metadata.ts';
import type { Metadata } from '../rooms/metadata.ts';
import type { Actor } from '../rooms/Moderator.ts';
import type { RoomsOptions } from '../rooms/options.ts';
import type { Room } from '../rooms/Room.ts';
import type { RoomRegistry } from '../rooms/RoomRegistry.ts';
import type {
  ServerRoomRecord,
  ServerRooms,
} from '../store/ServerRoomStore.ts';
import { provisioningErrors } from './errors.ts';
import type { ProvisionedRecords } from './ProvisionedRecords.ts';

/** A room that is open, or lasts, or both. */
export interface AnyRoom {
  readonly id: string;
  readonly room: Room | undefined;
  readonly record: ServerRoomRecord | undefined;
}

/** Changes of a room; those that are left out stay as they are. */
export interface RoomChanges {
  readonly maxPeers?: number | null | undefined;
  readonly emptyTimeout?: number | undefined;
  readonly metadata?: Metadata | undefined;
  readonly locked?: boolean | undefined;
  readonly lobby?: boolean | undefined;
}

/** A part of all rooms. */
export interface RoomSelection {
  /** The id after which they come; undefined for the first. */
  readonly after: string | undefined;
  /** The beginning of their ids. */
  readonly prefix: string;
  /** Open ones alone, or those that are not; undefined for both. */
  readonly open: boolean | undefined;
  readonly limit: number;
}

interface Sections {
  readonly rooms: Live<RoomsOptions>;
  readonly limits: Live<Limits>;
}

/** The rooms of a server as its operator sees them: open ones and lasting ones. */
export class ProvisionedRooms {
  readonly #store: ServerRooms;
  readonly #records: ProvisionedRecords;
  readonly #registry: RoomRegistry;
  readonly #options: Sections;

  constructor(
    store: ServerRooms,
    records: ProvisionedRecords,
    registry: RoomRegistry,
    options: Sections,
  ) {
    this.#store = store;
    this.#records = records;
    this.#registry = registry;
    this.#options = options;
  }

  /**
   * Creates a room that lasts until it is deleted. One that is open takes over its
   * options.
   *
   * @param id - By default a random one.
   * @throws {AppError} VALIDATION_ERROR, ROOM_EXISTS, ROOM_LOCKED, LIMIT_REACHED,
   *   STORE_UNAVAILABLE.
   */
  async create({
    id = randomUUID(),
    maxPeers,
    emptyTimeout = this.#options.rooms.emptyTimeout,
    metadata,
    locked,
    lobby,
    by,
  }: {
    id?: string | undefined;
    maxPeers?: number | undefined;
    emptyTimeout?: number | undefined;
    metadata?: Metadata | undefined;
    locked?: boolean | undefined;
    lobby?: boolean | undefined;
    by: Actor;
  }): Promise<AnyRoom> {
    requireOrdinary(id);
    this.#requirePlaces(maxPeers);
    requireMetadataSize(metadata ?? {}, this.#options.limits);
    requirePossible(this.#registry.rooms.get(id), { locked, lobby });
    const { serverRooms: most } = this.#options.limits;
    const options = {
      maxPeers,
      emptyTimeout,
      metadata: metadata ?? {},
      locked: locked ?? false,
      lobby: lobby ?? false,
    };
    const record = await this.#store.create(id, options, most);
    if (record === 'taken') {
      throw new AppError(
        provisioningErrors.ROOM_EXISTS,
        `roomId: expected that of a new room, got ${JSON.stringify(id)}`,
      );
    }
    if (record === 'full') {
      throw new AppError(
        coreErrors.LIMIT_REACHED,
        `limits.serverRooms: expected at most ${most} lasting rooms, and that many exist`,
        { option: 'limits.serverRooms' },
      );
    }
    this.#records.add(id);
    try {
      requirePossible(this.#registry.rooms.get(id), { locked, lobby });
    } catch (error) {
      // A client has begun to wait meanwhile, or the room was locked.
      await this.#store.delete(id);
      this.#records.remove(id);
      throw error;
    }
    const created = this.#configured(id, record);
    moderate(created, { metadata, locked, lobby }, by);
    return created;
  }

  /**
   * Finds a room.
   *
   * @throws {AppError} ROOM_NOT_FOUND, STORE_UNAVAILABLE.
   */
  async get(id: string): Promise<AnyRoom> {
    const record = isReserved(id) ? undefined : await this.#store.get(id);
    const room = this.#registry.rooms.get(id);
    if (room === undefined && record === undefined) {
      throw noSuchRoom(id);
    }
    return { id, room, record };
  }

  /** Lists rooms in the order of their ids. */
  async list({
    after,
    prefix,
    open,
    limit,
  }: RoomSelection): Promise<AnyRoom[]> {
    const rooms = Array.from(this.#registry.rooms.values()).filter(({ id }) =>
      id.startsWith(prefix),
    );
    const openIds = firstAfter(rooms, idOf, after, limit).map(idOf);
    if (open === true) {
      return this.#view(openIds, await this.#store.find(openIds));
    }
    const records = await this.#listRecords({ after, prefix, limit }, open);
    const ids = new Set(records.map(idOf));
    if (open === undefined) {
      for (const id of openIds) {
        ids.add(id);
      }
    }
    const sorted = Array.from(ids).toSorted(byCodePoints).slice(0, limit);
    return this.#view(sorted, records);
  }

  /**
   * Changes a room.
   *
   * @param check - Called with the room just before it is changed; throws if it is
   *   not to be.
   * @throws {AppError} ROOM_NOT_FOUND, ROOM_LOCKED, VALIDATION_ERROR,
   *   STORE_UNAVAILABLE; and any error of `check`.
   */
  async update(
    id: string,
    changes: RoomChanges,
    by: Actor,
    check: (room: AnyRoom) => void,
  ): Promise<AnyRoom> {
    this.#requirePlaces(changes.maxPeers ?? undefined);
    requireMetadataSize(changes.metadata ?? {}, this.#options.limits);
    for (;;) {
      const before = await this.get(id);
      check(before);
      requirePossible(before.room, changes);
      const { record } = before;
      if (record === undefined) {
        configure(before.room, changes);
        moderate(before, changes, by);
        return before;
      }
      const updated = await this.#write(record, changes);
      if (updated === undefined) {
        // Another request has changed the record meanwhile.
        continue;
      }
      try {
        requirePossible(this.#registry.rooms.get(id), changes);
      } catch (error) {
        // A client has begun to wait meanwhile, or the room was locked.
        await this.#write(updated, {
          ...record,
          maxPeers: record.maxPeers ?? null,
        });
        throw error;
      }
      const after = this.#configured(id, updated);
      moderate(after, changes, by);
      return after;
    }
  }

  /**
   * Deletes a room: ends it for everyone in it, and with it its record.
   *
   * @throws {AppError} ROOM_NOT_FOUND, STORE_UNAVAILABLE.
   */
  async delete(id: string): Promise<void> {
    const lasted = !isReserved(id) && (await this.#store.delete(id));
    this.#records.remove(id);
    if (!lasted && !this.#registry.rooms.has(id)) {
      throw noSuchRoom(id);
    }
    this.#registry.closeDeleted(id);
  }

  /** @returns Undefined if the record has changed since it was read. */
  #write(
    record: ServerRoomRecord,
    { maxPeers, emptyTimeout, metadata, locked, lobby }: RoomChanges,
  ): Promise<ServerRoomRecord | undefined> {
    return this.#store.update(record.id, record.version, {
      maxPeers:
        maxPeers === undefined ? record.maxPeers : (maxPeers ?? undefined),
      emptyTimeout: emptyTimeout ?? record.emptyTimeout,
      metadata: metadata ?? record.metadata,
      locked: locked ?? record.locked,
      lobby: lobby ?? record.lobby,
    });
  }

  /** Gives an open room the options of its record. */
  #configured(id: string, record: ServerRoomRecord): AnyRoom {
    const room = this.#registry.rooms.get(id);
    const { maxPeers = this.#options.rooms.maxPeers, emptyTimeout } = record;
    if (room !== undefined) {
      room.configure({ maxPeers, emptyTimeout });
      room.settings.initial = record;
    }
    return { id, room, record };
  }

  /** Records in the order of their ids, without those of open rooms if `open` is false. */
  async #listRecords(
    { after, prefix, limit }: Omit<RoomSelection, 'open'>,
    open: boolean | undefined,
  ): Promise<ServerRoomRecord[]> {
    const listed: ServerRoomRecord[] = [];
    let last = after;
    for (;;) {
      const some = await this.#store.list({ after: last, prefix, limit });
      const wanted = some.filter(
        ({ id }) => open !== false || !this.#registry.rooms.has(id),
      );
      listed.push(...wanted.slice(0, limit - listed.length));
      last = some.at(-1)?.id;
      if (some.length < limit || listed.length === limit) {
        return listed;
      }
    }
  }

  /** Rooms with their records. */
  #view(ids: readonly string[], known: readonly ServerRoomRecord[]): AnyRoom[] {
    const records = new Map(known.map((record) => [record.id, record]));
    return ids.map((id) => ({
      id,
      room: this.#registry.rooms.get(id),
      record: records.get(id),
    }));
  }

  /** @throws {AppError} VALIDATION_ERROR. */
  #requirePlaces(maxPeers: number | undefined): void {
    const { maxPeers: most } = this.#options.rooms;
    if (maxPeers !== undefined && maxPeers > most) {
      throw new AppError(
        coreErrors.VALIDATION_ERROR,
        `maxPeers: expected at most rooms.maxPeers, ${most}, got ${maxPeers}`,
      );
    }
  }
}

/**
 * Makes sure that changes of an open room admit no one who could not join.
 *
 * @throws {AppError} ROOM_LOCKED.
 */
function requirePossible(
  room: Room | undefined,
  { locked, lobby }: Pick<RoomChanges, 'locked' | 'lobby'>,
): void {
  room?.settings.requirePossible({ locked, lobby });
}

/** Changes the bounds of an open room without a record. */
function configure(
  room: Room | undefined,
  { maxPeers, emptyTimeout }: RoomChanges,
): void {
  room?.configure({
    maxPeers: maxPeers ?? room.maxPeers,
    emptyTimeout: emptyTimeout ?? room.emptyTimeout,
  });
}

/** Makes the changes of an open room that its members are told of. */
function moderate(
  { room }: AnyRoom,
  { metadata, locked, lobby }: RoomChanges,
  by: Actor,
): void {
  const moderation = room?.moderationBy(by);
  if (metadata !== undefined) {
    moderation?.setRoomMetadata(metadata);
  }
  if (locked !== undefined) {
    moderation?.lock(locked);
  }
  if (lobby !== undefined) {
    moderation?.setLobby(lobby);
  }
}

function idOf({ id }: { id: string }): string {
  return id;
}

/** @throws {AppError} VALIDATION_ERROR for the id of a room of another contract. */
function requireOrdinary(id: string): void {
  if (isReserved(id)) {
    throw new AppError(
      coreErrors.VALIDATION_ERROR,
      `roomId: expected an id that does not begin with ${RESERVED_PREFIXES.join(', ')}, got ${JSON.stringify(id)}`,
    );
  }
}

function noSuchRoom(id: string): AppError {
  return new AppError(
    roomErrors.ROOM_NOT_FOUND,
    `there is no room ${JSON.stringify(id)}, neither an open one nor one that lasts`,
  );
}
