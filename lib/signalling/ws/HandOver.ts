import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';

import { WebSocket } from 'ws';

import type { ClientRelay, NodeConnection } from '../../cluster/ClientRelay.ts';
import type { WebSocketLink } from './WebSocketLink.ts';

/** The longest time for a node to answer a handshake, ms. */
const ANSWER_TIMEOUT = 5_000;

/** The status of a handshake that is accepted. */
const SWITCHED = 101;

/** The most nodes that are asked to take a new room. */
const MOST_TRIES = 2;

/**
 * The reason for which a node does not take a client: `failed` if it is the node's own,
 * which may not answer; `refused` if it is the client's.
 */
type Refusal = 'failed' | 'refused';

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
    const outcome =
      way === 'unreachable' ? way : await this.#lead(way, message);
    return outcome === 'handedOver' ? outcome : 'unreachable';
  }

  /**
   * Hands the client over to the node at which a new room is to open, unless that is
   * this one, or does not take the client. Instead of a node that takes no room or
   * does not answer, another one is tried once. Otherwise as {@link to}.
   */
  async toNew(
    session: string,
    message: string,
  ): Promise<'handedOver' | 'here'> {
    for (let tries = 0; tries < MOST_TRIES; tries += 1) {
      const way = await this.#relay.connectToNew(
        this.#request,
        session,
        this.#region,
      );
      if (way === undefined) {
        return 'here';
      }
      const outcome = await this.#lead(way, message);
      if (outcome !== 'failed') {
        return outcome === 'refused' ? 'here' : outcome;
      }
      way.avoid();
    }
    return 'here';
  }

  /** Hands the client over, unless the node does not take it. */
  async #lead(
    way: NodeConnection,
    message: string,
  ): Promise<'handedOver' | Refusal> {
    const node = await this.#open(way);
    if (typeof node === 'string') {
      return node;
    }
    if (this.#link.closed) {
      node.terminate();
      return 'handedOver';
    }
    const { socket, kept } = this.#link.release();
    this.#bridge(socket, node);
    for (const text of [message, ...kept]) {
      node.send(text);
    }
    socket.resume();
    return 'handedOver';
  }

  /** Shakes hands with a node. */
  async #open({
    stream,
    headers,
  }: NodeConnection): Promise<WebSocket | Refusal> {
    let node: WebSocket;
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
    } catch {
      stream.destroy();
      return 'refused';
    }
    node.on('error', () => undefined);
    const status = await statusOf(node);
    if (status === SWITCHED) {
      return node;
    }
    node.terminate();
    stream.destroy();
    return status === undefined || status >= 500 ? 'failed' : 'refused';
  }
}

/** The status with which a node answers a handshake; undefined if it does not. */
async function statusOf(node: WebSocket): Promise<number | undefined> {
  const answered = new AbortController();
  const signal = AbortSignal.any([
    answered.signal,
    AbortSignal.timeout(ANSWER_TIMEOUT),
  ]);
  const refused = once(node, 'unexpected-response', { signal }) as Promise<
    [unknown, IncomingMessage]
  >;
  try {
    return await Promise.race([
      once(node, 'open', { signal }).then(() => SWITCHED),
      refused.then(([, { statusCode }]) => statusCode),
    ]);
  } catch {
    return undefined;
  } finally {
    answered.abort();
  }
}
