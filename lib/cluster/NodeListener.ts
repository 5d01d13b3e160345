import { once } from 'node:events';
import type {
  IncomingMessage,
  RequestListener,
  ServerResponse,
} from 'node:http';
import { createServer } from 'node:https';
import type { Server } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { TLSSocket } from 'node:tls';

import { Logger } from '../core/logger.ts';
import { opening } from '../core/opening.ts';
import type { TakeUpgrade } from './Cluster.ts';
import {
  CLIENT_HEADER,
  IDENTITY,
  LINK_IDENTITY,
  LINK_PROTOCOL,
  NODE_TLS,
  SESSION_HEADER,
} from './nodeTls.ts';
import type { ForwardedClient } from './nodeTls.ts';

const logger = new Logger('NodeListener');

/** The longest time for a TLS handshake and the headers of a request, ms. */
const REQUEST_TIMEOUT = 5_000;

/** The most bytes of headers: those of a client, which may repeat its token. */
const HEADER_BYTES = 65_536;

/** The time until connections that are still open are cut off at the end, ms. */
const CUT_OFF_AFTER = 1_500;

/** The shortest interval between log lines about refusals, ms. */
const LOG_INTERVAL = 60_000;

/** The port at which other nodes pass on the requests of their clients. */
export class NodeListener {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  /** The requests that came from other nodes. */
  readonly #forwarded = new WeakSet<IncomingMessage>();
  /** The connections that other nodes have opened for links. */
  readonly #ofLinks = new WeakSet<Duplex>();
  #upgraded = 0;
  #logAgainAt = 0;
  #upgrade: TakeUpgrade | undefined;
  #serve: RequestListener | undefined;
  #link: TakeUpgrade | undefined;

  /**
   * @param key - The key of the connections between nodes.
   * @param most - The most connections at a time.
   */
  constructor(key: Buffer, most: () => number) {
    this.#server = createServer(
      {
        ...NODE_TLS,
        pskCallback: (socket, identity) => {
          if (identity === LINK_IDENTITY) {
            this.#ofLinks.add(socket);
            return key;
          }
          return identity === IDENTITY ? key : null;
        },
        handshakeTimeout: REQUEST_TIMEOUT,
        headersTimeout: REQUEST_TIMEOUT,
        requestTimeout: REQUEST_TIMEOUT,
        maxHeaderSize: HEADER_BYTES,
      },
      (request, response) => this.#answer(request, response),
    );
    this.#server.on('connection', (socket: Socket) => {
      if (this.#sockets.size >= most()) {
        socket.destroy();
        return;
      }
      this.#sockets.add(socket);
      socket.on('close', () => this.#sockets.delete(socket));
    });
    this.#server.on('tlsClientError', (error, { remoteAddress }) =>
      this.#noteRefusal(remoteAddress, error),
    );
    this.#server.on('upgrade', (request, socket, head) =>
      this.#receive(request, socket, head),
    );
  }

  /** The number of clients whose connections come from other nodes. */
  get upgraded(): number {
    return this.#upgraded;
  }

  /** The port, which the system chose if the config says 0. */
  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** Tells if another node has passed on a request. */
  hasForwarded(request: IncomingMessage): boolean {
    return this.#forwarded.has(request);
  }

  /** The facts about its client with which another node has passed on a request. */
  sessionOf(request: IncomingMessage): string | undefined {
    const header = request.headers[SESSION_HEADER];
    return this.#forwarded.has(request) && typeof header === 'string'
      ? decodeURIComponent(header)
      : undefined;
  }

  /**
   * Opens the port. Requests are refused until {@link serve} is called.
   *
   * @param patience - The time for which a port that is taken is tried again, ms.
   * @throws {StartError} When it cannot be opened.
   */
  async open(host: string, port: number, patience: number): Promise<void> {
    const opened = {
      addressOption: 'cluster.host',
      address: host,
      portOption: 'cluster.port',
      port,
    };
    await opening(opened, patience, async () => {
      this.#server.listen({ host, port });
      await once(this.#server, 'listening');
    });
    this.#server.on('error', (error) => {
      logger.error('cannot take a connection: %o', error);
    });
  }

  /**
   * Serves the requests of other nodes from now on.
   *
   * @param link - Takes the links of other nodes themselves.
   */
  serve(upgrade: TakeUpgrade, serve: RequestListener, link: TakeUpgrade): void {
    this.#upgrade = upgrade;
    this.#serve = serve;
    this.#link = link;
  }

  /**
   * Closes the port, and resolves when the last connection has closed. Requests that
   * are under way are answered, unless that takes long.
   */
  async close(): Promise<void> {
    if (!this.#server.listening) {
      return;
    }
    const closed = once(this.#server, 'close');
    this.#server.close();
    const cutOff = setTimeout(() => {
      for (const socket of this.#sockets) {
        socket.destroy();
      }
    }, CUT_OFF_AFTER);
    await closed;
    clearTimeout(cutOff);
  }

  #noteRefusal(address: string | undefined, { message }: Error): void {
    const now = performance.now();
    if (now >= this.#logAgainAt) {
      this.#logAgainAt = now + LOG_INTERVAL;
      logger.warn(
        'refused a connection from %s, which does not know cluster.secret: %s',
        address ?? 'an address that is gone',
        message,
      );
    }
  }

  #receive(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    if (this.#ofLinks.has(socket)) {
      this.#receiveLink(request, socket, head);
      return;
    }
    if (this.#upgrade === undefined || !this.#recognise(request)) {
      socket.destroy();
      return;
    }
    (socket as TLSSocket).setNoDelay(true);
    this.#upgraded += 1;
    socket.once('close', () => {
      this.#upgraded -= 1;
    });
    this.#upgrade(request, socket, head);
  }

  #receiveLink(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    if (this.#link === undefined || request.headers.upgrade !== LINK_PROTOCOL) {
      socket.end('HTTP/1.1 426 Upgrade Required\r\nConnection: close\r\n\r\n');
      return;
    }
    (socket as TLSSocket).setNoDelay(true);
    this.#link(request, socket, head);
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    if (!this.#server.listening) {
      // The server stops: the client is to try again, and is told so by its node.
      request.socket.destroy();
      return;
    }
    if (this.#serve === undefined || !this.#recognise(request)) {
      response.writeHead(404).end();
      return;
    }
    this.#serve(request, response);
  }

  /**
   * Takes the client of a request from the header that names it.
   *
   * @returns False if there is none.
   */
  #recognise(request: IncomingMessage): boolean {
    const client = clientIn(request.headers[CLIENT_HEADER]);
    if (client === undefined) {
      return false;
    }
    // From here on, the connection is that of the client: its address counts for
    // limits and bans, and its scheme for the origin.
    const { socket } = request;
    Object.defineProperties(socket, {
      remoteAddress: { value: client.address, configurable: true },
      encrypted: { value: client.secure, configurable: true },
    });
    this.#forwarded.add(request);
    return true;
  }
}

/** The client that the header of a node names; undefined if it is of another form. */
function clientIn(
  header: string | string[] | undefined,
): ForwardedClient | undefined {
  try {
    const { address, secure } = JSON.parse(
      String(header),
    ) as Partial<ForwardedClient>;
    return typeof address === 'string' && typeof secure === 'boolean'
      ? { address, secure }
      : undefined;
  } catch {
    return undefined;
  }
}
