import { authErrors } from '../../auth/errors.ts';
import type {
  AuthenticatedCaller,
  CallerAuthenticator,
  Credentials,
} from '../../calls/CallerAuthenticator.ts';
import type { Calls } from '../../calls/Calls.ts';
import type {
  CallProducer,
  ProducerWatcher,
} from '../../calls/ProducerWatch.ts';
import type { RequestSpec } from '../../core/contract.ts';
import { cutEvents } from '../../core/cutToSchema.ts';
import { AppError } from '../../core/errors.ts';
import type { LogFields } from '../../core/logFormat.ts';
import type { Peer } from '../../rooms/Peer.ts';
import { endOfLogin } from '../../signalling/endOfLogin.ts';
import { ExpiryTimer } from '../../signalling/ExpiryTimer.ts';
import type {
  Outcome,
  RequestDispatcher,
} from '../../signalling/RequestDispatcher.ts';
import type { SessionContext } from '../../signalling/Session.ts';
import type { ReceivedEvent } from '../../signalling/socketio/EventDecoder.ts';
import type { SocketIoLink } from '../../signalling/socketio/SocketIoLink.ts';
import { events } from './contract.ts';
import type { MediaEvent, requests } from './contract.ts';
import { errorOf } from './encodeError.ts';

/** The parts of the server that sessions share. */
export type MediaSessionContext = Pick<
  SessionContext,
  'config' | 'log' | 'metrics' | 'presence' | 'requests'
>;

/** The objects that the events of clients act on. */
export interface MediaSocketServices {
  readonly authenticator: Pick<CallerAuthenticator, 'authenticate'>;
  readonly calls: Calls;
}

/** The dispatcher of the events of clients. */
export type MediaDispatcher = RequestDispatcher<typeof requests, MediaSession>;

/** A participant who has said who it is. */
interface Stay {
  readonly identity: AuthenticatedCaller;
  readonly callId: string;
  readonly participantId: string;
}

const AUTHENTICATE = 'authenticate' satisfies keyof typeof requests;

/** Most characters of an event's name in the log. */
const MAX_LOGGED = 64;

const cut = cutEvents(events);

/** The text of an event of the contract. */
export function textOf({ name, data }: MediaEvent): string {
  return JSON.stringify([name, cut(name, data)]);
}

/** One socket of a participant: the signalling for its media in a call. */
export class MediaSession implements ProducerWatcher {
  readonly gateway = 'media';
  readonly context: MediaSessionContext;
  readonly #services: MediaSocketServices;
  readonly #link: SocketIoLink;
  readonly #dispatcher: MediaDispatcher;
  readonly #places = new DisposableStack();
  readonly #deadline: NodeJS.Timeout;
  #stay: Stay | undefined;
  /** Settles when the newest `authenticate` has been answered. */
  #authenticated: Promise<void> | undefined;

