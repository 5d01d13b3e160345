import { roomErrors } from '../rooms/errors.ts';
import { requireEntry } from '../auth/Grants.ts';
import type { Grants } from '../auth/Grants.ts';
import { requireUnexpired } from '../auth/jwt.ts';
import type { SessionSections } from './options.ts';
import type { RequestSpec } from '../core/contract.ts';
import { AppError } from '../core/errors.ts';
import type { LogFields } from '../core/logFormat.ts';
import type { Metrics } from '../core/metrics.ts';
import type { OpenRequests } from '../core/OpenRequests.ts';
import type { EndReason, PeerInfo } from '../rooms/events.ts';
import type { Peer } from '../rooms/Peer.ts';
import type { PeerOptions } from '../rooms/PeerOptions.ts';
import type { Presence, UserEvent, UserSession } from '../presence/Presence.ts';
import type { RoomRegistry } from '../rooms/RoomRegistry.ts';
import type { SampledLog } from '../limits/SampledLog.ts';
import type { CloseArguments, CloseCode } from './closeCodes.ts';
import { closeCodeFor } from './closeCodes.ts';
import type { ClientLink, DeliveryListener } from './ClientLink.ts';
import type { HandshakeLimits } from './handshakeLimits.ts';
import { endOfLogin } from './endOfLogin.ts';
import { ExpiryTimer } from './ExpiryTimer.ts';
import { logRefusal } from './logRefusal.ts';

/** A client is probed when 1/n of the events that may be kept is unconfirmed. */
const UNCONFIRMED_SHARE = 4;

/** The parts of the server that all sessions share. */
export interface SessionContext extends HandshakeLimits {
  presence: Presence;
  registry: RoomRegistry;
  config: SessionSections;
  metrics: Metrics;
  /** The requests of all clients. */
  requests: OpenRequests;
  /** Entries about clients. */
  log: SampledLog;
}

/** The part of a peer's options that is the same for all gateways. */
export type ClientOptions = Pick<PeerOptions, 'gateway' | 'network' | 'grants'>;

/** A client's peer, and the members before it unless the peer was resumed. */
export interface Entered {
  peer: Peer;
  others?: PeerInfo[] | undefined;
}

/**
 * Joins a room, or resumes a peer, for a client that is still connected, and
 * binds the peer to the client's session, all in one turn.
 *
 * @throws {AppError} PEER_CLOSED when the client has gone; and any error of
 *   `join`, without which no peer exists.
 */
type Enter = <Result extends Entered>(join: () => Result) => Result;

/**
 * One client on one connection, in a room or not. Holds what all contracts have
 * in common; a gateway adds its frames.
 */
export abstract class Session implements UserSession, DeliveryListener {
  /** The gateway's name, by which its peers and requests are counted. */
  abstract readonly gateway: string;
  /**
   * The identity and the permissions of the client.
   *
   * @throws {AppError} TOKEN_MISSING before the client has shown a token.
   */
  abstract readonly grants: Grants;
  readonly link: ClientLink;
  readonly context: SessionContext;
  #peer: Peer | undefined;
  /** The peer of the last join that was answered. */
  #answered: Peer | undefined;
  #about: LogFields = {};
  #joining = false;
  #deadline: NodeJS.Timeout | undefined;
  #expiry: ExpiryTimer | undefined;
  /** Its place among the sessions of its user. */
  #presence: Disposable | undefined;
  /** The number of events that had gone out to a peer at the last probe. */
  #probed: { peer: Peer; sent: number } | undefined;
  /** Its place in the limit of connections without a room. */
  #place: Disposable;

  protected constructor(link: ClientLink, context: SessionContext) {
    this.link = link;
    this.context = context;
    this.#place = context.pending.acquireBeyond(link.network);
    link.onDelivery(this);
    link.onClose((absence) => {
      this.stopDeadline();
      this.#place[Symbol.dispose]();
      this.#presence?.[Symbol.dispose]();
      this.#expiry?.cancel();
      if (absence === undefined) {
        this.#peer?.close('disconnected');
      } else {
        this.#peer?.connection.suspend(absence);
      }
    });
  }

