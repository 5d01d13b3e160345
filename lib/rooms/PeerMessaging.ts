import type { RoomEvent } from './events.ts';
import { requireChat, requireData } from './permissions.ts';
import type { Signal } from './Signal.ts';
import type { PeerContext, RoomContext } from './types.ts';

/** Messages that a peer sends to others over their signalling connections. */
export class PeerMessaging {
  readonly #peer: PeerContext;
  readonly #room: Pick<RoomContext, 'broadcast' | 'record'>;

  constructor(
    peer: PeerContext,
    room: Pick<RoomContext, 'broadcast' | 'record'>,
  ) {
    this.#peer = peer;
    this.#room = room;
  }

  /**
   * Sends a message to members of the room: to all of those given or to none.
   * The record of the room, if it has one, keeps a message to all whose data has
   * a text as its `content`, and then sends it as it was kept.
   *
   * @param options.to - Their ids, each served once; without it, every other
   *   member.
   * @param options.data - Any JSON value.
   * @throws {AppError} FORBIDDEN, PEER_NOT_FOUND; and as {@link RoomRecord.keep}.
   */
  async send({
    to,
    data,
  }: {
    to?: string[] | undefined;
    data: unknown;
  }): Promise<void> {
    requireChat(this.#peer.grants);
    const { broadcast, record } = this.#room;
    const event: RoomEvent = { type: 'message', from: this.#peer.id, data };
    if (to !== undefined) {
      broadcast.to(to, event);
      return;
    }
    const content = contentOf(data);
    if (record?.keep === undefined || content === undefined) {
      broadcast.toAll(event, this.#peer);
      return;
    }
    await record.keep({ ...this.#sender, content, echo: false });
  }

  /**
   * Has the record of the room keep a message, which all members receive, this
   * one included. Without a record that keeps messages it is dropped.
   *
   * @throws {AppError} FORBIDDEN; and as {@link RoomRecord.keep}.
   */
  async post(content: string): Promise<void> {
    requireChat(this.#peer.grants);
    await this.#room.record?.keep?.({
      ...this.#sender,
      content,
      echo: true,
    });
  }

  /**
   * Passes a signal on to the other peers of the room.
   *
   * @param to - The user whose peers alone receive it.
   * @throws {AppError} FORBIDDEN.
   */
  signal(signal: Signal, to?: string): void {
    requireData(this.#peer.grants);
    const event: RoomEvent = {
      type: 'signal',
      userId: this.#peer.userId,
      signal,
    };
    if (to === undefined) {
      this.#room.broadcast.toAll(event, this.#peer);
    } else {
      this.#room.broadcast.toUser(to, event, this.#peer);
    }
  }

  get #sender(): { peerId: string; userId: string } {
    return { peerId: this.#peer.id, userId: this.#peer.userId };
  }
}

/** The text in a message's data that records keep. */
function contentOf(data: unknown): string | undefined {
  return typeof data === 'object' &&
    data !== null &&
    'content' in data &&
    typeof data.content === 'string'
    ? data.content
    : undefined;
}
