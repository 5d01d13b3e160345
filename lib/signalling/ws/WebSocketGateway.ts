import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';

import { WebSocketServer } from 'ws';

import { clientRegion } from '../../limits/clientRegion.ts';
import { networkOf } from '../../limits/network.ts';
import { requireOrigin } from '../../limits/origins.ts';
import { AppError, coreErrors } from '../../core/errors.ts';
import type { LogFields } from '../../core/logFormat.ts';
import { REQUEST_ID_HEADER, requestIdOf } from '../../core/requestId.ts';
import type { Peer } from '../../rooms/Peer.ts';
import { CLOSE_CODES } from '../closeCodes.ts';
import type { CloseCode } from '../closeCodes.ts';
import { WebSocketLink } from './WebSocketLink.ts';
import type { ClientLink } from '../ClientLink.ts';
import type { HandOver } from './HandOver.ts';
import { OpenHandshakes } from './OpenHandshakes.ts';
import { UpgradeRelay } from './UpgradeRelay.ts';
import type { UpgradeRequest } from './UpgradeRelay.ts';
import { ServerWebSocket } from './ServerWebSocket.ts';
import { plainRefusal, refuseUpgrade } from './refuseUpgrade.ts';
import type { Refusal } from './refuseUpgrade.ts';
import type { Session } from '../Session.ts';
import type { WebSocketContext } from './WebSocketContext.ts';

/** Most frames of one message; well-meaning clients send far fewer. */
const MAX_FRAGMENTS = 1_024;

/**
 * A contract that is spoken over WebSocket at one path. `Admission` holds the
 * facts of a handshake that the gateway's sessions need.
 */
export abstract class WebSocketGateway<Admission> {
  /** The label by which its peers and requests are counted. */
  abstract readonly name: string;
  /** The only path at which the contract is spoken. */
  abstract readonly path: string;
  protected readonly context: WebSocketContext;
  readonly #subprotocol: string | undefined;
  readonly #sockets: WebSocketServer;
  readonly #links = new Set<WebSocketLink>();
  readonly #handshakes = new OpenHandshakes();
  readonly #relay: UpgradeRelay;

