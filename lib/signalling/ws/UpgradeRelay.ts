import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';

import type {
  ClientRelay,
  ForwardedUpgrade,
} from '../../cluster/ClientRelay.ts';
import { Logger } from '../../core/logger.ts';
import { networkOf } from '../../limits/network.ts';
import { roomUnreachable } from '../../rooms/roomUnreachable.ts';
import { HandOver } from './HandOver.ts';
import type { OpenHandshakes } from './OpenHandshakes.ts';
import { WebSocketBridge } from './WebSocketBridge.ts';
import type { WebSocketContext } from './WebSocketContext.ts';
import type { WebSocketLink } from './WebSocketLink.ts';

const logger = new Logger('UpgradeRelay');

/** A request to speak WebSocket, with its connection. */
export interface UpgradeRequest {
  readonly request: IncomingMessage;
  readonly socket: Duplex;
  /** The first bytes after the request. */
  readonly head: Buffer;
}

/** Opens the way of a client to the node that has its room, or is to have it. */
type Way = (
  relay: ClientRelay,
  roomId: string,
) => ReturnType<ClientRelay['open']>;

/** Passes the clients of one gateway on to the nodes that have their rooms. */
export class UpgradeRelay {
  readonly #context: WebSocketContext;
  readonly #handshakes: OpenHandshakes;
  /** The clients that have been handed over to other nodes. */
  readonly #bridges = new Set<WebSocketBridge>();

  constructor(context: WebSocketContext, handshakes: OpenHandshakes) {
    this.#context = context;
    this.#handshakes = handshakes;
  }

  /**
   * Passes a request on to the node that has its room, which admits the client or
   * refuses it.
   *
   * @param roomId - Undefined if the client does not name its room.
   * @returns False where the request is to be served here.
   * @throws {Error} The reason for which it cannot be.
   */
  passToHome(
    upgrade: UpgradeRequest,
    roomId: string | undefined,
  ): Promise<boolean> {
    return this.#pass(upgrade, roomId, (relay, id) =>
      relay.open(id, upgrade.request),
    );
  }

  /**
   * Passes a request on to the node that has its room, or to the one at which the
   * room is to open. Otherwise as {@link passToHome}.
   *
   * @param region - The region of the client, if it is known.
   */
  passToPlace(
    upgrade: UpgradeRequest,
    roomId: string | undefined,
    region: string | undefined,
  ): Promise<boolean> {
    return this.#pass(upgrade, roomId, (relay, id) =>
      relay.place(id, upgrade.request, region),
    );
  }

  /** The way of a client to other nodes, if there are some that it may go to. */
  handOverOf(
    request: IncomingMessage,
    region: string | undefined,
    link: WebSocketLink,
  ): HandOver | undefined {
    const { relay, config } = this.#context;
    if (relay === undefined || relay.isForwarded(request)) {
      return undefined;
    }
    const { pingInterval } = config.signalling;
    return new HandOver(relay, request, region, link, (client, node) => {
      const bridge = new WebSocketBridge(client, node, pingInterval);
      this.#bridges.add(bridge);
      client.once('close', () => this.#bridges.delete(bridge));
    });
  }

  /** Closes the connections of the clients that have been handed over. */
  close(code: number, reason: string): void {
    for (const bridge of this.#bridges) {
      bridge.close(code, reason);
    }
  }

  async #pass(
    { request, socket, head }: UpgradeRequest,
    roomId: string | undefined,
    way: Way,
  ): Promise<boolean> {
    const forwarded = await this.#forward(request, socket, roomId, way);
    forwarded?.start(socket, head);
    return forwarded !== undefined;
  }

  /**
   * Opens the way to the node that has a room.
   *
   * @returns Undefined where the request is to be served here.
   * @throws {Error} The reason for which it cannot be.
   */
  async #forward(
    request: IncomingMessage,
    socket: Duplex,
    roomId: string | undefined,
    way: Way,
  ): Promise<ForwardedUpgrade | undefined> {
    const { config, pending, registry, relay } = this.#context;
    if (
      relay === undefined ||
      roomId === undefined ||
      registry.rooms.has(roomId)
    ) {
      return undefined;
    }
    using _place = pending.acquire(
      networkOf(request, config.access.trustProxy),
    );
    const opening = way(relay, roomId);
    try {
      const forwarded = await this.#handshakes.result(socket, opening);
      if (forwarded === 'unreachable') {
        throw roomUnreachable(roomId);
      }
      return forwarded;
    } catch (error) {
      void opening.then(
        (late) => {
          if (typeof late === 'object') {
            late.destroy();
          }
        },
        (failure: unknown) => {
          logger.debug('cannot reach another node: %s', failure);
        },
      );
      throw error;
    }
  }
}
