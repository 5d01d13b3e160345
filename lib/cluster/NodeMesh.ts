import { request as requestHttp } from 'node:http';
import type { IncomingMessage } from 'node:http';
import type { TLSSocket } from 'node:tls';
import type { Duplex } from 'node:stream';

import { Logger } from '../core/logger.ts';
import { AvoidedNodes } from './AvoidedNodes.ts';
import { connectToNode } from './connectToNode.ts';
import { LinkChannels } from './LinkChannels.ts';
import { MeshLink } from './MeshLink.ts';
import { addressOf } from './NodeAddress.ts';
import type { NodeAddress } from './NodeAddress.ts';
import type { NodeBus, OpenEnd } from './NodeBus.ts';
import { LINK_IDENTITY, LINK_PROTOCOL, NODE_HEADER } from './nodeTls.ts';

const logger = new Logger('NodeMesh');

/** The longest time to connect to another node, ms. */
const CONNECT_TIMEOUT = 2_000;

/** The time for which a node that has refused a link is not asked for one, ms. */
const REFUSED_FOR = 30_000;

/** The time until links that do not end are cut off, ms. */
const CUT_OFF_AFTER = 1_500;

/** The parts of a node that its mesh needs. */
export interface MeshParts {
  /** The id of this run of the node. */
  readonly id: string;
  /** The key of the connections between nodes. */
  readonly key: Buffer;
  /** The time between signs of life, ms. */
  readonly interval: number;
  /** The most bytes that wait to be sent to one node. */
  readonly mostBytes: number;
}

/**
 * One link between each two nodes. Of two, the one with the smaller id connects, at once
 * when it hears of the other, and again at each heartbeat while there is no link.
 */
export class NodeMesh implements NodeBus {
  readonly #parts: MeshParts;
  readonly #links = new Map<string, MeshLink>();
  readonly #channels = new Map<string, OpenEnd>();
  /** The ids of nodes that are being connected to. */
  readonly #connecting = new Set<string>();
  /** Nodes that have refused a link. */
  readonly #refusing = new AvoidedNodes(REFUSED_FOR);
  readonly #closing = new AbortController();

  constructor(parts: MeshParts) {
    this.#parts = parts;
  }

  /** The number of open links. */
  get size(): number {
    return this.#links.size;
  }

  serve(channel: string, open: OpenEnd): void {
    this.#channels.set(channel, open);
  }

  /** Connects to those of these nodes that this one has no link to. */
  connect(nodes: readonly NodeAddress[]): void {
    for (const node of nodes) {
      if (
        this.#parts.id < node.id &&
        !this.#links.has(node.id) &&
        !this.#connecting.has(node.id) &&
        !this.#refusing.has(node)
      ) {
        this.#connecting.add(node.id);
        void this.#connectTo(node).finally(() =>
          this.#connecting.delete(node.id),
        );
      }
    }
  }

  /** Takes a connection of another node. */
  accept(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    const id = request.headers[NODE_HEADER];
    if (typeof id !== 'string' || this.#closing.signal.aborted) {
      socket.destroy();
      return;
    }
    socket.write(
      [
        'HTTP/1.1 101 Switching Protocols',
        'Connection: Upgrade',
        `Upgrade: ${LINK_PROTOCOL}`,
        `${NODE_HEADER}: ${this.#parts.id}`,
        '',
        '',
      ].join('\r\n'),
    );
    // The other node knows that a link before has ended.
    this.#links.get(id)?.destroy();
    this.#add(id, socket, head);
  }

  /** Ends the link to a node that has died. */
  endTo(id: string): void {
    this.#links.get(id)?.destroy();
  }

  /** Ends all links once all has been sent, unless that takes long, and opens no more. */
  async close(): Promise<void> {
    this.#closing.abort();
    const links = Array.from(this.#links.values());
    const cutOff = setTimeout(() => {
      links.forEach((link) => link.destroy());
    }, CUT_OFF_AFTER);
    await Promise.all(links.map((link) => link.close()));
    clearTimeout(cutOff);
  }

  async #connectTo(node: NodeAddress): Promise<void> {
    try {
      const socket = await connectToNode(
        node,
        this.#parts.key,
        CONNECT_TIMEOUT,
        this.#closing.signal,
        LINK_IDENTITY,
      );
      const answer = await this.#ask(socket);
      if (answer?.id === node.id) {
        this.#add(node.id, socket, answer.head);
      } else {
        socket.destroy();
        this.#refusing.add(node);
        logger.warn(
          'the node %s refuses a link: it has another version, or has started again',
          addressOf(node),
        );
      }
    } catch (error) {
      logger.debug('cannot link to the node %s: %s', addressOf(node), error);
    }
  }

  /**
   * Asks a node for a link.
   *
   * @returns Its id, and the first bytes of the link; undefined if it refuses.
   * @throws {Error} The reason for which there is no answer.
   */
  async #ask(
    socket: TLSSocket,
  ): Promise<{ id: unknown; head: Buffer } | undefined> {
    const asked = requestHttp({
      createConnection: () => socket,
      headers: {
        Connection: 'Upgrade',
        Upgrade: LINK_PROTOCOL,
        [NODE_HEADER]: this.#parts.id,
      },
    });
    const answer = Promise.withResolvers<
      { id: unknown; head: Buffer } | undefined
    >();
    asked.on('error', answer.reject);
    asked.once('response', () => answer.resolve(undefined));
    asked.once('upgrade', ({ headers }, _socket, head) =>
      answer.resolve({ id: headers[NODE_HEADER], head }),
    );
    asked.end();
    const signal = AbortSignal.any([
      AbortSignal.timeout(CONNECT_TIMEOUT),
      this.#closing.signal,
    ]);
    const cutOff = (): void => void socket.destroy();
    signal.addEventListener('abort', cutOff);
    try {
      return await answer.promise;
    } finally {
      signal.removeEventListener('abort', cutOff);
    }
  }

  #add(id: string, socket: Duplex, head: Buffer): void {
    if (this.#closing.signal.aborted || socket.destroyed) {
      socket.destroy();
      return;
    }
    const { interval, mostBytes } = this.#parts;
    const link = new MeshLink(id, socket, interval, mostBytes);
    const channels = new LinkChannels(link, this.#channels);
    this.#links.set(id, link);
    logger.info('is linked to the node %s', id);
    link.start(channels, head, () => {
      if (this.#links.get(id) === link) {
        this.#links.delete(id);
      }
    });
  }
}
