import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';

import { Logger } from '../core/logger.ts';
import { connectToNode } from './connectToNode.ts';
import { MeshLink } from './MeshLink.ts';
import type { NodeAddress } from './NodeAddress.ts';
import type { LinkEnd, NodeBus, NodePeer } from './NodeBus.ts';
import { LINK_IDENTITY, LINK_PROTOCOL, NODE_HEADER } from './nodeTls.ts';

const logger = new Logger('NodeMesh');

/** The longest time to connect to another node, ms. */
const CONNECT_TIMEOUT = 2_000;

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
  /** The ids of nodes that are being connected to. */
  readonly #connecting = new Set<string>();
  readonly #closing = new AbortController();
  #open: ((peer: NodePeer) => LinkEnd) | undefined;

  constructor(parts: MeshParts) {
    this.#parts = parts;
  }

  serve(open: (peer: NodePeer) => LinkEnd): void {
    this.#open = open;
  }

  /** Connects to those of these nodes that this one has no link to. */
  connect(nodes: readonly NodeAddress[]): void {
    for (const node of nodes) {
      if (
        this.#parts.id < node.id &&
        !this.#links.has(node.id) &&
        !this.#connecting.has(node.id)
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
    if (typeof id !== 'string') {
      socket.destroy();
      return;
    }
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
      socket.write(
        [
          'GET / HTTP/1.1',
          'Host: node',
          'Connection: Upgrade',
          `Upgrade: ${LINK_PROTOCOL}`,
          `${NODE_HEADER}: ${this.#parts.id}`,
          '',
          '',
        ].join('\r\n'),
      );
      this.#add(node.id, socket, Buffer.alloc(0));
    } catch (error) {
      logger.debug('cannot link to the node %s: %s', node.host, error);
    }
  }

  #add(id: string, socket: Duplex, head: Buffer): void {
    if (this.#open === undefined || this.#closing.signal.aborted) {
      socket.destroy();
      return;
    }
    const { interval, mostBytes } = this.#parts;
    const link = new MeshLink(id, socket, interval, mostBytes);
    this.#links.set(id, link);
    logger.info('is linked to the node %s', id);
    link.start(this.#open(link), head, () => {
      if (this.#links.get(id) === link) {
        this.#links.delete(id);
      }
    });
  }
}
