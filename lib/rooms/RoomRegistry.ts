import { randomUUID } from 'node:crypto';

import { AwaitQueue } from 'awaitqueue';

import { roomErrors } from './errors.ts';
import type { LimitUse } from '../limits/options.ts';
import { PerNetworkLimit } from '../limits/PerNetworkLimit.ts';
import type { LiveSections } from '../config/LiveConfig.ts';
import { AppError, coreErrors } from '../core/errors.ts';
import { RouterGroup } from '../media/RouterGroup.ts';
import type { WorkerPool } from '../media/WorkerPool.ts';
import type { Metrics } from '../core/metrics.ts';
import type { SampledLog } from '../limits/SampledLog.ts';
import { EventBudget } from './EventBudget.ts';
import type { RoomEnd } from './events.ts';
import type { Peer, PeerOptions } from './Peer.ts';
import { ConcurrencyLimit } from '../limits/ConcurrencyLimit.ts';
import { Room } from './Room.ts';
import type { Joined, RoomContext, RoomOptions } from './Room.ts';

/** Rooms by id: created when somebody joins, gone when empty. */
export class RoomRegistry {
  readonly #pool: WorkerPool;
  readonly #config: LiveSections;
  readonly #context: RoomContext;
  readonly #limit: ConcurrencyLimit;
  /** Bounds the rooms that were created by name. */
  readonly #namedLimit: PerNetworkLimit;
  readonly #rooms = new Map<string, Room>();
  readonly #creations = new Map<string, AwaitQueue>();
  #draining = false;
  #onEmpty: (() => void) | undefined;

