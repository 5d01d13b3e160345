import { randomUUID } from 'node:crypto';

import { z } from 'zod';

import { authErrors } from '../../auth/errors.ts';
import { roomErrors } from '../../rooms/errors.ts';
import { roomUnreachable } from '../../rooms/roomUnreachable.ts';
import { mayCreate } from '../../auth/Grants.ts';
import type { Grants } from '../../auth/Grants.ts';
import type { PeerAuthenticator } from '../../calls/PeerAuthenticator.ts';
import { AppError, coreErrors } from '../../core/errors.ts';
import type { PeerInfo } from '../../rooms/events.ts';
import type { Peer } from '../../rooms/Peer.ts';
import type { Direction } from '../../rooms/transportInfo.ts';
import { check, idSchema } from '../../core/validation.ts';
import type { Arrival, ClientLink } from '../../signalling/ClientLink.ts';
import type { RequestDispatcher } from '../../signalling/RequestDispatcher.ts';
import { Session } from '../../signalling/Session.ts';
import type { SessionContext } from '../../signalling/Session.ts';
import type { HandOver } from '../../signalling/ws/HandOver.ts';
import { textOf } from './handedOver.ts';
import type { JsonAdmission } from './handedOver.ts';
import { errorFrame, messageOf, producerCreated } from './encode.ts';
import type { JsonEvent, JsonRequestSpec, requests, User } from './contract.ts';

/** The frame of a request. */
export const frameSchema = z.object({
  type: z.string(),
  requestId: z.string().max(128).optional(),
  data: z.unknown().optional(),
});

type Frame = z.output<typeof frameSchema>;

/** The part of a request that names its room. */
const roomSchema = z.object({ roomId: idSchema });

/** The room for which a client may have to go to another node. */
interface Target {
  /** Undefined for a new room, whose id that node chooses. */
  readonly roomId?: string;
}

const NEW_ROOM: Target = {};

/** The dispatcher of the gateway's requests. */
export type JsonDispatcher = RequestDispatcher<typeof requests, JsonSession>;

/** One client of the JSON API, authenticated or not, in a room or not. */
export class JsonSession extends Session {
  override readonly gateway = 'json';
  readonly #dispatcher: JsonDispatcher;
  readonly #authenticator: PeerAuthenticator;
  readonly #newestTransport = new Map<Direction, string>();
  readonly #handOver: HandOver | undefined;
  #connectionId: string;
  /** The token that was accepted last. */
  #token: string | undefined;
  #grants: Grants | undefined;
  #connected = false;
  /** True once it has opened a room here, to which it would otherwise lose the way. */
  #hasOpened = false;
  /** Settles when the last request that holds others has been answered. */
  #held: Promise<void> | undefined;
  /** Events to send between the reply to a join and the events of the room. */
  #welcome: JsonEvent[] = [];

  constructor(
    link: ClientLink,
    context: SessionContext,
    dispatcher: JsonDispatcher,
    authenticator: PeerAuthenticator,
    { token, connectionId }: JsonAdmission,
    handOver: HandOver | undefined,
  ) {
    super(link, context);
    this.#handOver = handOver;
    this.#connectionId = connectionId ?? randomUUID();
    const isHandedOver = connectionId !== undefined;
    this.#dispatcher = dispatcher;
    this.#authenticator = authenticator;
    this.startDeadline('no token was sent');
    link.onMessage((text, arrival) => this.#parse(text, arrival));
    if (token !== undefined) {
      const frame = { type: 'authenticate', data: { token } };
      this.#start(frame, OF_HANDSHAKE, isHandedOver);
    }
  }

  /** The id of the client among participants. */
  get connectionId(): string {
    return this.#connectionId;
  }

  /**
   * The grants of the token.
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
   * Identifies the client by a token.
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
    const grants = await this.#authenticator.authenticateParticipant(token);
    const { identity } = grants;
    if (
      this.#grants !== undefined &&
      this.#grants.identity.userId !== identity.userId
    ) {
      throw new AppError(
        authErrors.TOKEN_INVALID,
        'token: expected one of the user that the connection already has',
      );
    }
    this.#grants = grants;
    this.#token = token;
    this.#connectionId = grants.peerId ?? this.#connectionId;
    this.describe({ user: identity.userId });
    this.registerUser();
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

  /** Makes a transport the one for new tracks, since `publish` names none. */
  useTransport(direction: Direction, transportId: string): void {
    this.#newestTransport.set(direction, transportId);
  }

  /** The transport for a new track. */
  transportFor(direction: Direction): string | undefined {
    return this.#newestTransport.get(direction);
  }

  /** Queues events about the tracks that are already sent, until the join is answered. */
  welcome(roomId: string, others: readonly PeerInfo[]): void {
    this.#welcome = others.flatMap(({ peerId, producers }) =>
      producers.map((producer) => producerCreated(roomId, peerId, producer)),
    );
  }

  override leave(): void {
    super.leave();
    this.#newestTransport.clear();
  }

