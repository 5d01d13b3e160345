import { randomUUID } from 'node:crypto';

import type { Identity } from '../auth/Identity.ts';
import { isReserved } from '../auth/reservedRooms.ts';
import type { RoomDirectory } from '../cluster/RoomDirectory.ts';
import { roomErrors } from './errors.ts';
import type { LimitUse } from '../limits/options.ts';
import { PerNetworkLimit } from '../limits/PerNetworkLimit.ts';
import type { RoomSections } from './options.ts';
import { AppError, coreErrors } from '../core/errors.ts';
import type { WorkerPool } from '../media/WorkerPool.ts';
import type { Metrics } from '../core/metrics.ts';
import type { SampledLog } from '../limits/SampledLog.ts';
import { EventBudget } from './EventBudget.ts';
import type { RoomEnd } from './events.ts';
import type { Peer } from './Peer.ts';
import type { PeerOptions } from './PeerOptions.ts';
import type { ModerationLog } from './ModerationLog.ts';
import type { Joined, Room } from './Room.ts';
import { RoomOpener } from './RoomOpener.ts';
import type { RoomServices } from './RoomOptions.ts';
import type { RoomBans } from './RoomBans.ts';
import type { RoomObserver } from './RoomObserver.ts';
import type { RoomRecords } from './RoomRecords.ts';

/** The parts of rooms that outlive them. */
export interface LastingParts {
  /** The records of the rooms whose ids are reserved. */
  readonly records: RoomRecords;
  readonly bans: RoomBans;
  readonly moderationLog: ModerationLog;
  readonly observers: readonly RoomObserver[];
  /** The nodes that have the rooms of the cluster. */
  readonly directory: RoomDirectory;
}

/** The live rooms by id: created at the first join, closed when empty. */
export class RoomRegistry {
  readonly #config: RoomSections;
  readonly #records: RoomRecords;
  readonly #services: RoomServices;
  readonly #opener: RoomOpener;
  /** Bounds the rooms that were created on request. */
  readonly #createdLimit: PerNetworkLimit;
  readonly #rooms = new Map<string, Room>();
  /** The ids of the rooms that were created on request. */
  readonly #created = new Set<string>();
  #onEmpty: (() => void) | undefined;

