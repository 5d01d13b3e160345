import { once } from 'node:events';
import { request as requestHttp } from 'node:http';
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import type { TLSSocket } from 'node:tls';

import { Logger } from '../core/logger.ts';
import { AvoidedNodes } from './AvoidedNodes.ts';
import { connectToNode } from './connectToNode.ts';
import { nameOf } from './NodeAddress.ts';
import { NodeLink } from './NodeLink.ts';
import { CLIENT_HEADER, NODE_HEADER, SESSION_HEADER } from './nodeTls.ts';
import type { ForwardedClient } from './nodeTls.ts';
import type { NodeAddress } from './NodeAddress.ts';
import { SILENT_INTERVALS } from './ClientRelay.ts';
import type {
  ClientRelay,
  ForwardedUpgrade,
  NewRoomConnection,
  NodeConnection,
} from './ClientRelay.ts';

const logger = new Logger('NodeRelay');

/** The longest time to connect to another node, ms. */
const CONNECT_TIMEOUT = 2_000;

/** The most nodes that are tried for a new room. */
const MOST_TRIES = 2;

/** The time for which a node that could not be reached gets no new room, ms. */
const AVOIDED_FOR = 5_000;

/** The headers that only nodes may set. */
const BETWEEN_NODES = new Set([CLIENT_HEADER, SESSION_HEADER, NODE_HEADER]);

