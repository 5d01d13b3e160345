import { randomUUID } from 'node:crypto';

import { z } from 'zod';

import { authErrors } from '../../auth/errors.ts';
import { roomErrors } from '../../rooms/errors.ts';
import type { Grants } from '../../auth/Grants.ts';
import type { UserAuthenticator } from '../../auth/UserAuthenticator.ts';
import { AppError, coreErrors } from '../../core/errors.ts';
import type { PeerInfo } from '../../rooms/events.ts';
import type { Peer } from '../../rooms/Peer.ts';
import type { Direction } from '../../rooms/Transports.ts';
import { check } from '../../core/validation.ts';
import type { Connection } from '../../signalling/ws/WsConnection.ts';
import { RequestDispatcher } from '../../signalling/RequestDispatcher.ts';
import type { RequestSpec } from '../../signalling/RequestDispatcher.ts';
import { Session } from '../../signalling/Session.ts';
import type { SessionContext } from '../../signalling/Session.ts';
import { errorFrame, producerCreated } from './encode.ts';
import { handlers } from './handlers.ts';
import { requests } from './contract.ts';
import type { JsonEvent, User } from './contract.ts';

/** How a request is framed. */
export const frameSchema = z.object({
  type: z.string(),
  requestId: z.string().max(128).optional(),
  data: z.unknown().optional(),
});

type Frame = z.output<typeof frameSchema>;

/** One client of the JSON API: its user, and in time its participant. */
export class JsonSession extends Session {
  override readonly gateway = 'json';
  readonly connectionId = randomUUID();
  readonly #authenticator: UserAuthenticator;
  readonly #newestTransport = new Map<Direction, string>();
  #grants: Grants | undefined;
  #connected = false;
  /** Settles when the client's token has been looked at. */
  #authenticating: Promise<void> | undefined;
  /** What the client is told between the reply to its join and the rest. */
  #welcome: JsonEvent[] = [];

  /** @param token - The one of the handshake, if it brought any. */
  constructor(
    connection: Connection,
    context: SessionContext,
    authenticator: UserAuthenticator,
    token: string | undefined,
  ) {
    super(connection, context);
    this.#authenticator = authenticator;
    this.startDeadline('no token was sent');
    connection.on('message', (text) => this.#parse(text));
    if (token !== undefined) {
      this.#receive({ type: 'authenticate', data: { token } });
    }
  }

  /**
   * Whom the token stands for.
   *
   * @throws {AppError} TOKEN_MISSING.
   */
  get grants(): Grants {
    if (this.#grants === undefined) {
      throw tokenMissing();
    }
    return this.#grants;
  }

  /**
   * Learns who the client is.
   *
   * @throws {AppError} TOKEN_MISSING, TOKEN_INVALID, TOKEN_EXPIRED,
   *   USERS_UNAVAILABLE.
   */
  async authenticate(
    token = '',
  ): Promise<{ connectionId: string; user: User }> {
    if (token === '') {
      throw tokenMissing();
    }
    const grants = await this.#authenticator.authenticate(token);
    const { identity } = grants;
    if (
      this.#grants !== undefined &&
      this.#grants.identity.userId !== identity.userId
    ) {
      throw new AppError(
        authErrors.TOKEN_INVALID,
        'token: expected one of the user that the connection has already',
      );
    }
    this.#grants = grants;
    this.describe({ user: identity.userId });
    this.stopDeadline();
    this.watchExpiry();
    return {
      connectionId: this.connectionId,
      user: {
        id: identity.userId,
        email: identity.email ?? '',
        fullName: identity.name ?? '',
        role: identity.role,
      },
    };
  }

  override permit(method: string, spec: RequestSpec): void {
    if (method !== 'authenticate') {
      void this.grants;
      super.permit(method, spec);
    }
  }

  /**
   * The client's participant in the room that it names.
   *
   * @throws {AppError} NOT_JOINED when it is in no room or another.
   */
  peerIn(roomId: string): Peer {
    const { peer } = this;
    if (peer.roomId !== roomId) {
      throw new AppError(
        roomErrors.NOT_JOINED,
        `the connection is not in the room ${JSON.stringify(roomId)}`,
      );
    }
    return peer;
  }

  /** Remembers what the next track goes over, since publish names none. */
  useTransport(direction: Direction, transportId: string): void {
    this.#newestTransport.set(direction, transportId);
  }

  /** The transport that a track goes over. */
  transportFor(direction: Direction): string | undefined {
    return this.#newestTransport.get(direction);
  }

  /** Tells of the tracks that are sent already, once the join is answered. */
  welcome(roomId: string, others: readonly PeerInfo[]): void {
    this.#welcome = others.flatMap(({ peerId, producers }) =>
      producers.map((producer) => producerCreated(roomId, peerId, producer)),
    );
  }

  override leave(): void {
    super.leave();
    this.#newestTransport.clear();
  }

  #parse(text: string): void {
    let json: unknown;
    try {
      json = JSON.parse(text);
    } catch {
      this.connection.close('notJson', 'expected JSON');
      return;
    }
    const frame = check(frameSchema, json, '');
    if (frame.ok) {
      this.#receive(frame.data);
    } else {
      const error = new AppError(coreErrors.VALIDATION_ERROR, frame.problem);
      this.connection.send(errorFrame(error, undefined));
    }
  }

  #receive(frame: Frame): void {
    const served = this.#serve(frame);
    if (frame.type === 'authenticate') {
      this.#authenticating = served;
    }
  }

  async #serve({ type, data, requestId }: Frame): Promise<void> {
    // What follows a token on the wire counts on it.
    const after = this.#authenticating;
    const outcome = await dispatcher.dispatch(this, type, data, after);
    if (!outcome.ok) {
      this.connection.send(errorFrame(outcome.error, requestId));
      return;
    }
    this.#send({ type: this.#replyTo(type), data: outcome.reply, requestId });
    if (type === 'joinRoom') {
      for (const event of this.#welcome.splice(0)) {
        this.#send(event);
      }
      this.startEvents();
    }
  }

  /**
   * Clients start to work when they are told that they are connected, so that
   * is told once, even to one that shows its token in two ways.
   */
  #replyTo(type: string): string {
    if (type === 'authenticate' && !this.#connected) {
      this.#connected = true;
      return 'connected';
    }
    return `${type}Response`;
  }

  #send(message: object): void {
    this.connection.send(JSON.stringify(message));
  }
}

function tokenMissing(): AppError {
  return new AppError(
    authErrors.TOKEN_MISSING,
    'token: expected one, as Authorization: Bearer, as ?token=, or in a message "authenticate", got nothing',
  );
}

const dispatcher = new RequestDispatcher<JsonSession>(requests, handlers);
