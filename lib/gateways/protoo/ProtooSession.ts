import ProtooPeer from 'protoo-server/lib/Peer.js';

import type { Grants } from '../../auth/Grants.ts';
import { AppError } from '../../core/errors.ts';
import type { RequestSpec } from '../../core/contract.ts';
import { Logger } from '../../core/logger.ts';
import { roomErrors } from '../../rooms/errors.ts';
import type { Peer } from '../../rooms/Peer.ts';
import type { ClientLink } from '../../signalling/ClientLink.ts';
import type { RequestDispatcher } from '../../signalling/RequestDispatcher.ts';
import { Session } from '../../signalling/Session.ts';
import type { Entered, SessionContext } from '../../signalling/Session.ts';
import type { requests } from './contract.ts';
import { closingFrame, numbered, refusalOf } from './encode.ts';
import { LobbyWait } from './LobbyWait.ts';
import { ProtooTransport } from './ProtooTransport.ts';
import type { ProtooRequest } from './ProtooTransport.ts';

const logger = new Logger('ProtooSession');

/** The ids in the URL of a handshake, and the grants of its token. */
export interface ProtooAdmission {
  roomId: string;
  peerId: string;
  grants: Grants;
}

/** The dispatcher of the gateway's requests. */
export type ProtooDispatcher = RequestDispatcher<
  typeof requests,
  ProtooSession
>;

/**
 * One protoo client, in the room of its URL or about to join it.
 *
 * protoo-server's Peer does all that it can do here: it tells requests from
 * notifications, and frames replies. Room events do not go through its
 * `notify`, which would serialise an event once for each receiver; they are
 * frames already when they reach the peer's queue. The server sends no requests,
 * so the package's timeout for replies (30 s) never runs.
 */
export class ProtooSession extends Session {
  override readonly gateway = 'protoo';
  override readonly grants: Grants;
  readonly roomId: string;
  readonly peerId: string;
  /** Its wait in the lobby of the room, if that has one. */
  readonly lobby = new LobbyWait(this);
  readonly #dispatcher: ProtooDispatcher;

  constructor(
    link: ClientLink,
    context: SessionContext,
    dispatcher: ProtooDispatcher,
    { roomId, peerId, grants }: ProtooAdmission,
  ) {
    super(link, context);
    this.roomId = roomId;
    this.peerId = peerId;
    this.grants = grants;
    this.#dispatcher = dispatcher;
    this.describe({ room: roomId, peer: peerId });
    if (
      context.config.auth.mode === 'token' ||
      grants.identity.loginId !== undefined
    ) {
      this.registerUser();
    }
    link.onClosing(closingFrame);
    const transport = new ProtooTransport(link);
    const protooPeer = new ProtooPeer<ProtooRequest>(peerId, transport);
    protooPeer.on('request', (request, accept) => {
      void this.#serve(request, accept, transport);
    });
    protooPeer.on('notification', ({ method }) => {
      logger.debug('%s sent an unexpected notification, %s', peerId, method);
    });
    this.awaitJoin();
  }

  /** Closes the connection unless the client joins a room in time. */
  awaitJoin(): void {
    this.startDeadline('no room was joined');
  }

  override endWait(): void {
    super.endWait();
    if (!this.joined) {
      this.awaitJoin();
    }
  }

  protected override frame(event: Buffer, number: number): Buffer {
    return numbered(event, number);
  }

  /**
   * Takes the client into a room. If another node has opened it meanwhile, the
   * connection closes: the next one leads there.
   */
  override async join(...join: Parameters<Session['join']>): Promise<Entered> {
    try {
      return await super.join(...join);
    } catch (error) {
      if (
        error instanceof AppError &&
        error.code === roomErrors.ROOM_ELSEWHERE.code
      ) {
        this.link.close('moved', error.message);
      }
      throw error;
    }
  }

  /** Leaves the room. The client may join again in time. */
  leaveRoom(): void {
    this.leave();
    if (!this.link.closed) {
      this.awaitJoin();
    }
  }

  /**
   * Waits for what a join includes beside the peer. If that fails, or if the
   * connection ends meanwhile, the client leaves the room again.
   *
   * @throws {AppError} PEER_CLOSED; and any error of `media`.
   */
  async settle<Media>(peer: Peer, media: Promise<Media>): Promise<Media> {
    try {
      const settled = await media;
      if (this.link.closed) {
        throw new AppError(
          roomErrors.PEER_CLOSED,
          'the connection closed while joining',
        );
      }
      return settled;
    } catch (error) {
      this.#withdraw(peer);
      throw error;
    }
  }

  #withdraw(peer: Peer): void {
    if (!this.joined || this.peer !== peer) {
      return;
    }
    if (this.link.closed) {
      peer.close('disconnected');
    } else if (peer.closed) {
      // The reason of its end waits for a listener.
      this.startEvents();
    } else {
      this.leaveRoom();
    }
  }

  /**
   * Answers a request exactly once: the package would send a second answer as
   * well. Refusals go to the transport directly, for the package would leave out
   * their names.
   */
  async #serve(
    request: ProtooRequest,
    accept: (reply: object) => void,
    transport: ProtooTransport,
  ): Promise<void> {
    using _request = this.beginRequest();
    const outcome = await this.#dispatcher.dispatch(this, request);
    if (!outcome.ok) {
      void transport.send(refusalOf(request.id, outcome.error));
      if (outcome.error.code === roomErrors.IN_LOBBY.code) {
        this.lobby.tellPlace();
      }
      return;
    }
    accept(outcome.reply);
    const spec: RequestSpec | undefined = this.#dispatcher.specOf(
      request.method,
    );
    if (spec?.startsEvents) {
      this.startEvents();
    }
  }
}
