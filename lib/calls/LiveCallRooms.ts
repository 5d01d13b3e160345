import { ALL_PERMISSIONS } from '../auth/Permissions.ts';
import type { Identity } from '../auth/Identity.ts';
import { AppError, coreErrors } from '../core/errors.ts';
import { inTime } from '../core/inTime.ts';
import type { Live } from '../core/Live.ts';
import { mediaErrors } from '../media/errors.ts';
import { roomErrors } from '../rooms/errors.ts';
import type { Peer } from '../rooms/Peer.ts';
import type { Room } from '../rooms/Room.ts';
import type { RoomRecord, RoomRecords } from '../rooms/RoomRecords.ts';
import type { RoomRegistry } from '../rooms/RoomRegistry.ts';
import type { CallRooms, RoomCall } from './CallRooms.ts';
import { callErrors } from './errors.ts';
import { liveRoomIdOf, roomUserIdOf } from './liveRoomIds.ts';
import type { CallsOptions } from './options.ts';
import type { Participant } from './Participant.ts';
import type { Caller, CallerIds, MediaServerConfig } from './types.ts';

/** The record of a call's room, which exists as long as the call needs the room. */
class CallRoomRecord implements RoomRecord {
  readonly #call: RoomCall;
  /** False once the call does without the room. */
  keepsOpen = true;

  constructor(call: RoomCall) {
    this.#call = call;
  }

  async requireEntry(identity: Identity): Promise<void> {
    try {
      await this.#call.requireEntry(identity);
    } catch (error) {
      throw translated(error);
    }
  }

  roomClosed(): void {
    if (this.keepsOpen) {
      this.keepsOpen = false;
      this.#call.roomLost();
    }
  }
}

/** An error of a call or a conversation, in the terms of live rooms. */
function translated(error: unknown): unknown {
  if (
    !(error instanceof AppError) ||
    error.code === coreErrors.FORBIDDEN.code
  ) {
    return error;
  }
  const { message } = error;
  return error.code === callErrors.KICKED.code
    ? new AppError(coreErrors.FORBIDDEN, `roomId: ${message}`)
    : new AppError(
        roomErrors.RECORD_UNAVAILABLE,
        'the members of the call cannot be looked up at the moment; try again later',
        { cause: error },
      );
}

/** The records of the rooms of calls. */
export class CallRecords implements RoomRecords {
  readonly #records = new Map<string, CallRoomRecord>();

  find(liveRoomId: string): Promise<RoomRecord> {
    const record = this.#records.get(liveRoomId);
    return record === undefined
      ? Promise.reject(
          new AppError(
            roomErrors.ROOM_NOT_FOUND,
            `there is no room ${JSON.stringify(liveRoomId)}; a call has a room while its media goes through the server`,
          ),
        )
      : Promise.resolve(record);
  }

  /** The ids of the rooms that can be open. */
  get ids(): string[] {
    return Array.from(this.#records.keys());
  }

  /** Lets the room of a call be opened. */
  add(call: RoomCall): void {
    this.#records.set(liveRoomIdOf(call.id), new CallRoomRecord(call));
  }

  /** Stops the room of a call from being opened. */
  delete(callId: string): void {
    const id = liveRoomIdOf(callId);
    const record = this.#records.get(id);
    if (record !== undefined) {
      record.keepsOpen = false;
      this.#records.delete(id);
    }
  }
}

/** The live rooms of calls, `call-` with the id of each. */
export class LiveCallRooms implements CallRooms {
  readonly #registry: RoomRegistry;
  readonly #records: CallRecords;
  readonly #options: Live<CallsOptions>;

  /** @param records - Those that the registry knows of. */
  constructor(
    registry: RoomRegistry,
    records: CallRecords,
    options: Live<CallsOptions>,
  ) {
    this.#registry = registry;
    this.#records = records;
    this.#options = options;
  }

  async open(call: RoomCall): Promise<MediaServerConfig> {
    this.#records.add(call);
    try {
      const room = await this.#inTime(
        this.#registry.open(liveRoomIdOf(call.id)),
      );
      return {
        routerId: room.id,
        rtpCapabilities: room.routers.rtpCapabilities,
      };
    } catch (error) {
      this.close(call.id);
      throw error instanceof AppError &&
        error.code === mediaErrors.NO_WORKER.code
        ? new AppError(
            callErrors.MEDIA_SERVER_ERROR,
            'no media worker can take the call at the moment; try again later',
            { cause: error },
          )
        : error;
    }
  }

  close(callId: string): void {
    this.#records.delete(callId);
    this.#registry.closeDeleted(liveRoomIdOf(callId));
  }

  remove(callId: string, person: CallerIds): void {
    const room = this.#registry.rooms.get(liveRoomIdOf(callId));
    room?.broadcast.endObserversOf(roomUserIdOf(person));
    for (const peer of this.#peersOf(callId, person)) {
      peer.close('left');
    }
  }

  hasPeer(callId: string, caller: Caller): boolean {
    return this.#peersOf(callId, caller).some((peer) => peer.isReachable);
  }

  enter(
    callId: string,
    { id, caller }: Pick<Participant, 'id' | 'caller'>,
    network: string,
  ): Peer {
    const room = this.#registry.get(liveRoomIdOf(callId));
    const userId = roomUserIdOf(caller);
    const present = room.peers.get(id);
    // Another client may have taken the id, which is no secret.
    if (present?.userId === userId) {
      return present;
    }
    const { username: name, role } = caller;
    const { peer } = room.join({
      id,
      gateway: 'media',
      network,
      displayName: name,
      grants: {
        ...ALL_PERMISSIONS,
        identity: { userId, name, role },
        rooms: [],
        reserved: [room.id],
        // The token of the caller is not known here, and not newer than that.
        issuedAt: Date.now(),
      },
    });
    return peer;
  }

  room(callId: string, caller: Caller): Room {
    const room = this.#registry.get(liveRoomIdOf(callId));
    room.bans.requireNotBanned({ userId: roomUserIdOf(caller) });
    return room;
  }

  peersOf(caller: Caller | undefined): Peer[] {
    return this.#records.ids
      .flatMap((id) =>
        Array.from(this.#registry.rooms.get(id)?.peers.values() ?? []),
      )
      .filter(
        ({ userId }) => caller === undefined || userId === roomUserIdOf(caller),
      );
  }

  #peersOf(callId: string, person: CallerIds): Peer[] {
    const room = this.#registry.rooms.get(liveRoomIdOf(callId));
    return Array.from(room?.peers.values() ?? []).filter(
      ({ userId }) => userId === roomUserIdOf(person),
    );
  }

  /** @throws {AppError} TIMEOUT. */
  #inTime(opening: Promise<Room>): Promise<Room> {
    const { openTimeout } = this.#options;
    const problem = `the media workers did not open a room within ${openTimeout} ms`;
    return inTime(
      opening,
      openTimeout,
      () => new AppError(callErrors.TIMEOUT, problem),
    );
  }
}