  /** @param subprotocol - Required of every client; none if left out. */
  constructor(context: WebSocketContext, subprotocol?: string) {
    this.context = context;
    this.#subprotocol = subprotocol;
    this.#relay = new UpgradeRelay(context, this.#handshakes);
    this.#sockets = new WebSocketServer({
      noServer: true,
      WebSocket: ServerWebSocket,
      clientTracking: false,
      maxPayload: context.config.signalling.maxFrameBytes,
      maxFragments: MAX_FRAGMENTS,
      perMessageDeflate: false,
      handleProtocols: (offered) => this.selectSubprotocol(offered) ?? false,
    });
    this.#sockets.on('wsClientError', ({ message }, socket, request) => {
      this.#refuse(
        request,
        socket,
        new AppError(coreErrors.VALIDATION_ERROR, message),
      );
    });
    this.#sockets.on('headers', (headers, request) => {
      headers.push(`${REQUEST_ID_HEADER}: ${requestIdOf(request)}`);
    });
  }

  /** The number of connected clients, in a room or not. */
  get connections(): number {
    return this.#links.size;
  }

  /**
   * Checks if a handshake would be accepted, for pages that ask over HTTP:
   * browsers do not show them the reason for a refused handshake. Such requests
   * have a limit of their own and do not count as handshakes.
   *
   * @param url - The URL of the handshake.
   * @param origin - The origin of the page, unless the request names it.
   * @returns What is known of the client.
   * @throws {AppError} The reason for which it would be refused.
   */
  async authorizeUpgrade(
    request: IncomingMessage,
    url: URL,
    origin?: string,
  ): Promise<Admission> {
    const { admissions, handshakes } = this.context;
    const network = this.networkOf(request);
    admissions.take(network);
    if (this.reconnectedPeer(url, network)?.connection.mayReturn !== true) {
      handshakes.require(network);
    }
    return this.#authorize(request, url, network, origin);
  }

  /** The network of a client, which the proxies that are trusted tell of. */
  networkOf(request: IncomingMessage): string {
    return networkOf(request, this.context.config.access.trustProxy);
  }

  /** Takes over an upgrade request to the path, or refuses it. */
  upgrade(
    request: IncomingMessage,
    socket: Duplex,
    head: Buffer,
    url: URL,
  ): void {
    void this.#upgrade({ request, socket, head }, url);
  }

  /** Puts the reason for which an upgrade is refused into the contract's shape. */
  encodeRefusal(error: AppError, _request: IncomingMessage): Refusal {
    return plainRefusal(error);
  }

  /** Closes every connection, with a code and a reason, for the server stops. */
  close(code: CloseCode, reason: string): void {
    this.#handshakes.abandon(
      new AppError(coreErrors.SHUTTING_DOWN, 'the server is stopping'),
    );
    for (const link of this.#links) {
      link.close(code, reason);
    }
    this.#relay.close(CLOSE_CODES[code].code, reason);
  }

  /**
   * Identifies the client of a handshake and checks that it may connect. What
   * it waits for needs a time limit of its own.
   *
   * @throws {AppError} The reason for which it may not.
   */
  protected abstract authenticate(
    request: IncomingMessage,
    url: URL,
  ): Admission | Promise<Admission>;

  /**
   * Starts a session for a client that has been admitted.
   *
   * @param handOver - The way to other nodes, where there are some; undefined for a
   *   client that another node has passed on.
   */
  protected abstract open(
    link: ClientLink,
    admission: Admission,
    handOver?: HandOver,
  ): Pick<Session, 'about'>;

  /** The subprotocol to answer with, out of those that the client offers. */
  protected selectSubprotocol(
    _offered: ReadonlySet<string>,
  ): string | undefined {
    return this.#subprotocol;
  }

  /**
   * The peer that a client would reconnect to. A reconnection from the network
   * of the peer does not count as a handshake but at the rate of
   * {@link PeerConnection.takeReturn}, which bounds it even for clients whose
   * token turns out to be wrong.
   */
  protected reconnectedPeer(_url: URL, _network: string): Peer | undefined {
    return undefined;
  }

  /** The room that a client will join, as far as the URL names it. */
  protected roomIn(_url: URL): string | undefined {
    return undefined;
  }

  /** The room of a client that has been admitted, which may open at any node. */
  protected roomOf(_admission: Admission): string | undefined {
    return undefined;
  }

  /** The parts of a URL that the log may show. */
  protected describe(_url: URL): LogFields {
    return {};
  }

  async #upgrade(upgrade: UpgradeRequest, url: URL): Promise<void> {
    const { request, socket, head } = upgrade;
    const { config, sendBudget } = this.context;
    const region = clientRegion(request, url, config.access);
    let admission: Admission;
    try {
      requireWebSocket(request);
      if (await this.#relay.passToHome(upgrade, this.roomIn(url))) {
        return;
      }
      admission = await this.#admit(request, socket, url);
      const roomId = this.roomOf(admission);
      if (await this.#relay.passToPlace(upgrade, roomId, region)) {
        return;
      }
    } catch (error) {
      // A client that has hung up needs no answer.
      if (!socket.destroyed) {
        this.#refuse(request, socket, error, this.describe(url));
      }
      return;
    }
    const network = networkOf(request, config.access.trustProxy);
    const id = requestIdOf(request);
    this.#sockets.handleUpgrade(request, socket, head, (webSocket) => {
      const link = new WebSocketLink(
        webSocket,
        socket,
        config,
        sendBudget,
        network,
        id,
      );
      this.#links.add(link);
      const handOver = this.#relay.handOverOf(request, region, link);
      this.#watch(link, this.open(link, admission, handOver));
    });
  }

  /** Lists a link until it closes; its session may have closed it at once. */
  #watch(link: WebSocketLink, session: Pick<Session, 'about'>): void {
    const forget = (): void => {
      this.#links.delete(link);
      this.#logEnd(link, session);
    };
    if (link.closed) {
      forget();
    } else {
      link.onClose(forget);
    }
  }

  /** @throws {Error} The reason for which the client is not admitted. */
  async #admit(
    request: IncomingMessage,
    socket: Duplex,
    url: URL,
  ): Promise<Admission> {
    const { config, handshakes } = this.context;
    const network = networkOf(request, config.access.trustProxy);
    if (this.reconnectedPeer(url, network)?.connection.takeReturn() !== true) {
      handshakes.take(network);
    }
    const admission = await this.#handshakes.result(
      socket,
      this.#authorize(request, url, network),
    );
    this.#requireSubprotocol(request);
    return admission;
  }

  /** @throws {AppError} The reason for which the client is refused. */
  async #authorize(
    request: IncomingMessage,
    url: URL,
    network: string,
    origin?: string,
  ): Promise<Admission> {
    const { config, pending } = this.context;
    requireOrigin(request, config.access, origin);
    // Kept until the answer is there, even if the client hangs up meanwhile:
    // this bounds the work that clients can cause. The session acquires its own
    // place before another handshake is looked at.
    using _place = pending.acquire(network);
    return await this.authenticate(request, url);
  }

  #refuse(
    request: IncomingMessage,
    socket: Duplex,
    reason: unknown,
    about?: LogFields,
  ): void {
    refuseUpgrade(this.context, request, socket, reason, this, about);
  }

  #logEnd(link: WebSocketLink, session: Pick<Session, 'about'>): void {
    const { ending, id, network, since } = link;
    const { log, metrics } = this.context;
    const reason = ending?.reason ?? 'lost';
    metrics.closings.inc({ gateway: this.name, reason });
    log.write('info', 'connection closed', {
      reason,
      code: ending?.code,
      option: ending?.option,
      detail: ending?.detail,
      gateway: this.name,
      network,
      ...session.about,
      duration: (Date.now() - since) / 1_000,
      request: id,
    });
  }

  /** @throws {AppError} VALIDATION_ERROR. */
  #requireSubprotocol(request: IncomingMessage): void {
    const wanted = this.#subprotocol;
    const offered = request.headers['sec-websocket-protocol'] ?? '';
    if (
      wanted !== undefined &&
      !offered.split(',').some((name) => name.trim() === wanted)
    ) {
      throw new AppError(
        coreErrors.VALIDATION_ERROR,
        `Sec-WebSocket-Protocol: expected "${wanted}", got ${JSON.stringify(offered)}`,
      );
    }
  }
}

/**
 * Makes sure that a client asks for a WebSocket, before the request goes to another node.
 *
 * @throws {AppError} VALIDATION_ERROR.
 */
function requireWebSocket({ headers: { upgrade } }: IncomingMessage): void {
  if (upgrade?.toLowerCase() !== 'websocket') {
    throw new AppError(
      coreErrors.VALIDATION_ERROR,
      `Upgrade: expected "websocket", got ${JSON.stringify(upgrade ?? '')}`,
    );
  }
}
