import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type { TLSSocket } from 'node:tls';

import { Logger } from '../core/logger.ts';
import { connectToNode } from './connectToNode.ts';
import { nameOf } from './NodeAddress.ts';
import { CLIENT_HEADER } from './nodeTls.ts';
import type { ForwardedClient } from './nodeTls.ts';
import type { NodeAddress } from './NodeAddress.ts';
import type { ForwardedUpgrade, UpgradeRelay } from './UpgradeRelay.ts';

const logger = new Logger('NodeRelay');

/** The longest time to connect to another node, ms. */
const CONNECT_TIMEOUT = 2_000;

/** The time for a client to take what it was sent last, ms. */
const CLOSE_TIMEOUT = 1_000;

/**
 * The number of ping intervals after which a node that sends nothing is gone: the
 * home of a room pings each client.
 */
const SILENT_INTERVALS = 3;

/** The parts of a node that its relay needs. */
export interface RelayParts {
  readonly secret: string;
  /** The time between pings to a client, ms. */
  readonly pingInterval: number;
  /** Finds the node that has a room, unless it is this one or none. */
  readonly home: (roomId: string) => Promise<NodeAddress | undefined>;
  /** Tells if a node that does not answer has died, as far as that can be known. */
  readonly isGone: (node: NodeAddress) => Promise<boolean>;
  /** Tells if another node has passed on a request, which goes no further. */
  readonly isForwarded: (request: IncomingMessage) => boolean;
}

/**
 * Passes the connections of clients on to the homes of their rooms, each over one
 * connection of its own: their number is bounded by limits.connections, each has the
 * back-pressure of TCP, and none waits behind another.
 */
export class NodeRelay implements UpgradeRelay {
  readonly #parts: RelayParts;
  readonly #links = new Set<NodeLink>();
  readonly #closing = new AbortController();

  constructor(parts: RelayParts) {
    this.#parts = parts;
  }

  /** The number of connections to other nodes. */
  get size(): number {
    return this.#links.size;
  }

  async open(
    roomId: string,
    request: IncomingMessage,
  ): Promise<ForwardedUpgrade | 'unreachable' | undefined> {
    if (this.#parts.isForwarded(request)) {
      return undefined;
    }
    const home = await this.#parts.home(roomId);
    if (home === undefined) {
      return undefined;
    }
    try {
      const upstream = await connectToNode(
        home,
        this.#parts.secret,
        CONNECT_TIMEOUT,
        this.#closing.signal,
      );
      upstream.write(headOf(request), 'latin1');
      const link = new NodeLink(
        nameOf(home),
        upstream,
        this.#parts.pingInterval * SILENT_INTERVALS,
      );
      this.#links.add(link);
      upstream.once('close', () => this.#links.delete(link));
      return link;
    } catch (error) {
      logger.debug('cannot reach the node %s: %s', home.host, error);
      // The room of a node that has died may be opened here.
      return (await this.#parts.isGone(home)) ? undefined : 'unreachable';
    }
  }

  /** Ends the connections to a node that has died. */
  endTo(node: string): void {
    for (const link of this.#links) {
      if (link.node === node) {
        link.destroy();
      }
    }
  }

  /** Ends all connections, those included that are being opened. */
  close(): void {
    this.#closing.abort();
    for (const link of this.#links) {
      link.destroy();
    }
  }
}

/** The connection of one client to another node. */
class NodeLink implements ForwardedUpgrade {
  /** The name of the other node. */
  readonly node: string;
  readonly #upstream: TLSSocket;
  readonly #silence: number;

  /** @param silence - The time without a byte after which the node is gone, ms. */
  constructor(node: string, upstream: TLSSocket, silence: number) {
    this.node = node;
    this.#upstream = upstream;
    this.#silence = silence;
    // "close" follows.
    upstream.on('error', (error) => {
      logger.debug('lost a connection to another node: %s', error);
    });
  }

  start(socket: Duplex, head: Buffer): void {
    const upstream = this.#upstream;
    const silent = setTimeout(() => upstream.destroy(), this.#silence);
    socket.on('error', () => socket.destroy());
    socket.once('close', () => upstream.destroy());
    upstream.on('data', () => silent.refresh());
    upstream.once('close', () => {
      clearTimeout(silent);
      endSoon(socket);
    });
    upstream.write(head);
    socket.pipe(upstream);
    upstream.pipe(socket);
    if (upstream.destroyed) {
      endSoon(socket);
    } else if (socket.destroyed) {
      upstream.destroy();
    }
  }

  destroy(): void {
    this.#upstream.destroy();
  }
}

/** Ends a connection once what was written has gone out, or after a while. */
function endSoon(socket: Duplex): void {
  const cutOff = setTimeout(() => socket.destroy(), CLOSE_TIMEOUT);
  socket.once('close', () => clearTimeout(cutOff));
  socket.end(() => socket.destroy());
}

/** An upgrade request as the client sent it, with the client in a header. */
function headOf(request: IncomingMessage): string {
  const { method, url, rawHeaders, socket } = request;
  const client: ForwardedClient = {
    // A socket that is gone already has no address, whatever the types say.
    address: socket.remoteAddress ?? '',
    secure: 'encrypted' in socket,
  };
  const lines = [`${method} ${url} HTTP/1.1`];
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const [name = '', value = ''] = rawHeaders.slice(index, index + 2);
    if (name.toLowerCase() !== CLIENT_HEADER) {
      lines.push(`${name}: ${value}`);
    }
  }
  return [...lines, `${CLIENT_HEADER}: ${JSON.stringify(client)}`, '', ''].join(
    '\r\n',
  );
}