  constructor(
    pool: WorkerPool,
    config: RoomSections,
    metrics: Metrics,
    log: SampledLog,
    { records, bans, moderationLog, observers, directory }: LastingParts,
  ) {
    this.#config = config;
    this.#records = records;
    this.#services = {
      config,
      metrics,
      log,
      bans,
      moderationLog,
      observers,
      peerLimit: new PerNetworkLimit(
        config.limits,
        { inAll: 'peers', perNetwork: 'peersPerAddress' },
        'peers',
      ),
      waitingLimit: new PerNetworkLimit(
        config.limits,
        { inAll: 'waiting', perNetwork: 'waitingPerAddress' },
        'clients in lobbies',
      ),
      queuedEvents: new EventBudget(
        'limits.keptBytes',
        () => config.limits.keptBytes,
      ),
      keptAnswers: new EventBudget(
        'limits.answerBytes',
        () => config.limits.answerBytes,
      ),
    };
    bans.onChange((change) => {
      const roomId =
        change.type === 'added' ? change.ban.roomId : change.roomId;
      this.#rooms.get(roomId)?.bans.apply(change);
    });
    this.#createdLimit = new PerNetworkLimit(
      config.limits,
      { inAll: 'rooms', perNetwork: 'roomsPerAddress' },
      'rooms created on request',
    );
    this.#opener = new RoomOpener(
      { pool, records, directory, services: this.#services },
      this.#rooms,
      () => this.#noteEmpty(),
    );
  }

  get rooms(): ReadonlyMap<string, Room> {
    return this.#rooms;
  }

  /** The memory taken by events that are queued for peers, bytes. */
  get queuedBytes(): number {
    return this.#services.queuedEvents.cost;
  }

  /** The limits on what all rooms hold together. */
  get limitUses(): LimitUse[] {
    const { rooms, keptBytes, answerBytes } = this.#config.limits;
    return [
      { option: 'rooms', limit: rooms, used: this.#rooms.size },
      this.#services.peerLimit.use,
      this.#services.waitingLimit.use,
      { option: 'keptBytes', limit: keptBytes, used: this.queuedBytes },
      {
        option: 'answerBytes',
        limit: answerBytes,
        used: this.#services.keptAnswers.cost,
      },
    ];
  }

  /**
   * Finds a room by its id.
   *
   * @throws {AppError} ROOM_NOT_FOUND.
   */
  get(roomId: string): Room {
    const room = this.#rooms.get(roomId);
    if (room === undefined) {
      throw new AppError(
        roomErrors.ROOM_NOT_FOUND,
        `there is no room ${JSON.stringify(roomId)}; a room exists while it has members`,
      );
    }
    return room;
  }

  /**
   * Creates a room with a random id, which stays open for a while without peers.
   *
   * @param network - The network of the client that requests it.
   * @param maxPeers - The most peers at a time; by default as many as any room
   *   takes.
   * @throws {AppError} SHUTTING_DOWN, NO_WORKER, SERVER_FULL, LIMIT_REACHED,
   *   CLUSTER_UNAVAILABLE, VALIDATION_ERROR if `maxPeers` is more than any room takes.
   */
  async create({
    network,
    maxPeers = this.#config.rooms.maxPeers,
  }: {
    network: string;
    maxPeers?: number | undefined;
  }): Promise<Room> {
    const { maxPeers: most, emptyTimeout } = this.#config.rooms;
    if (maxPeers > most) {
      throw new AppError(
        coreErrors.VALIDATION_ERROR,
        `maxParticipants: expected at most ${most}, got ${maxPeers}`,
      );
    }
    const id = randomUUID();
    const place = this.#createdLimit.acquire(network);
    const forget = (): void => {
      this.#created.delete(id);
      place[Symbol.dispose]();
    };
    this.#created.add(id);
    try {
      const room = await this.#opener.create(
        { id, maxPeers, emptyTimeout },
        forget,
      );
      room.closeIfEmpty();
      return room;
    } catch (error) {
      forget();
      throw error;
    }
  }

  /** Tells if a room was created by {@link create}: a join does not open it again. */
  isCreated(roomId: string): boolean {
    return this.#created.has(roomId);
  }

  /**
   * Adds a peer to a room, which is created if necessary; one whose id is
   * reserved is only if it has a record.
   *
   * @param enter - Called once the room is open. Returns the result of `join`,
   *   or throws if the client has gone meanwhile.
   * @throws {AppError} SHUTTING_DOWN, NO_WORKER, ROOM_FULL, ROOM_LOCKED, BANNED,
   *   SERVER_FULL, LIMIT_REACHED, ROOM_NOT_FOUND, RECORD_UNAVAILABLE, ROOM_ELSEWHERE,
   *   CLUSTER_UNAVAILABLE, FORBIDDEN if its record does not admit the client; and any
   *   error of `enter`.
   */
  async join(
    roomId: string,
    options: PeerOptions,
    enter: (join: () => Joined) => Joined,
  ): Promise<Joined> {
    const replaced = this.#rooms.get(roomId)?.peers.get(options.id);
    const place = this.#services.peerLimit.acquire(
      options.network,
      replaced?.network,
    );
    let room: Room | undefined;
    try {
      room = await this.open(roomId);
      if (room.record?.requireEntry !== undefined) {
        await room.record.requireEntry(options.grants.identity);
        room = await this.open(roomId);
      }
      const refreshed = room.bans.refresh();
      if (refreshed !== undefined) {
        await refreshed;
        room = await this.open(roomId);
      }
      const open = room;
      return enter(() => open.join(options, place));
    } catch (error) {
      place[Symbol.dispose]();
      // It may have been created for this peer alone.
      room?.closeIfEmpty();
      throw error;
    }
  }

  /**
   * Opens a room, unless it is open. Without peers it stays open only if its
   * record keeps it open.
   *
   * @throws {AppError} SHUTTING_DOWN, NO_WORKER, SERVER_FULL, ROOM_NOT_FOUND,
   *   RECORD_UNAVAILABLE, ROOM_ELSEWHERE, CLUSTER_UNAVAILABLE.
   */
  open(roomId: string): Promise<Room> {
    return this.#opener.open(roomId);
  }

  /**
   * Adds a peer to a room that exists: an open one, or one with a record.
   *
   * @throws {AppError} ROOM_NOT_FOUND, ROOM_ELSEWHERE; and as {@link join}.
   */
  async joinExisting(
    roomId: string,
    options: PeerOptions,
    enter: (join: () => Joined) => Joined,
  ): Promise<Joined> {
    if (isReserved(roomId)) {
      return this.join(roomId, options, enter);
    }
    if (!this.#rooms.has(roomId)) {
      await this.#opener.requireHere(roomId);
    }
    await this.get(roomId).bans.refresh();
    const room = this.get(roomId);
    return enter(() => room.join(options));
  }

  /**
   * Makes sure that the record of a room, if its id is reserved, admits a client.
   * The room is not opened by it.
   *
   * @throws {AppError} ROOM_NOT_FOUND, RECORD_UNAVAILABLE, FORBIDDEN.
   */
  async requireEntry(roomId: string, identity: Identity): Promise<void> {
    if (isReserved(roomId)) {
      const open = this.#rooms.get(roomId)?.record;
      const record = open ?? (await this.#records.find(roomId));
      await record?.requireEntry?.(identity);
    }
  }

  /** Closes a room whose record was deleted, or stops it from opening. */
  closeDeleted(roomId: string): void {
    this.#opener.cancel(roomId);
    this.#rooms.get(roomId)?.close('deleted');
  }

  /**
   * Hands a peer over to a newer connection of the same client.
   *
   * @param received - The number of events that the client has received.
   * @throws {AppError} RESUME_REFUSED; REMOVED if a moderator has removed it.
   */
  resume(
    roomId: string,
    peerId: string,
    token: string,
    received: number,
  ): Peer {
    const room = this.#rooms.get(roomId);
    room?.requireNotRemoved(token);
    const peer = room?.peers.get(peerId);
    if (peer === undefined || !peer.connection.resume(token, received)) {
      throw new AppError(
        roomErrors.RESUME_REFUSED,
        'resumeToken: expected the one of the last join, of a peer that is still held with all events that it missed; join without it',
      );
    }
    return peer;
  }

  /**
   * Creates no more rooms; the present ones go on until they are empty.
   *
   * @param deadline - The latest time at which the server stops, ms since the
   *   epoch.
   * @returns A promise that is fulfilled when no room is left.
   */
  drain(deadline: number): Promise<void> {
    this.#opener.stop();
    for (const room of this.#rooms.values()) {
      room.drain(deadline);
    }
    return new Promise((resolve) => {
      this.#onEmpty = resolve;
      this.#noteEmpty();
    });
  }

  /** Closes every room for good. */
  close(reason: RoomEnd): void {
    this.#opener.stop();
    for (const room of this.#rooms.values()) {
      room.close(reason);
    }
  }

  #noteEmpty(): void {
    if (this.#rooms.size === 0) {
      this.#onEmpty?.();
    }
  }
}