  #parse(text: string, arrival: Arrival): void {
    let json: unknown;
    try {
      json = JSON.parse(text);
    } catch {
      this.link.close('notJson', 'expected JSON');
      return;
    }
    const frame = check(frameSchema, json, '');
    if (frame.ok) {
      this.#receive(frame.data, arrival, text);
    } else {
      const error = new AppError(coreErrors.VALIDATION_ERROR, frame.problem);
      this.link.send(errorFrame(error, undefined));
    }
  }

  #receive(frame: Frame, arrival: Arrival, text: string): void {
    const way = this.#handOver;
    const target = this.#targetOf(frame);
    if (way === undefined || target === undefined) {
      this.#start(frame, arrival);
      return;
    }
    way.hold();
    void this.#leadTo(target, way, frame, text).then((outcome) => {
      if (outcome === 'handedOver') {
        return;
      }
      if (outcome === 'here') {
        this.#start(frame, arrival);
      } else {
        const { gateway } = this;
        this.noteRefusal(frame.type, outcome);
        this.context.metrics.errors.inc({ gateway, code: outcome.code });
        this.link.send(errorFrame(outcome, frame.requestId));
      }
      way.resume();
    });
  }

  /**
   * The room for which a client that is in none may have to go to another node: one
   * that is not here, or a new one.
   */
  #targetOf({ type, data }: Frame): Target | undefined {
    const spec: JsonRequestSpec | undefined = this.#dispatcher.specOf(type);
    if (this.joined || spec?.requires !== 'user') {
      return undefined;
    }
    if (spec.opensRoom) {
      return this.#hasOpened ? undefined : NEW_ROOM;
    }
    const named = check(roomSchema, data, '');
    return named.ok && !this.context.registry.rooms.has(named.data.roomId)
      ? named.data
      : undefined;
  }

  /**
   * Hands the client over to the node that has a room, or is to have it, once its
   * requests before have been answered. A request that every node refuses is refused
   * here, and leaves the client where it is.
   *
   * @returns `here` where the client is to be served here; the failure to reach the
   *   node that has the room.
   */
  async #leadTo(
    { roomId }: Target,
    way: HandOver,
    { type, data = {} }: Frame,
    message: string,
  ): Promise<'handedOver' | 'here' | AppError> {
    await this.link.requests.answered();
    const spec: JsonRequestSpec | undefined = this.#dispatcher.specOf(type);
    if (
      this.joined ||
      this.#token === undefined ||
      spec?.data.safeParse(data).success !== true
    ) {
      return 'here';
    }
    const facts = { token: this.#token, connectionId: this.connectionId };
    if (roomId === undefined) {
      // A room may have opened here since the request came.
      return this.#hasOpened || !mayCreate(this.grants)
        ? 'here'
        : way.toNew(textOf({ ...facts, opensRoom: true }), message);
    }
    const outcome = await way.to(roomId, textOf(facts), message);
    return outcome === 'unreachable' ? roomUnreachable(roomId) : outcome;
  }

  /** @param isKnown - True if the client knows the reply already. */
  #start(frame: Frame, arrival: Arrival, isKnown = false): void {
    const spec: JsonRequestSpec | undefined = this.#dispatcher.specOf(
      frame.type,
    );
    const served = this.#serve(frame, arrival, spec, isKnown);
    if (spec?.holdsOthers) {
      this.#held = served;
    }
  }

  async #serve(
    { type, data, requestId }: Frame,
    arrival: Arrival,
    spec: JsonRequestSpec | undefined,
    isKnown: boolean,
  ): Promise<void> {
    using _request = this.beginRequest();
    const outcome = await this.#dispatcher.dispatch(this, {
      method: type,
      data,
      arrival,
      after: this.#held,
    });
    if (!outcome.ok) {
      if (outcome.error.code === roomErrors.ROOM_ELSEWHERE.code) {
        this.link.close('moved', outcome.error.message);
      } else {
        this.link.send(errorFrame(outcome.error, requestId));
      }
      return;
    }
    this.#hasOpened ||= spec?.opensRoom === true;
    if (isKnown) {
      this.#connected = true;
      return;
    }
    const replyType = this.#replyTo(type, spec);
    this.#send({ type: replyType, data: outcome.reply, requestId });
    if (spec?.startsEvents) {
      for (const event of this.#welcome.splice(0)) {
        this.#send(messageOf(event));
      }
      this.startEvents();
    }
  }

  /**
   * Clients start to work when they receive `connected`, so it is sent only
   * once, even to a client that sends its token both ways.
   */
  #replyTo(type: string, spec: JsonRequestSpec | undefined): string {
    if (spec?.firstReply !== undefined && !this.#connected) {
      this.#connected = true;
      return spec.firstReply;
    }
    return `${type}Response`;
  }

  #send(message: object): void {
    this.link.send(JSON.stringify(message));
  }
}

function tokenMissing(): AppError {
  return new AppError(
    authErrors.TOKEN_MISSING,
    'token: expected one, as Authorization: Bearer, as ?token=, or in a message "authenticate", got nothing',
  );
}

/** A token in the handshake is no message: limits.handshakesPerMinute counts it. */
const OF_HANDSHAKE: Arrival = {
  admit: () => ({
    countEntries: () => undefined,
    fail: () => undefined,
    [Symbol.dispose]: () => undefined,
  }),
};
