import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';

import { Server as Engine } from 'engine.io';
import type { Socket as EngineSocket } from 'engine.io';
import { Server as SocketIoServer } from 'socket.io';
import type { Socket } from 'socket.io';
import { Encoder } from 'socket.io-parser';

import { AppError, coreErrors } from '../../core/errors.ts';
import type { LogFields } from '../../core/logFormat.ts';
import { REQUEST_ID_HEADER, requestIdOf } from '../../core/requestId.ts';
import { networkOf } from '../../limits/network.ts';
import type { LimitUse } from '../../limits/options.ts';
import { requireOrigin } from '../../limits/origins.ts';
import { PerNetworkLimit } from '../../limits/PerNetworkLimit.ts';
import type { Arrival } from '../ClientLink.ts';
import type { CloseCode } from '../closeCodes.ts';
import type { SessionContext } from '../Session.ts';
import type { SendBudget } from '../SendBudget.ts';
import { EngineConnection } from './EngineConnection.ts';
import { decoderClass } from './EventDecoder.ts';
import { FrameServer } from './FrameServer.ts';
import { SocketIoLink } from './SocketIoLink.ts';
import type { Goodbye } from './SocketIoLink.ts';

/** The path of all connections, whatever their namespaces. */
export const SOCKET_IO_PATH = '/socket.io/*';

/** Pings that a client may leave unanswered, in intervals: as over WebSocket. */
const PING_TIMEOUT = 1.5;

/** Time for a client to fetch the last packets of a connection that closes, ms. */
const CLOSE_TIMEOUT = 1_000;

/** The parts of the server that connections over Socket.IO need. */
export interface SocketIoContext extends Pick<
  SessionContext,
  'config' | 'handshakes' | 'log' | 'metrics' | 'pending'
> {
  /** The bound on what waits to be read on all connections. */
  sendBudget: SendBudget;
}

/** One contract, as it is spoken in a namespace. */
export interface Namespace {
  /** The label by which its sockets are counted. */
  readonly gateway: string;
  /** Encodes the reason for which a client is disconnected. */
  readonly goodbye: Goodbye;
  /** Starts a session for a client that has joined the namespace. */
  open(link: SocketIoLink): OpenedSession;
}

/** A session, as far as the log has to know it. */
interface OpenedSession {
  readonly about: LogFields;
}

/** The sockets in a namespace, with their sessions once those are open. */
type Links = Map<SocketIoLink, OpenedSession | undefined>;

/**
 * Socket.IO on an Engine of its own, by polling and WebSocket. Requests and
 * upgrades are passed to it: attached to a server, it would take over all
 * listeners of the server, and end upgrades of others.
 *
 * A connection that was lost is not recovered: recovery does not survive a
 * restart, so sessions have to tell the whole state to a new connection anyway.
 */
export class SocketIoTransport {
  readonly #context: SocketIoContext;
  /** The label by which refused handshakes are counted. */
  readonly #gateway: string;
  readonly #limit: PerNetworkLimit;
  readonly #engine: Engine;
  readonly #io: SocketIoServer;
  readonly #connections = new Map<EngineSocket, EngineConnection>();
  readonly #links = new Map<string, Links>();
  /** The verdict on the packet that is being decoded. */
  #arrival: Arrival | undefined;

