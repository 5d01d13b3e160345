import type { IncomingMessage } from 'node:http';
import { STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';

import { WebSocketServer } from 'ws';

import { networkOf } from '../access/network.ts';
import { requireOrigin } from '../access/origins.ts';
import { fault, RoomError } from '../errors.ts';
import { Logger } from '../logger.ts';
import type { CloseCode } from './closeCodes.ts';
import { Connection } from './Connection.ts';
import type { SessionContext } from './Session.ts';

const logger = new Logger('WebSocketGateway');

/** Nobody who means well splits a message into more frames than this. */
const MAX_FRAGMENTS = 1_024;

/**
 * A contract that is spoken over WebSocket at one path. `Admission` is what a
 * gateway learns from the handshake and its session needs.
 */
export abstract class WebSocketGateway<Admission> {
  /** By which its peers and requests are counted. */
  abstract readonly name: string;
  /** The only path at which the contract is spoken. */
  abstract readonly path: string;
  protected readonly context: SessionContext;
  readonly #subprotocol: string | undefined;
  readonly #sockets: WebSocketServer;
  readonly #connections = new Set<Connection>();

  /** @param subprotocol - Agreed upon with every client; none if left out. */
  constructor(context: SessionContext, subprotocol?: string) {
    this.context = context;
    this.#subprotocol = subprotocol;
    this.#sockets = new WebSocketServer({
      noServer: true,
      clientTracking: false,
      maxPayload: context.config.signalling.maxFrameBytes,
      maxFragments: MAX_FRAGMENTS,
      perMessageDeflate: false,
      handleProtocols: () => subprotocol ?? false,
    });
    this.#sockets.on('wsClientError', ({ message }, socket) => {
      refuseUpgrade(socket, new RoomError('VALIDATION_ERROR', message));
    });
  }

  /** How many clients are connected, in a room or not. */
  get connections(): number {
    return this.#connections.size;
  }

  /**
   * Decides whether to let a client in, in a handshake or over HTTP: browsers
   * tell nobody why a handshake was refused.
   *
   * @param url - That of the handshake.
   * @param origin - The origin of the page, unless the request names it.
   * @throws {RoomError} Why the client is not let in.
   */
  async consider(
    request: IncomingMessage,
    url: URL,
    origin?: string,
  ): Promise<Admission> {
    const { config, handshakes, pending } = this.context;
    const network = networkOf(request, config.access.trustProxy);
    await handshakes.take(network);
    requireOrigin(request, config.access, origin);
    pending.require(network);
    return this.admit(request, url);
  }

  /** Takes over an upgrade request to the path, or refuses it. */
  async upgrade(
    request: IncomingMessage,
    socket: Duplex,
    head: Buffer,
    url: URL,
  ): Promise<void> {
    const { config, metrics } = this.context;
    // Nobody else listens until the socket is taken over or refused.
    socket.on('error', ignore);
    const network = networkOf(request, config.access.trustProxy);
    let admission: Admission;
    try {
      admission = await this.consider(request, url);
      this.#requireSubprotocol(request);
    } catch (error) {
      const { code } = refuseUpgrade(socket, error);
      metrics.handshakesRefused.inc({ gateway: this.name, code });
      return;
    }
    socket.off('error', ignore);
    this.#sockets.handleUpgrade(request, socket, head, (webSocket) => {
      const connection = new Connection(webSocket, config, network);
      this.#connections.add(connection);
      connection.once('close', () => {
        this.#connections.delete(connection);
        const { closedFor } = connection;
        if (closedFor !== undefined) {
          metrics.closings.inc({ gateway: this.name, reason: closedFor });
        }
      });
      this.open(connection, admission);
    });
  }

  /** Closes every connection; clients come back when and where they can. */
  close(code: CloseCode, reason: string): void {
    for (const connection of this.#connections) {
      connection.close(code, reason);
    }
  }

  /**
   * Decides by who the client is and where it wants to go.
   *
   * @throws {RoomError} Why the client is not let in.
   */
  protected abstract admit(request: IncomingMessage, url: URL): Admission;

  /** Starts to serve a client that was let in. */
  protected abstract open(connection: Connection, admission: Admission): void;

  /** @throws {RoomError} VALIDATION_ERROR. */
  #requireSubprotocol(request: IncomingMessage): void {
    const wanted = this.#subprotocol;
    const offered = request.headers['sec-websocket-protocol'] ?? '';
    if (
      wanted !== undefined &&
      !offered.split(',').some((name) => name.trim() === wanted)
    ) {
      throw new RoomError(
        'VALIDATION_ERROR',
        `Sec-WebSocket-Protocol: expected "${wanted}", got ${JSON.stringify(offered)}`,
      );
    }
  }
}

/**
 * The token of a handshake: as `Authorization: Bearer`, or as `?token=` from
 * browsers, which cannot set the header. Empty where a client meant to bring
 * one and left it out, undefined where it did not.
 */
export function tokenOf(
  request: IncomingMessage,
  url: URL,
): string | undefined {
  const header = /^Bearer(?: +(.*))?$/i.exec(
    request.headers.authorization ?? '',
  );
  const inHeader = header === null ? undefined : (header[1] ?? '');
  return inHeader || (url.searchParams.get('token') ?? inHeader);
}

function ignore(): void {
  // What goes wrong with a socket ends with the socket.
}

/**
 * Refuses an upgrade with a status and a JSON body that says why.
 *
 * @returns What the client is told.
 */
export function refuseUpgrade(socket: Duplex, reason: unknown): RoomError {
  const error =
    reason instanceof RoomError
      ? reason
      : fault(logger, 'the handshake', reason);
  const body = JSON.stringify({
    error: { code: error.code, message: error.message },
  });
  // Whoever is refused may be gone before the answer is written.
  socket.on('error', () => socket.destroy());
  // Whoever does not hang up in turn would keep the socket half open.
  socket.once('finish', () => socket.destroy());
  socket.end(
    [
      `HTTP/1.1 ${error.status} ${STATUS_CODES[error.status]}`,
      ...(error.status === 401 ? ['WWW-Authenticate: Bearer'] : []),
      'Connection: close',
      'Content-Type: application/json; charset=utf-8',
      `Content-Length: ${Buffer.byteLength(body)}`,
      '',
      body,
    ].join('\r\n'),
  );
  return error;
}