/** The headers that belong to one connection, or to a body as it was sent. */
const OF_CONNECTION = new Set([
  'connection',
  'content-length',
  'expect',
  'keep-alive',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

/** The longest silence of a node that is to reply, ms. */
const ANSWER_TIMEOUT = 10_000;

/** The parts of a node that its relay needs. */
export interface RelayParts {
  /** The key of the connections between nodes. */
  readonly key: Buffer;
  /** The time between pings to a client, ms. */
  readonly pingInterval: number;
  /** Finds the node that has a room, unless it is this one or none. */
  readonly home: (roomId: string) => Promise<NodeAddress | undefined>;
  /**
   * Chooses the home of a room that has none, or of a new one without an id, among the
   * nodes that are not to be avoided; undefined for this node.
   */
  readonly choose: (
    roomId: string | undefined,
    region: string | undefined,
    isAvoided: (node: NodeAddress) => boolean,
  ) => NodeAddress | undefined;
  /**
   * Makes another node the home of a room, unless one is, and returns the name of the
   * home; undefined where it cannot be known.
   */
  readonly assign: (
    roomId: string,
    node: NodeAddress,
  ) => Promise<string | undefined>;
  /** Tells if rooms that are open nowhere can open at this node. */
  readonly takesRooms: () => boolean;
  /** Gives up a room that is assigned to this node, if this node takes none. */
  readonly decline: (roomId: string) => void;
  /** Tells if a node that does not answer has died, as far as that can be known. */
  readonly isGone: (node: NodeAddress) => Promise<boolean>;
  /** Finds a node with a heartbeat, other than this one. */
  readonly nodeOf: (nodeId: string) => NodeAddress | undefined;
  /** Tells if another node has passed on a request, which goes no further. */
  readonly isForwarded: (request: IncomingMessage) => boolean;
  /** The facts about its client with which another node has passed on a request. */
  readonly sessionOf: (request: IncomingMessage) => string | undefined;
}

/**
 * Passes the connections and requests of clients on to the homes of their rooms, each
 * over one connection of its own: their number is bounded by limits.connections, each
 * has the back-pressure of TCP, and none waits behind another.
 */
export class NodeRelay implements ClientRelay {
  readonly #parts: RelayParts;
  /** The connections to other nodes, with the names of those. */
  readonly #connections = new Map<TLSSocket, string>();
  /** The home that was found gone for a request, which need not be tried again. */
  readonly #gone = new WeakMap<IncomingMessage, string>();
  /** Nodes that were chosen and could not be reached, or took no room. */
  readonly #avoided = new AvoidedNodes(AVOIDED_FOR);
  readonly #closing = new AbortController();

  constructor(parts: RelayParts) {
    this.#parts = parts;
  }

  /** The number of connections to other nodes. */
  get size(): number {
    return this.#connections.size;
  }

  get takesRooms(): boolean {
    return this.#parts.takesRooms();
  }

  async open(
    roomId: string,
    request: IncomingMessage,
  ): Promise<ForwardedUpgrade | 'unreachable' | undefined> {
    const upstream = await this.#reach(roomId, request);
    return typeof upstream === 'object'
      ? this.#forward(request, upstream)
      : upstream;
  }

  async place(
    roomId: string,
    request: IncomingMessage,
    region: string | undefined,
  ): Promise<ForwardedUpgrade | 'unreachable' | undefined> {
    if (this.isForwarded(request)) {
      // Otherwise all who try again would be passed on to this node as well.
      this.#parts.decline(roomId);
      return undefined;
    }
    const opened = await this.open(roomId, request);
    if (opened !== undefined) {
      return opened;
    }
    const chosen = await this.#choose(roomId, region);
    if (chosen === undefined) {
      return undefined;
    }
    const { node, upstream } = chosen;
    if (request.socket.destroyed) {
      // The room is not to be kept for a client that has hung up.
      upstream.destroy();
      return undefined;
    }
    const home = await this.#parts.assign(roomId, node);
    if (home === nameOf(node)) {
      return this.#forward(request, upstream);
    }
    upstream.destroy();
    return home === undefined ? undefined : this.open(roomId, request);
  }

  async connect(
    roomId: string,
    request: IncomingMessage,
    session: string,
  ): Promise<NodeConnection | 'unreachable' | undefined> {
    // Forgets what an earlier room of this client's led to, perhaps long ago.
    this.#gone.delete(request);
    const stream = await this.#reach(roomId, request);
    return typeof stream === 'object'
      ? { stream, headers: headersOf(request, session) }
      : stream;
  }

  async connectToNew(
    request: IncomingMessage,
    session: string,
    region: string | undefined,
  ): Promise<NewRoomConnection | undefined> {
    const chosen = this.isForwarded(request)
      ? undefined
      : await this.#choose(undefined, region);
    return (
      chosen && {
        stream: chosen.upstream,
        headers: headersOf(request, session),
        avoid: () => this.#avoided.add(chosen.node),
      }
    );
  }

  async askHome(
    roomId: string,
    request: IncomingMessage,
    body: string | undefined,
  ): Promise<IncomingMessage | 'unreachable' | undefined> {
    const stream = await this.#reach(roomId, request);
    return typeof stream === 'object'
      ? this.#ask(stream, request, body)
      : stream;
  }

  async askNode(
    nodeId: string,
    request: IncomingMessage,
    body: string | undefined,
  ): Promise<IncomingMessage | 'unreachable' | undefined> {
    const node = this.isForwarded(request)
      ? undefined
      : this.#parts.nodeOf(nodeId);
    if (node === undefined) {
      return undefined;
    }
    const stream = await this.#connectTo(node);
    return stream === undefined
      ? 'unreachable'
      : this.#ask(stream, request, body);
  }

  isForwarded(request: IncomingMessage): boolean {
    return this.#parts.isForwarded(request);
  }

  sessionOf(request: IncomingMessage): string | undefined {
    return this.#parts.sessionOf(request);
  }

  /** Ends the connections to a node that has died. */
  endTo(node: string): void {
    for (const [upstream, name] of this.#connections) {
      if (name === node) {
        upstream.destroy();
      }
    }
  }

  /** Ends all connections, those included that are being opened. */
  close(): void {
    this.#closing.abort();
    for (const upstream of this.#connections.keys()) {
      upstream.destroy();
    }
  }

  /** Connects to the home of a room, unless the request goes no further. */
  async #reach(
    roomId: string,
    request: IncomingMessage,
  ): Promise<TLSSocket | 'unreachable' | undefined> {
    if (this.isForwarded(request)) {
      return undefined;
    }
    const home = await this.#parts.home(roomId);
    if (home === undefined || this.#gone.get(request) === nameOf(home)) {
      return undefined;
    }
    const upstream = await this.#connectTo(home);
    if (upstream !== undefined) {
      return upstream;
    }
    if (!(await this.#parts.isGone(home))) {
      return 'unreachable';
    }
    // The room of a node that has died may be opened here.
    this.#gone.set(request, nameOf(home));
    return undefined;
  }

  /**
   * Chooses the home of a room that has none, or no id yet, and connects to it: one
   * that cannot be reached is to have no room. Undefined for this node.
   */
  async #choose(
    roomId: string | undefined,
    region: string | undefined,
  ): Promise<{ node: NodeAddress; upstream: TLSSocket } | undefined> {
    for (let tries = 0; tries < MOST_TRIES; tries += 1) {
      const node = this.#parts.choose(roomId, region, (it) =>
        this.#avoided.has(it),
      );
      if (node === undefined) {
        return undefined;
      }
      const upstream = await this.#connectTo(node);
      if (upstream !== undefined) {
        return { node, upstream };
      }
      this.#avoided.add(node);
    }
    return undefined;
  }

  /** Connects to a node; undefined if that cannot be reached. */
  async #connectTo(node: NodeAddress): Promise<TLSSocket | undefined> {
    try {
      const upstream = await connectToNode(
        node,
        this.#parts.key,
        CONNECT_TIMEOUT,
        this.#closing.signal,
      );
      this.#connections.set(upstream, nameOf(node));
      upstream.once('close', () => this.#connections.delete(upstream));
      // "close" follows.
      upstream.on('error', (error) => {
        logger.debug('lost a connection to another node: %s', error);
      });
      return upstream;
    } catch (error) {
      logger.debug('cannot reach the node %s: %s', node.host, error);
      return undefined;
    }
  }

  /** Sends a node a plain request of a client, and waits for the reply. */
  async #ask(
    stream: TLSSocket,
    request: IncomingMessage,
    body: string | undefined,
  ): Promise<IncomingMessage | 'unreachable'> {
    stream.setTimeout(ANSWER_TIMEOUT, () => stream.destroy());
    try {
      const forwarded = requestHttp({
        createConnection: () => stream,
        method: request.method,
        path: request.url,
        headers: {
          ...headersOf(request),
          connection: 'close',
          // Of a DELETE, Node would send the body without its length.
          ...(body !== undefined && {
            'content-length': Buffer.byteLength(body),
          }),
        },
      });
      forwarded.on('error', () => stream.destroy());
      forwarded.end(body);
      const [reply] = (await once(forwarded, 'response')) as [IncomingMessage];
      return reply;
    } catch (error) {
      stream.destroy();
      logger.debug('got no reply of another node: %s', error);
      return 'unreachable';
    }
  }

  /** Sends a node the upgrade request of a client. */
  #forward(request: IncomingMessage, upstream: TLSSocket): NodeLink {
    upstream.write(headOf(request), 'latin1');
    return new NodeLink(upstream, this.#parts.pingInterval * SILENT_INTERVALS);
  }
}