  /** @param gateway - The label by which refused handshakes are counted. */
  constructor(context: SocketIoContext, gateway: string) {
    const { limits, signalling } = context.config;
    this.#context = context;
    this.#gateway = gateway;
    this.#limit = new PerNetworkLimit(
      limits,
      { inAll: 'sockets', perNetwork: 'socketsPerAddress' },
      'Socket.IO connections',
    );
    this.#engine = new Engine({
      maxHttpBufferSize: signalling.maxFrameBytes,
      pingInterval: signalling.pingInterval,
      pingTimeout: signalling.pingInterval * PING_TIMEOUT,
      perMessageDeflate: false,
      httpCompression: false,
      wsEngine: FrameServer,
    });
    this.#engine.on('connection', (socket: EngineSocket) =>
      this.#connect(socket),
    );
    this.#engine.on('connection_error', this.#noteRefusal);
    this.#engine.on(
      'initial_headers',
      (headers: Record<string, string>, request: IncomingMessage) => {
        headers[REQUEST_ID_HEADER] = requestIdOf(request);
      },
    );
    this.#io = new SocketIoServer({
      serveClient: false,
      connectTimeout: signalling.joinTimeout,
      parser: { Encoder, Decoder: decoderClass(() => this.#arrival) },
    });
    this.#io.bind(this.#engine);
  }

  /** The limit on connections, and how much of it is used. */
  get limitUse(): LimitUse {
    return this.#limit.use;
  }

  /** The number of clients in a namespace. */
  connectionsIn(namespace: string): number {
    return this.#links.get(namespace)?.size ?? 0;
  }

  /** Speaks a contract in a namespace, which begins with a slash. */
  serve(namespace: string, contract: Namespace): void {
    const links: Links = new Map();
    this.#links.set(namespace, links);
    this.#io.of(namespace).on('connection', (socket) => {
      this.#open(socket, contract, links);
    });
  }

  /**
   * Takes over an upgrade request.
   *
   * @throws {AppError} NOT_FOUND, ORIGIN_REFUSED, LIMIT_REACHED, SERVER_FULL.
   */
  upgrade(
    request: IncomingMessage,
    socket: Duplex,
    head: Buffer,
    url: URL,
  ): void {
    this.#requirePath(url);
    const network = this.#networkOf(request);
    this.#context.handshakes.take(network);
    requireOrigin(request, this.#context.config.access);
    if (!url.searchParams.has('sid')) {
      this.#requirePlace(network);
    }
    this.#engine.handleUpgrade(request, socket, head);
  }

  /**
   * Serves a request of a client that polls, whose origin has been checked.
   *
   * @throws {AppError} VALIDATION_ERROR, NOT_FOUND, LIMIT_REACHED, SERVER_FULL.
   */
  attach(request: IncomingMessage, response: ServerResponse): void {
    const url = new URL(request.url ?? '', 'https://localhost');
    this.#requirePath(url);
    if (request.method !== 'GET' && request.method !== 'POST') {
      throw new AppError(
        coreErrors.VALIDATION_ERROR,
        `expected GET or POST, got ${request.method}`,
      );
    }
    if (url.searchParams.has('j')) {
      // Pages of any origin could read the answer as a script.
      throw new AppError(
        coreErrors.VALIDATION_ERROR,
        'j: expected nothing, as JSONP is not supported',
      );
    }
    if (!url.searchParams.has('sid')) {
      const network = this.#networkOf(request);
      this.#context.handshakes.take(network);
      this.#requirePlace(network);
    }
    const { limits, signalling } = this.#context.config;
    // A poll is answered after a ping interval at the latest.
    request.socket.setTimeout(
      Math.max(
        limits.answerTimeout,
        signalling.pingInterval * (1 + PING_TIMEOUT),
      ),
    );
    this.#engine.handleRequest(request, response);
  }

  /** Closes every connection, with a code and a reason, for the server stops. */
  close(code: CloseCode, reason: string): void {
    for (const connection of this.#connections.values()) {
      connection.close(code, reason);
    }
    // Polling clients that do not ask at this moment are not waited for.
    void this.#io.close();
  }

  /** @throws {AppError} NOT_FOUND. */
  #requirePath({ pathname }: URL): void {
    if (pathname !== '/socket.io/' && pathname !== '/socket.io') {
      throw new AppError(
        coreErrors.NOT_FOUND,
        `nothing is served at ${pathname}; Socket.IO is at /socket.io/`,
      );
    }
  }

  /** @throws {AppError} LIMIT_REACHED, SERVER_FULL. */
  #requirePlace(network: string): void {
    // The connection takes its places as soon as it is there, in this turn.
    this.#context.pending.acquire(network)[Symbol.dispose]();
    this.#limit.acquire(network)[Symbol.dispose]();
  }

  #networkOf(request: IncomingMessage): string {
    return networkOf(request, this.#context.config.access.trustProxy);
  }

  /** Takes in a connection, which must not throw: Engine.IO would not catch it. */
  #connect(socket: EngineSocket): void {
    const { config, pending, sendBudget } = this.#context;
    const { request, transport } = socket;
    if ('closeTimeout' in transport) {
      transport.closeTimeout = CLOSE_TIMEOUT;
    }
    const network = this.#networkOf(request);
    const connection = new EngineConnection(
      socket,
      config,
      sendBudget,
      {
        pending: pending.acquireBeyond(network),
        open: this.#limit.acquireBeyond(network),
      },
      { id: requestIdOf(request), network },
    );
    this.#connections.set(socket, connection);
    socket.on('packet', ({ data }: { data?: string | Buffer }) => {
      this.#arrival = connection.count(data);
    });
    socket.once('close', () => this.#connections.delete(socket));
  }

  #open(socket: Socket, contract: Namespace, links: Links): void {
    const connection = this.#connections.get(socket.conn);
    if (connection === undefined || connection.isIn(socket.nsp.name)) {
      // It has closed meanwhile, or it joins a second time before it has left.
      socket.disconnect(true);
      return;
    }
    const link = new SocketIoLink(socket, connection, contract.goodbye);
    links.set(link, undefined);
    link.onClose(() => {
      const session = links.get(link);
      links.delete(link);
      this.#logEnd(link, contract.gateway, session?.about);
    });
    const session = contract.open(link);
    if (!link.closed) {
      links.set(link, session);
    }
  }

  #logEnd(link: SocketIoLink, gateway: string, about?: LogFields): void {
    const { ending, id, network, since } = link;
    const { log, metrics } = this.#context;
    const reason = ending?.reason ?? 'lost';
    metrics.closings.inc({ gateway, reason });
    log.write('info', 'connection closed', {
      reason,
      option: ending?.option,
      detail: ending?.detail,
      gateway,
      network,
      ...about,
      duration: (Date.now() - since) / 1_000,
      request: id,
    });
  }

  /** Counts a request that Engine.IO has refused in its own shape. */
  readonly #noteRefusal = ({
    req: request,
    message,
  }: {
    req: IncomingMessage;
    message: string;
  }): void => {
    const { log, metrics } = this.#context;
    const { code, status } = coreErrors.VALIDATION_ERROR;
    metrics.handshakesRefused.inc({ gateway: this.#gateway, code, option: '' });
    log.write('info', 'handshake refused', {
      code,
      status,
      gateway: this.#gateway,
      network: this.#networkOf(request),
      request: requestIdOf(request),
      reason: message,
    });
  };
}
