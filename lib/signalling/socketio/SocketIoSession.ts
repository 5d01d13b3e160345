import { authErrors } from '../../auth/errors.ts';
import { requireUnexpired } from '../../auth/jwt.ts';
import type { RequestSpec } from '../../core/contract.ts';
import { AppError } from '../../core/errors.ts';
import type { LogFields } from '../../core/logFormat.ts';
import type { UserEvent } from '../../presence/Presence.ts';
import { endOfLogin } from '../endOfLogin.ts';
import { ExpiryTimer } from '../ExpiryTimer.ts';
import { logRefusal } from '../logRefusal.ts';
import type { IncomingRequest, Outcome } from '../RequestDispatcher.ts';
import type { SessionContext } from '../Session.ts';
import type { ReceivedEvent } from './EventDecoder.ts';
import type { SocketIoLink } from './SocketIoLink.ts';

/** The event with which clients of every contract say who they are. */
const AUTHENTICATE = 'authenticate';

/** The parts of the server that sessions over Socket.IO share. */
export type SocketIoSessionContext = Pick<
  SessionContext,
  'config' | 'log' | 'metrics' | 'presence' | 'requests'
>;

/** A client that has said who it is, as far as all contracts know it. */
interface SocketIoIdentity {
  readonly caller: {
    readonly userId: string | undefined;
    readonly guestId: string | undefined;
  };
  /** The login that the token came of, if it is one of an account. */
  readonly loginId?: string | undefined;
  /** When the token expires, ms since the epoch; undefined if it does not. */
  readonly expiresAt?: number | undefined;
}

/**
 * One client in one namespace, which authenticates with its first event. Holds
 * what the contracts over Socket.IO have in common; a gateway adds its events.
 */
export abstract class SocketIoSession<Identity extends SocketIoIdentity> {
  /** The gateway's name, by which its requests are counted. */
  abstract readonly gateway: string;
  readonly context: SocketIoSessionContext;
  protected readonly link: SocketIoLink;
  /** The things to release when the client has gone. */
  protected readonly places = new DisposableStack();
  /** Set by the handler of `authenticate`. */
  protected identity: Identity | undefined;
  readonly #deadline: NodeJS.Timeout;
  #expiry: ExpiryTimer | undefined;
  #begun = false;
  #atLogin = false;
  /** Settles when the newest `authenticate` has been answered. */
  #authenticated: Promise<void> | undefined;

  protected constructor(link: SocketIoLink, context: SocketIoSessionContext) {
    this.link = link;
    this.context = context;
    const { joinTimeout } = context.config.signalling;
    this.#deadline = setTimeout(() => {
      link.close('joinTimeout', `no authentication within ${joinTimeout} ms`);
    }, joinTimeout);
    link.onClose(() => {
      clearTimeout(this.#deadline);
      this.#expiry?.cancel();
      this.places.dispose();
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
    const caller = this.identity?.caller;
    return { user: caller?.userId ?? caller?.guestId };
  }

  /**
   * Makes sure that the client may send an event. Members may go on with an
   * expired token.
   *
   * @throws {AppError} TOKEN_MISSING, TOKEN_EXPIRED.
   */
  permit(_method: string, { requires }: RequestSpec): void {
    if (requires !== 'public') {
      const { expiresAt } = this.required;
      if (requires === 'user') {
        requireUnexpired({ expiresAt }, this.context.config.auth);
      }
    }
  }

  /** Logs a refusal, prominently if it keeps the client out. */
  noteRefusal(method: string, error: AppError): void {
    const isOutside = this.identity === undefined;
    logRefusal(this, this.link, method, error, isOutside);
  }

  /** Serves an event. */
  protected abstract dispatch(request: IncomingRequest): Promise<Outcome>;

  /** Tells the client if it is authenticated. */
  protected abstract tellAuthenticated(outcome: Outcome): void;

  /** Begins once the client has been told that it is authenticated. */
  protected abstract begin(): void | Promise<void>;

  /** Puts a failure into the shape of the contract. */
  protected abstract failureOf(method: string, error: AppError): object;

  /** Tells the client of the failure of an event without a callback. */
  protected abstract tellFailure(failure: object, data: unknown): void;

  /** @throws {AppError} TOKEN_MISSING before the client is authenticated. */
  protected get required(): Identity {
    if (this.identity === undefined) {
      throw new AppError(
        authErrors.TOKEN_MISSING,
        'the client is not authenticated; send authenticate first',
      );
    }
    return this.identity;
  }

  /** The credentials of a client, with the token in its handshake by default. */
  protected withHandshake<
    Credentials extends {
      readonly token?: string | undefined;
      readonly sessionToken?: string | undefined;
    },
  >(credentials: Credentials): Credentials {
    const { token, sessionToken } = credentials;
    return token === undefined && sessionToken === undefined
      ? { ...credentials, token: this.#tokenOfHandshake }
      : credentials;
  }

  get #tokenOfHandshake(): string | undefined {
    const { auth, authorization = '' } = this.link;
    const { token } = auth;
    return typeof token === 'string'
      ? token
      : /^Bearer +(.+)$/i.exec(authorization)?.[1];
  }

  async #serve(event: ReceivedEvent, after?: Promise<void>): Promise<void> {
    const { name: method, args, arrival } = event;
    using _request = this.context.requests.begin();
    // Clients that send undefined send null.
    const data = args[0] ?? undefined;
    const outcome = await this.dispatch({ method, data, arrival, after });
    const authenticates = method === AUTHENTICATE;
    if (authenticates && !this.link.closed) {
      this.tellAuthenticated(outcome);
    }
    if (outcome.ok) {
      this.link.answer(event, { success: true, data: outcome.reply });
      if (authenticates && !this.link.closed) {
        await this.#admit();
      }
      return;
    }
    const error = this.failureOf(method, outcome.error);
    if (event.id !== undefined) {
      this.link.answer(event, { success: false, error });
    } else if (!authenticates) {
      this.tellFailure(error, data);
    }
  }

  /** Lets the client go on for as long as its login and its token do. */
  async #admit(): Promise<void> {
    clearTimeout(this.#deadline);
    this.#watchExpiry();
    this.#watchLogin();
    if (!this.#begun) {
      this.#begun = true;
      this.link.settle();
      await this.begin();
    }
  }

  /** Closes the socket when the login of its token ends. */
  #watchLogin(): void {
    const { caller, loginId } = this.required;
    if (this.#atLogin || loginId === undefined || caller.userId === undefined) {
      return;
    }
    this.#atLogin = true;
    const place = this.context.presence.register(caller.userId, {
      deliver: (event: UserEvent) => {
        const reason = endOfLogin(event, this.identity?.loginId);
        if (reason !== undefined) {
          this.link.close('ended', reason);
        }
      },
    });
    this.places.use(place);
  }

  /** Closes the socket when its token expires, if `auth.enforceExpiry` is set. */
  #watchExpiry(): void {
    this.#expiry?.cancel();
    const { expiresAt } = this.required;
    if (this.context.config.auth.enforceExpiry && expiresAt !== undefined) {
      this.#expiry = new ExpiryTimer(expiresAt, {
        soon: () => undefined,
        over: () => this.link.close('ended', 'the token has expired'),
      });
    }
  }
}
