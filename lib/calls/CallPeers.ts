import { AppError } from '../core/errors.ts';
import { roomErrors } from '../rooms/errors.ts';
import type { Peer } from '../rooms/Peer.ts';
import type { CallRooms } from './CallRooms.ts';
import { callErrors } from './errors.ts';
import type { LiveCalls } from './LiveCalls.ts';
import { ProducerWatch } from './ProducerWatch.ts';
import type { ProducerWatcher } from './ProducerWatch.ts';
import type { Caller, MediaServerConfig } from './types.ts';

/** A participant's objects in the media engine, by the part of its peer. */
const NOT_FOUND = {
  transports: roomErrors.TRANSPORT_NOT_FOUND,
  producers: roomErrors.PRODUCER_NOT_FOUND,
  consumers: roomErrors.CONSUMER_NOT_FOUND,
} as const;

/** Most characters of an unknown id that its sender is shown. */
const MAX_SHOWN = 64;

/**
 * The peers of participants in the rooms of calls, for clients that act for
 * participants: each for the one that it is, or one for all.
 */
export class CallPeers {
  readonly #live: LiveCalls;
  readonly #rooms: CallRooms;

  constructor(live: LiveCalls, rooms: CallRooms) {
    this.#live = live;
    this.#rooms = rooms;
  }

  /**
   * The router of a call's room, which is opened if necessary.
   *
   * @param caller - The participant who asks; undefined for the server.
   * @throws {AppError} CALL_NOT_FOUND, CALL_ENDED, PERMISSION_DENIED, KICKED,
   *   MEDIA_SERVER_ERROR, TIMEOUT, SHUTTING_DOWN, SERVER_FULL.
   */
  async openRoom(
    callId: string,
    caller: Caller | undefined,
  ): Promise<MediaServerConfig> {
    const { call } =
      caller === undefined
        ? { call: await this.#live.get(callId) }
        : await this.#live.in(callId, caller);
    return call.openRoom();
  }

  /**
   * The peer of a participant, which is made if there is none.
   *
   * @param caller - The participant who asks; undefined for the server.
   * @param network - The network of the client.
   * @throws {AppError} CALL_NOT_FOUND, CALL_ENDED, PARTICIPANT_NOT_FOUND,
   *   PERMISSION_DENIED; and as {@link CallRooms.enter}.
   */
  async enter(
    callId: string,
    participantId: string,
    caller: Caller | undefined,
    network: string,
  ): Promise<Peer> {
    const call = await this.#live.get(callId);
    const participant = call.people.get(participantId);
    if (caller !== undefined && caller.key !== participant.caller.key) {
      throw new AppError(
        callErrors.PERMISSION_DENIED,
        'participantId: expected that of the user, got that of another participant',
      );
    }
    return this.#rooms.enter(callId, participant, network);
  }

  /**
   * Tells a participant of what others send, from the producers that are there
   * on.
   *
   * @throws {AppError} CALL_NOT_FOUND, CALL_ENDED, PERMISSION_DENIED, KICKED,
   *   BANNED, ROOM_NOT_FOUND if the call has no room now.
   */
  async watch(
    callId: string,
    caller: Caller,
    watcher: ProducerWatcher,
  ): Promise<Disposable> {
    const { call, participant } = await this.#live.in(callId, caller);
    const room = this.#rooms.room(callId, caller);
    const watch = new ProducerWatch(room, call.people, participant, watcher);
    return watch.start();
  }

  /**
   * The peer that has an object, among those that a client acts for.
   *
   * @param caller - The participant who asks; undefined for the server.
   * @throws {AppError} TRANSPORT_NOT_FOUND, PRODUCER_NOT_FOUND,
   *   CONSUMER_NOT_FOUND.
   */
  owner(
    part: keyof typeof NOT_FOUND,
    id: string,
    caller: Caller | undefined,
  ): Peer {
    const peer = this.#rooms.peersOf(caller).find((it) => it[part].has(id));
    if (peer === undefined) {
      throw new AppError(
        NOT_FOUND[part],
        `there is no ${part.slice(0, -1)} ${JSON.stringify(id.slice(0, MAX_SHOWN))}`,
      );
    }
    return peer;
  }
}
