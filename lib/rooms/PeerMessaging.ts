import { roomErrors } from './errors.ts';
import { AppError } from '../core/errors.ts';
import type { RoomEvent } from './events.ts';
import type { Peer } from './Peer.ts';
import { requireData } from './permissions.ts';
import type { Room } from './Room.ts';

/** What one peer says to others over their signalling connections. */
export class PeerMessaging {
  readonly #peer: Peer;
  readonly #room: Room;

  constructor(peer: Peer, room: Room) {
    this.#peer = peer;
    this.#room = room;
  }

  /**
   * Says something to members of the room: to all of them or to none.
   *
   * @param options.to - Their ids, each heard once; everybody else unless
   *   given.
   * @param options.data - Anything that JSON can say.
   * @throws {AppError} FORBIDDEN, PEER_NOT_FOUND.
   */
  send(options: { to?: string[] | undefined; data: unknown }): void {
    requireData(this.#peer.grants);
    const { to, data } = options;
    const event: RoomEvent = { type: 'message', from: this.#peer.id, data };
    if (to === undefined) {
      this.#room.emit(event, this.#peer);
      return;
    }
    const recipients = Array.from(new Set(to), (id) => this.#member(id));
    for (const recipient of recipients) {
      recipient.tell(event);
    }
  }

  #member(peerId: string): Peer {
    const peer = this.#room.peers.get(peerId);
    if (peer === undefined) {
      throw new AppError(
        roomErrors.PEER_NOT_FOUND,
        `to: there is no peer ${JSON.stringify(peerId)} in this room; nobody was told`,
      );
    }
    return peer;
  }
}
