import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';

import { WebSocket } from 'ws';

import type { ClientRelay, NodeConnection } from '../../cluster/ClientRelay.ts';
import type { WebSocketLink } from './WebSocketLink.ts';

/** The longest time for a node to answer a handshake, ms. */
const ANSWER_TIMEOUT = 5_000;

/** Takes over both ends of a connection that another node serves. */
type Bridge = (client: WebSocket, node: WebSocket) => void;

/**
 * The way of one client to other nodes, for contracts whose clients name their room
 * only after the handshake: the node at which a client has arrived hands it over to
 * the home of its room, which goes on with what the client has told already.
 */
export class HandOver {
  readonly #relay: ClientRelay;
  readonly #request: IncomingMessage;
  readonly #region: string | undefined;
  readonly #link: WebSocketLink;
  readonly #bridge: Bridge;

  /**
   * @param request - The handshake of the client.
   * @param region - The region of the client, if it is known.
   */
  constructor(
    relay: ClientRelay,
    request: IncomingMessage,
    region: string | undefined,
    link: WebSocketLink,
    bridge: Bridge,
  ) {
    this.#relay = relay;
    this.#request = request;
    this.#region = region;
    this.#link = link;
    this.#bridge = bridge;
  }

  /** Keeps what the client sends until it is known which node is to serve it. */
  hold(): void {
    this.#link.hold();
  }

  /** Serves here what has been kept, and what follows. */
  resume(): void {
    this.#link.resume();
  }

  /**
   * Hands the client over to the home of a room, unless that is this node or none.
   * The link ends by it. {@link hold} has to be called before, once requests of the
   * client have been answered.
   *
   * @param session - The facts about the client with which the home goes on.
   * @param message - The first message that the home is to serve; those that were
   *   kept follow it.
   * @returns `here` where the client is to be served here; `unreachable` if the
   *   home does not answer, or refuses the client.
   */
  async to(
    roomId: string,
    session: string,
    message: string,
  ): Promise<'handedOver' | 'here' | 'unreachable'> {
    const way = await this.#relay.connect(roomId, this.#request, session);
    if (way === undefined) {
      return 'here';
    }
    return way !== 'unreachable' && (await this.#lead(way, message))
      ? 'handedOver'
      : 'unreachable';
  }

  /**
   * Hands the client over to the node at which a new room is to open, unless that is
   * this one, or does not take the client. Otherwise as {@link to}.
   */
  async toNew(
    session: string,
    message: string,
  ): Promise<'handedOver' | 'here'> {
    const way = await this.#relay.connectToNew(
      this.#request,
      session,
      this.#region,
    );
    return way !== undefined && (await this.#lead(way, message))
      ? 'handedOver'
      : 'here';
  }

  /** Hands the client over; false if the node refuses it or does not answer. */
  async #lead(way: NodeConnection, message: string): Promise<boolean> {
    const node = await this.#open(way);
    if (node === undefined) {
      return false;
    }
    if (this.#link.closed) {
      node.terminate();
      return true;
    }
    const { socket, kept } = this.#link.release();
    this.#bridge(socket, node);
    for (const text of [message, ...kept]) {
      node.send(text);
    }
    socket.resume();
    return true;
  }

  /** Shakes hands with a node; undefined if it refuses or does not answer. */
  async #open({
    stream,
    headers,
  }: NodeConnection): Promise<WebSocket | undefined> {
    let node: WebSocket | undefined;
    try {
      // Throws for a target that HTTP takes and no WebSocket, such as "/ws#part".
      node = new WebSocket(`ws://node${this.#request.url}`, {
        createConnection: () => stream,
        headers,
        perMessageDeflate: false,
        // A reply may be longer than what a client may send.
        maxPayload: 0,
        autoPong: false,
      });
      node.on('error', () => undefined);
      await once(node, 'open', { signal: AbortSignal.timeout(ANSWER_TIMEOUT) });
      return node;
    } catch {
      node?.terminate();
      stream.destroy();
      return undefined;
    }
  }
}
