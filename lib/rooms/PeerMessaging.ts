import type { RoomEvent } from './events.ts';
import { requireData } from './permissions.ts';
import type { PeerContext, RoomContext } from './types.ts';

/** Messages that a peer sends to others over their signalling connections. */
export class PeerMessaging {
  readonly #peer: PeerContext;
  readonly #room: Pick<RoomContext, 'broadcast'>;

  constructor(peer: PeerContext, room: Pick<RoomContext, 'broadcast'>) {
    this.#peer = peer;
    this.#room = room;
  }

  /**
   * Sends a message to members of the room: to all of those given or to none.
   *
   * @param options.to - Their ids, each served once; without it, every other
   *   member.
   * @param options.data - Any JSON value.
   * @throws {AppError} FORBIDDEN, PEER_NOT_FOUND.
   */
  send({ to, data }: { to?: string[] | undefined; data: unknown }): void {
    requireData(this.#peer.grants);
    const event: RoomEvent = { type: 'message', from: this.#peer.id, data };
    if (to === undefined) {
      this.#room.broadcast.toAll(event, this.#peer);
    } else {
      this.#room.broadcast.to(to, event);
    }
  }
}
