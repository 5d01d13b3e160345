import { authErrors } from '../../auth/errors.ts';
import { requireUnexpired } from '../../auth/jwt.ts';
import type {
  AuthenticatedCaller,
  CallerAuthenticator,
  Credentials,
} from '../../calls/CallerAuthenticator.ts';
import type { Calls } from '../../calls/Calls.ts';
import type { CallDevice, CallEvent, Caller } from '../../calls/types.ts';
import type { RequestSpec } from '../../core/contract.ts';
import { AppError } from '../../core/errors.ts';
import type { LogFields } from '../../core/logFormat.ts';
import type { UserEvent, UserSession } from '../../presence/Presence.ts';
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
import type { requests } from './contract.ts';
import { eventText, textOf } from './encodeEvent.ts';
import { socketError } from './socketErrors.ts';

/** The event with which a client says who it is. */
const AUTHENTICATE = 'authenticate' satisfies keyof typeof requests;

/** Most characters of an event's name in the log. */
const MAX_LOGGED = 64;

/** The parts of the server that sessions share. */
export type CallsSessionContext = Pick<
  SessionContext,
  'config' | 'log' | 'metrics' | 'presence' | 'requests'
>;

/** The objects that the events of clients act on. */
export interface CallsSocketServices {
  readonly authenticator: Pick<CallerAuthenticator, 'authenticate'>;
  readonly calls: Calls;
}

/** The dispatcher of the events of clients. */
export type CallsDispatcher = RequestDispatcher<typeof requests, CallsSession>;

/** One socket of a user or a guest: a device that calls ring on. */
export class CallsSession implements CallDevice {
  readonly gateway = 'calls';
  readonly context: CallsSessionContext;
  readonly calls: Calls;
  readonly #authenticator: CallsSocketServices['authenticator'];
  readonly #link: SocketIoLink;
  readonly #dispatcher: CallsDispatcher;
  readonly #places = new DisposableStack();
  readonly #deadline: NodeJS.Timeout;
  #identity: AuthenticatedCaller | undefined;
  #language: string | undefined;
  #expiry: ExpiryTimer | undefined;
  #registered = false;
  /** Settles when the newest `authenticate` has been answered. */
  #authenticated: Promise<void> | undefined;