  constructor(
    pool: WorkerPool,
    config: LiveSections,
    metrics: Metrics,
    log: SampledLog,
  ) {
    this.#pool = pool;
    this.#config = config;
    this.#context = {
      config,
      metrics,
      log,
      peerLimit: new PerNetworkLimit(
        config.limits,
        { inAll: 'peers', perNetwork: 'peersPerAddress' },
        'peers',
      ),
      keptEvents: new EventBudget(
        'limits.keptBytes',
        () => config.limits.keptBytes,
      ),
    };
    this.#namedLimit = new PerNetworkLimit(
      config.limits,
      { inAll: 'rooms', perNetwork: 'roomsPerAddress' },
      'rooms created by name',
    );
    this.#limit = new ConcurrencyLimit(
      config.limits,
      'rooms',
      'rooms on this server',
      () => this.#rooms.size,
      coreErrors.SERVER_FULL,
    );
  }

  get rooms(): ReadonlyMap<string, Room> {
    return this.#rooms;
  }

  /** The memory taken by events that are kept for peers, bytes. */
  get keptBytes(): number {
    return this.#context.keptEvents.cost;
  }

  /** The limits on what all rooms hold together. */
  get limitUses(): LimitUse[] {
    const { rooms, keptBytes } = this.#config.limits;
    return [
      { option: 'rooms', limit: rooms, used: this.#rooms.size },
      this.#context.peerLimit.use,
      { option: 'keptBytes', limit: keptBytes, used: this.keptBytes },
    ];
  }

  /**
   * The room with this id, which must exist.
   *
   * @throws {AppError} ROOM_NOT_FOUND.
   */
  get(roomId: string): Room {
    const room = this.#rooms.get(roomId);
    if (room === undefined) {
      throw new AppError(
        roomErrors.ROOM_NOT_FOUND,
        `there is no room ${JSON.stringify(roomId)}; a room exists while somebody is in it`,
      );
    }
    return room;
  }

  /**
   * Makes a room under an id of the server's, which stays for a while without
   * anybody in it.
   *
   * @param network - Where whoever makes it comes from.
   * @throws {AppError} SHUTTING_DOWN, NO_WORKER, SERVER_FULL, LIMIT_REACHED,
   *   VALIDATION_ERROR when more peers are wanted than any room takes.
   */
  async create({
    network,
    ...options
  }: {
    network: string;
    name: string;
    description?: string | undefined;
    maxPeers?: number | undefined;
  }): Promise<Room> {
    const { maxPeers, emptyTimeout } = this.#config.rooms;
    if (options.maxPeers !== undefined && options.maxPeers > maxPeers) {
      throw new AppError(
        coreErrors.VALIDATION_ERROR,
        `maxParticipants: expected at most ${maxPeers}, got ${options.maxPeers}`,
      );
    }
    const place = this.#namedLimit.acquire(network);
    try {
      const room = await this.#create(
        {
          ...options,
          id: randomUUID(),
          maxPeers: options.maxPeers ?? maxPeers,
          emptyTimeout,
        },
        () => place[Symbol.dispose](),
      );
      room.closeIfEmpty();
      return room;
    } catch (error) {
      place[Symbol.dispose]();
      throw error;
    }
  }

  /**
   * Lets a peer into a room, which is made if need be.
   *
   * @param isWanted - Asked once the room stands: whether whoever wanted in is
   *   still there.
   * @throws {AppError} SHUTTING_DOWN, NO_WORKER, ROOM_FULL, SERVER_FULL,
   *   LIMIT_REACHED, or PEER_CLOSED when it is no longer wanted.
   */
  async join(
    roomId: string,
    options: PeerOptions,
    isWanted: () => boolean,
  ): Promise<Joined> {
    const replaced = this.#rooms.get(roomId)?.peers.get(options.id);
    const place = this.#context.peerLimit.acquire(
      options.network,
      replaced?.network,
    );
    let room: Room | undefined;
    try {
      room = await this.#obtain(roomId);
      // The room may have closed between its promise and this line.
      while (room.closed) {
        room = await this.#obtain(roomId);
      }
      if (!isWanted()) {
        throw new AppError(
          roomErrors.PEER_CLOSED,
          'the connection closed while joining',
        );
      }
      return room.join(options, place);
    } catch (error) {
      place[Symbol.dispose]();
      // It may have been created for this peer alone.
      room?.closeIfEmpty();
      throw error;
    }
  }

  /**
   * Hands a peer over to a newer connection of the same client.
   *
   * @param received - How many events the client has had.
   * @throws {AppError} RESUME_REFUSED.
   */
  resume(
    roomId: string,
    peerId: string,
    token: string,
    received: number,
  ): Peer {
    const peer = this.#rooms.get(roomId)?.peers.get(peerId);
    if (peer === undefined || !peer.resume(token, received)) {
      throw new AppError(
        roomErrors.RESUME_REFUSED,
        'resumeToken: expected the one of the last join, of a peer that is still here and lacks nothing that is forgotten; join without it',
      );
    }
    return peer;
  }

  /**
   * Makes no room any more; those that there are go on until they are empty.
   *
   * @param deadline - When the server stops at the latest, ms since the epoch.
   * @returns When the last is.
   */
  drain(deadline: number): Promise<void> {
    this.#draining = true;
    for (const room of this.#rooms.values()) {
      room.drain(deadline);
    }
    return new Promise((resolve) => {
      this.#onEmpty = resolve;
      this.#noteEmpty();
    });
  }

  /** Closes every room; nobody gets in any more. */
  close(reason: RoomEnd): void {
    this.#draining = true;
    for (const room of this.#rooms.values()) {
      room.close(reason);
    }
  }

  /** Creation is serialised per id: who arrives together shares one room. */
  async #obtain(roomId: string): Promise<Room> {
    const existing = this.#rooms.get(roomId);
    if (existing !== undefined) {
      return existing;
    }
    let queue = this.#creations.get(roomId);
    if (queue === undefined) {
      queue = new AwaitQueue();
      this.#creations.set(roomId, queue);
    }
    try {
      return await queue.push(
        () => this.#rooms.get(roomId) ?? this.#createFor(roomId),
      );
    } finally {
      if (queue.size === 0 && this.#creations.get(roomId) === queue) {
        this.#creations.delete(roomId);
      }
    }
  }

  /** A room that nobody made by name goes with the last one in it. */
  #createFor(roomId: string): Promise<Room> {
    const { maxPeers } = this.#config.rooms;
    return this.#create({ id: roomId, maxPeers, emptyTimeout: 0 });
  }

  /** @param onClose - Called once, when the room has closed. */
  async #create(options: RoomOptions, onClose?: () => void): Promise<Room> {
    this.#refuseWhenDraining();
    using _place = this.#limit.acquire();
    const routers = await RouterGroup.create(this.#pool, this.#config);
    if (this.#draining) {
      routers.close();
    }
    this.#refuseWhenDraining();
    const room = new Room(options, routers, this.#context, () => {
      this.#rooms.delete(options.id);
      onClose?.();
      this.#noteEmpty();
    });
    this.#rooms.set(options.id, room);
    return room;
  }

  #refuseWhenDraining(): void {
    if (this.#draining) {
      throw new AppError(
        coreErrors.SHUTTING_DOWN,
        'the server is stopping and makes no new room',
      );
    }
  }

  #noteEmpty(): void {
    if (this.#rooms.size === 0) {
      this.#onEmpty?.();
    }
  }
}