  constructor(
    link: SocketIoLink,
    context: MediaSessionContext,
    dispatcher: MediaDispatcher,
    services: MediaSocketServices,
  ) {
    this.#link = link;
    this.context = context;
    this.#dispatcher = dispatcher;
    this.#services = services;
    const { joinTimeout } = context.config.signalling;
    this.#deadline = setTimeout(() => {
      link.close('joinTimeout', `no authentication within ${joinTimeout} ms`);
    }, joinTimeout);
    link.onClose(() => {
      clearTimeout(this.#deadline);
      this.#places.dispose();
    });
    link.onEvent((event) => {
      const served = this.#serve(event, this.#authenticated);
      if (event.name === AUTHENTICATE) {
        this.#authenticated = served;
      }
    });
  }

  /** The client's ids, as far as they are known, for the log. */
  get about(): LogFields {
    const caller = this.#stay?.identity.caller;
    return { user: caller?.userId ?? caller?.guestId };
  }

  /**
   * Finds out who the client is, and opens the room of its call.
   *
   * @throws {AppError} TOKEN_INVALID if the client has said so before; those of
   *   {@link CallerAuthenticator.authenticate} and {@link CallPeers.openRoom}.
   */
  async identify({
    callId,
    ...credentials
  }: Credentials & { callId: string }): Promise<{
    participantId: string;
    routerId: string;
  }> {
    if (this.#stay !== undefined) {
      throw new AppError(
        authErrors.TOKEN_INVALID,
        'the client is authenticated already; open another connection',
      );
    }
    const { authenticator, calls } = this.#services;
    const identity = await authenticator.authenticate({
      ...credentials,
      token: credentials.token ?? this.#tokenOfHandshake(credentials),
    });
    const { caller } = identity;
    const { participantId } = await calls.participant(caller, callId);
    const { routerId } = await calls.peers.openRoom(callId, caller);
    this.#stay = { identity, callId, participantId };
    return { participantId, routerId };
  }

  /**
   * The client's peer in the room of the call.
   *
   * @throws {AppError} As {@link CallPeers.enter}.
   */
  peer(): Promise<Peer> {
    const { callId, participantId, identity } = this.#required;
    return this.#services.calls.peers.enter(
      callId,
      participantId,
      identity.caller,
      this.#link.network,
    );
  }

  opened(data: CallProducer): void {
    this.#send({ name: 'new-producer', data });
  }

  closed(data: CallProducer): void {
    this.#send({ name: 'producer-closed', data });
  }

  peerLost(): void {
    this.#link.close('mediaLost', 'the media is lost; connect and begin again');
  }

  ended(): void {
    this.#link.close('ended', 'the call does without the server, or has ended');
  }

  /**
   * Makes sure that the client may send an event. A participant may go on with
   * an expired token.
   *
   * @throws {AppError} TOKEN_MISSING.
   */
  permit(_method: string, { requires }: RequestSpec): void {
    if (requires !== 'public' && this.#stay === undefined) {
      throw unauthenticated();
    }
  }

  /** Logs a refusal, prominently if it keeps the client out. */
  noteRefusal(method: string, error: AppError): void {
    const { code, status, option, message } = error;
    const level = this.#stay === undefined ? 'info' : 'debug';
    this.context.log.write(level, 'request refused', {
      method: method.slice(0, MAX_LOGGED),
      code,
      status,
      option,
      gateway: this.gateway,
      network: this.#link.network,
      ...this.about,
      request: this.#link.id,
      reason: message,
    });
  }

  get #required(): Stay {
    if (this.#stay === undefined) {
      throw unauthenticated();
    }
    return this.#stay;
  }

  async #serve(event: ReceivedEvent, after?: Promise<void>): Promise<void> {
    const { name, args, arrival } = event;
    using _request = this.context.requests.begin();
    const outcome = await this.#dispatcher.dispatch(this, {
      method: name,
      data: args[0] ?? undefined,
      arrival,
      after,
    });
    if (outcome.ok) {
      this.#link.answer(event, { success: true, data: outcome.reply });
    } else {
      const error = errorOf(outcome.error);
      if (event.id !== undefined) {
        this.#link.answer(event, { success: false, error });
      } else if (name !== AUTHENTICATE) {
        this.#send({ name: 'call:error', data: error });
      }
    }
    if (name === AUTHENTICATE) {
      await this.#admit(outcome);
    }
  }

  /** Tells the client if it is authenticated, and only then of what is there. */
  async #admit(outcome: Outcome): Promise<void> {
    if (!outcome.ok) {
      const data = { success: false, error: outcome.error.message };
      this.#send({ name: 'authenticated', data });
      return;
    }
    this.#send({
      name: 'authenticated',
      data: { success: true, ...outcome.reply },
    });
    clearTimeout(this.#deadline);
    this.#link.settle();
    this.#watchLogin();
    const { callId, identity } = this.#required;
    const { peers } = this.#services.calls;
    try {
      const watch = await peers.watch(callId, identity.caller, this);
      if (this.#link.closed) {
        watch[Symbol.dispose]();
      } else {
        this.#places.use(watch);
      }
    } catch {
      // The room has closed, or the participant has left since.
      this.ended();
    }
  }

  /** Closes the socket when the login ends, and with the token if that is set. */
  #watchLogin(): void {
    const { caller, loginId, expiresAt } = this.#required.identity;
    if (this.#link.closed) {
      return;
    }
    if (loginId !== undefined && caller.userId !== undefined) {
      const place = this.context.presence.register(caller.userId, {
        deliver: (event) => {
          const reason = endOfLogin(event, loginId);
          if (reason !== undefined) {
            this.#link.close('ended', reason);
          }
        },
      });
      this.#places.use(place);
    }
    if (this.context.config.auth.enforceExpiry && expiresAt !== undefined) {
      const expiry = new ExpiryTimer(expiresAt, {
        soon: () => undefined,
        over: () => this.#link.close('ended', 'the token has expired'),
      });
      this.#places.defer(() => expiry.cancel());
    }
  }

  #send(event: MediaEvent): void {
    this.#link.send(textOf(event));
  }

  /** The token in the handshake, unless the client names another. */
  #tokenOfHandshake({ sessionToken }: Credentials): string | undefined {
    if (sessionToken !== undefined) {
      return undefined;
    }
    const { auth, authorization = '' } = this.#link;
    const { token } = auth;
    return typeof token === 'string'
      ? token
      : /^Bearer +(.+)$/i.exec(authorization)?.[1];
  }
}

function unauthenticated(): AppError {
  return new AppError(
    authErrors.TOKEN_MISSING,
    'the client is not authenticated; send authenticate first',
  );
}