  constructor(
    link: SocketIoLink,
    context: CallsSessionContext,
    dispatcher: CallsDispatcher,
    { authenticator, calls }: CallsSocketServices,
  ) {
    this.#link = link;
    this.context = context;
    this.#dispatcher = dispatcher;
    this.#authenticator = authenticator;
    this.calls = calls;
    const { joinTimeout } = context.config.signalling;
    this.#deadline = setTimeout(() => {
      link.close('joinTimeout', `no authentication within ${joinTimeout} ms`);
    }, joinTimeout);
    link.onClose(() => {
      clearTimeout(this.#deadline);
      this.#expiry?.cancel();
      this.#places.dispose();
    });
    link.onEvent((event) => {
      const served = this.#serve(event, this.#authenticated);
      if (event.name === AUTHENTICATE) {
        this.#authenticated = served;
      }
    });
  }

  /** @throws {AppError} TOKEN_MISSING before the client is authenticated. */
  get caller(): Caller {
    return this.#required.caller;
  }

  get language(): string | undefined {
    return this.#language;
  }

  /** The client's ids, as far as they are known, for the log. */
  get about(): LogFields {
    const caller = this.#identity?.caller;
    return { user: caller?.userId ?? caller?.guestId };
  }

  deliver(event: CallEvent): void {
    this.#link.send(eventText(event));
  }

  /**
   * Finds out who the client is.
   *
   * @throws {AppError} TOKEN_INVALID for another user than before; and those of
   *   {@link CallerAuthenticator.authenticate}.
   */
  async identify({
    language,
    ...credentials
  }: Credentials & { language?: string | undefined }): Promise<Caller> {
    const identity = await this.#authenticator.authenticate({
      ...credentials,
      token: credentials.token ?? this.#tokenOfHandshake(credentials),
    });
    const { caller } = identity;
    if (this.#identity !== undefined && this.caller.key !== caller.key) {
      throw new AppError(
        authErrors.TOKEN_INVALID,
        'the connection is that of another user; open one of its own',
      );
    }
    this.#identity = identity;
    this.#language = language ?? identity.language;
    return caller;
  }

  /**
   * Makes sure that the client may send an event. Who is in a call may go on
   * with an expired token.
   *
   * @throws {AppError} TOKEN_MISSING, TOKEN_EXPIRED.
   */
  permit(_method: string, { requires }: RequestSpec): void {
    if (requires !== 'public') {
      const { expiresAt } = this.#required;
      if (requires === 'user') {
        requireUnexpired({ expiresAt }, this.context.config.auth);
      }
    }
  }

  /** Logs a refusal, prominently if it keeps the client out. */
  noteRefusal(method: string, error: AppError): void {
    const { code, status, option, message } = error;
    const level = this.#identity === undefined ? 'info' : 'debug';
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

  get #required(): AuthenticatedCaller {
    if (this.#identity === undefined) {
      throw new AppError(
        authErrors.TOKEN_MISSING,
        'the client is not authenticated; send authenticate first',
      );
    }
    return this.#identity;
  }

  async #serve(event: ReceivedEvent, after?: Promise<void>): Promise<void> {
    const { name, args, arrival } = event;
    using _request = this.context.requests.begin();
    const outcome = await this.#dispatcher.dispatch(this, {
      method: name,
      // Clients that send undefined send null.
      data: args[0] ?? undefined,
      arrival,
      after,
    });
    if (name === AUTHENTICATE) {
      this.#admit(outcome);
    }
    if (outcome.ok) {
      this.#link.answer(event, { success: true, data: outcome.reply });
      return;
    }
    const error = socketError(name, outcome.error);
    if (event.id !== undefined) {
      this.#link.answer(event, { success: false, error });
    } else if (name !== AUTHENTICATE) {
      const callId = callIdIn(args[0]);
      this.#link.send(
        textOf({ name: 'call:error', data: { callId, ...error } }),
      );
    }
  }

  /** Tells the client if it is authenticated, and only then what goes on. */
  #admit(outcome: Outcome): void {
    if (this.#link.closed) {
      return;
    }
    const data = outcome.ok
      ? events.authenticated.data.parse({ success: true, ...outcome.reply })
      : { success: false, error: outcome.error.message };
    this.#link.send(textOf({ name: 'authenticated', data }));
    if (!outcome.ok) {
      return;
    }
    clearTimeout(this.#deadline);
    this.#watchExpiry();
    if (!this.#registered) {
      this.#registered = true;
      this.#link.settle();
      this.#registerLogin();
      this.#places.use(this.calls.register(this));
    }
  }

  /** Closes the socket when the login of its token ends. */
  #registerLogin(): void {
    const { caller, loginId } = this.#required;
    if (loginId === undefined || caller.userId === undefined) {
      return;
    }
    const session: UserSession = {
      deliver: (event: UserEvent) => {
        const reason = endOfLogin(event, loginId);
        if (reason !== undefined) {
          this.#link.close('ended', reason);
        }
      },
    };
    this.#places.use(this.context.presence.register(caller.userId, session));
  }

  /** Closes the socket when its token expires, if `auth.enforceExpiry` is set. */
  #watchExpiry(): void {
    this.#expiry?.cancel();
    const { expiresAt } = this.#required;
    if (this.context.config.auth.enforceExpiry && expiresAt !== undefined) {
      this.#expiry = new ExpiryTimer(expiresAt, {
        soon: () => undefined,
        over: () => this.#link.close('ended', 'the token has expired'),
      });
    }
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

/** The call that an event is about, if it names one. */
function callIdIn(data: unknown): string | undefined {
  return typeof data === 'object' &&
    data !== null &&
    'callId' in data &&
    typeof data.callId === 'string' &&
    /^[\da-f]{24}$/.test(data.callId)
    ? data.callId
    : undefined;
}
