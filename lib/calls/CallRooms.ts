import type { Identity } from '../auth/Identity.ts';
import type { Peer } from '../rooms/Peer.ts';
import type { Room } from '../rooms/Room.ts';
import type { Participant } from './Participant.ts';
import type { Caller, CallerIds, MediaServerConfig } from './types.ts';

/** A call, as its live room sees it. */
export interface RoomCall {
  readonly id: string;
  /**
   * Makes sure that a client may enter the room.
   *
   * @throws {AppError} FORBIDDEN, and any error of the lookup.
   */
  requireEntry(identity: Identity): Promise<void>;
  /** Notes that the room has closed, and not by {@link CallRooms.close}. */
  roomLost(): void;
}

/** The live rooms that carry the media of calls in mode `sfu`. */
export interface CallRooms {
  /**
   * Opens the room of a call, which stays open without peers.
   *
   * @throws {AppError} MEDIA_SERVER_ERROR, TIMEOUT, SHUTTING_DOWN, SERVER_FULL.
   */
  open(call: RoomCall): Promise<MediaServerConfig>;
  /** Closes the room of a call, if it is open. */
  close(callId: string): void;
  /** Closes the peers of someone in the room of a call. */
  remove(callId: string, person: CallerIds): void;
  /**
   * True if someone has a peer in the room of a call, whose client is there for
   * all that is known.
   */
  hasPeer(callId: string, caller: Caller): boolean;
  /**
   * The peer of a participant in the room of a call, by the id of the
   * participant. It is made if there is none, and then has no signalling.
   *
   * @param network - The network of the client that asks.
   * @throws {AppError} ROOM_NOT_FOUND if the call has no room now, ROOM_FULL,
   *   SERVER_FULL, LIMIT_REACHED.
   */
  enter(
    callId: string,
    participant: Pick<Participant, 'id' | 'caller'>,
    network: string,
  ): Peer;
  /**
   * The room of a call, for a caller to watch.
   *
   * @throws {AppError} ROOM_NOT_FOUND if the call has none now, BANNED.
   */
  room(callId: string, caller: Caller): Room;
  /** The peers in the rooms of all calls: those of a caller, or all. */
  peersOf(caller: Caller | undefined): Peer[];
}