/** An upgrade request as the client sent it, with the client in a header. */
function headOf(request: IncomingMessage): string {
  const { method, url, rawHeaders } = request;
  const lines = [`${method} ${url} HTTP/1.1`];
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const [name = '', value = ''] = rawHeaders.slice(index, index + 2);
    if (!BETWEEN_NODES.has(name.toLowerCase())) {
      lines.push(`${name}: ${value}`);
    }
  }
  return [...lines, `${CLIENT_HEADER}: ${clientOf(request)}`, '', ''].join(
    '\r\n',
  );
}

/** The headers of another request for the same client, with facts about it. */
function headersOf(
  request: IncomingMessage,
  session?: string,
): IncomingHttpHeaders {
  const own = Object.entries(request.headers).filter(
    ([name]) =>
      !OF_CONNECTION.has(name) &&
      !name.startsWith('sec-websocket-') &&
      !BETWEEN_NODES.has(name),
  );
  return {
    ...Object.fromEntries(own),
    [CLIENT_HEADER]: clientOf(request),
    ...(session !== undefined && {
      [SESSION_HEADER]: encodeURIComponent(session),
    }),
  };
}

/** The client of a request, for the header that names it. */
function clientOf({ socket }: IncomingMessage): string {
  const client: ForwardedClient = {
    // A socket that is gone already has no address, whatever the types say.
    address: socket.remoteAddress ?? '',
    secure: 'encrypted' in socket,
  };
  return JSON.stringify(client);
}