  /** True if the client is in a room. */
  get joined(): boolean {
    return this.#peer !== undefined;
  }

  /**
   * The client's peer.
   *
   * @throws {AppError} NOT_JOINED.
   */
  get peer(): Peer {
    if (this.#peer === undefined) {
      throw new AppError(roomErrors.NOT_JOINED, 'the connection is in no room');
    }
    return this.#peer;
  }

  /**
   * Makes sure that the client may send a request.
   *
   * @throws {AppError} TOKEN_MISSING; NOT_JOINED; TOKEN_EXPIRED, but not for a
   *   member, whose room decides when it has to leave.
   */
  permit(method: string, { requires }: RequestSpec): void {
    if (requires === 'public') {
      return;
    }
    const { grants } = this;
    if (this.joined) {
      return;
    }
    if (requires === 'member') {
      throw new AppError(
        roomErrors.NOT_JOINED,
        `${method} is for members of the room; send joinRoom first`,
      );
    }
    requireUnexpired(grants, this.context.config.auth);
  }

  /**
   * Counts a request until the result is disposed of, which has to be when the
   * answer has been handed to the link. The server stops and the link closes for
   * a flood after the answers to open requests, and a peer is told of a reset of
   * its media after them.
   */
  beginRequest(): Disposable {
    if (this.#peer === this.#answered) {
      this.#answered?.connection.confirmResume();
    }
    const ofServer = this.context.requests.begin();
    const ofLink = this.link.requests.begin();
    const ofPeer = this.#peer?.beginRequest();
    return {
      [Symbol.dispose]() {
        ofPeer?.[Symbol.dispose]();
        ofLink[Symbol.dispose]();
        ofServer[Symbol.dispose]();
      },
    };
  }

  /** Serves a request of a member once, however often it is sent with its key. */
  once(
    key: string,
    request: string,
    serve: () => Promise<object>,
  ): Promise<object> {
    return this.peer.answers.once(key, request, serve);
  }

  /** The client's ids, as far as they are known, for the log. */
  get about(): LogFields {
    return this.#about;
  }

  /** Logs a refused request, prominently if it keeps the client out. */
  noteRefusal(method: string, error: AppError): void {
    logRefusal(this, this.link, method, error, !this.joined);
  }

  /**
   * Takes the client into a room: the only way in, for all gateways, whether
   * the peer is new or is resumed. The client receives no event of the room
   * before {@link startEvents}.
   *
   * @param open - Calls `enter` once, when there is a room to join or a peer to
   *   resume, and returns its result.
   * @throws {AppError} ALREADY_JOINED; FORBIDDEN; PEER_CLOSED when the client
   *   has gone; and any error of `open`.
   */
  async join(
    roomId: string,
    open: (client: ClientOptions, enter: Enter) => Entered | Promise<Entered>,
  ): Promise<Entered> {
    if (this.#joining || this.joined) {
      throw new AppError(
        roomErrors.ALREADY_JOINED,
        'the connection is in a room already; leave it first',
      );
    }
    const { gateway, grants } = this;
    requireEntry(grants, roomId);
    this.#joining = true;
    const since = performance.now();
    try {
      const { network } = this.link;
      const entered = await open({ gateway, network, grants }, (join) =>
        this.#enter(join),
      );
      const duration = performance.now() - since;
      this.context.metrics.joins.observe({ gateway }, duration / 1_000);
      return entered;
    } finally {
      this.#joining = false;
    }
  }

  /** Takes the client out of its room. It may join again. */
  leave(): void {
    const peer = this.peer;
    this.#peer = undefined;
    this.#answered = undefined;
    this.#expiry?.cancel();
    if (!this.link.closed) {
      this.#place = this.context.pending.acquireBeyond(this.link.network);
    }
    peer.close('left');
  }

  onProbe(): void {
    const peer = this.#peer;
    this.#probed = peer && { peer, sent: peer.connection.sentCount };
  }

  onArrived(): void {
    this.#probed?.peer.connection.acknowledge(this.#probed.sent);
  }

  /** Begins a wait in a lobby, which has limits of its own on number and time. */
  beginWait(): void {
    this.stopDeadline();
    this.#place[Symbol.dispose]();
  }

  /** Ends a wait: the client counts as one without a room again. */
  endWait(): void {
    if (!this.link.closed && !this.joined) {
      this.#place = this.context.pending.acquireBeyond(this.link.network);
    }
  }

  /** Receives an event for its user: closes once the login of its token has ended. */
  deliver(event: UserEvent): void {
    const reason = endOfLogin(event, this.grants.identity.loginId);
    if (reason !== undefined) {
      this.link.close(this.codeForEndedLogin, reason, { name: 'expired' });
    }
  }

  /** The close code for a client whose login has ended. */
  protected get codeForEndedLogin(): CloseCode {
    return 'ended';
  }

  /** Registers the client with its user, whose identity a token has proved. */
  protected registerUser(): void {
    if (!this.link.closed) {
      const { userId, accountId = userId } = this.grants.identity;
      this.#presence ??= this.context.presence.register(accountId, this);
    }
  }

  /** Closes the connection unless {@link stopDeadline} is called in time. */
  startDeadline(missing: string): void {
    const timeout = this.context.config.signalling.joinTimeout;
    this.stopDeadline();
    this.#deadline = setTimeout(() => {
      this.link.close('joinTimeout', `${missing} within ${timeout} ms`);
    }, timeout);
  }

  /** Ends the wait of {@link startDeadline}. */
  protected stopDeadline(): void {
    clearTimeout(this.#deadline);
    this.#deadline = undefined;
  }

  /** The close code and text for a client whose peer is no longer in its room. */
  protected codeFor(reason: EndReason): CloseArguments {
    return closeCodeFor(reason);
  }

  /**
   * The frame of an event for this client, where its contract numbers events.
   *
   * @param number - Its place among all that the peer has been sent, from 1.
   */
  protected frame(event: Buffer, _number: number): Buffer {
    return event;
  }

  /** Adds fields about the client to the log. */
  protected describe(fields: LogFields): void {
    this.#about = { ...this.#about, ...fields };
  }

  /** Removes the peer when the token expires, if `auth.enforceExpiry` is set. */
  protected watchExpiry(): void {
    this.#expiry?.cancel();
    const { expiresAt } = this.grants;
    const peer = this.#peer;
    if (
      this.context.config.auth.enforceExpiry &&
      expiresAt !== undefined &&
      peer !== undefined &&
      !this.link.closed
    ) {
      this.#expiry = new ExpiryTimer(expiresAt, {
        soon: () => peer.notify({ type: 'tokenExpiring', expiresAt }),
        over: () => peer.close('expired'),
      });
    }
  }

  /** Starts the flow of the room's events, once the join has been answered. */
  protected startEvents(): void {
    const peer = this.#peer;
    this.#answered = peer;
    peer?.connection.listen((message, number) => {
      if (this.#peer !== peer) {
        return;
      }
      if (typeof message === 'string') {
        this.#end(peer, message);
        return;
      }
      this.link.send(this.frame(message, number));
      const { keptBytesPerPeer } = this.context.config.limits;
      if (peer.connection.queuedBytes > keptBytesPerPeer / UNCONFIRMED_SHARE) {
        this.link.probe();
      }
    });
  }

  /**
   * The way of the client into a room. It may have gone while the room was
   * created; members never see such a peer.
   */
  #enter<Result extends Entered>(join: () => Result): Result {
    if (this.link.closed) {
      throw new AppError(
        roomErrors.PEER_CLOSED,
        'the connection closed while joining',
      );
    }
    const entered = join();
    this.#attach(entered.peer);
    return entered;
  }

  #attach(peer: Peer): void {
    this.stopDeadline();
    this.#place[Symbol.dispose]();
    this.#peer = peer;
    this.describe({ room: peer.roomId, peer: peer.id, user: peer.userId });
    // A token may have been replaced while the room was created.
    peer.regrant(this.grants);
    this.watchExpiry();
  }

  #end(peer: Peer, reason: EndReason): void {
    this.#peer = undefined;
    this.#answered = undefined;
    this.#expiry?.cancel();
    this.link.close(...this.codeFor(reason));
    if (reason !== 'resumed') {
      peer.close('disconnected');
    }
  }
}
