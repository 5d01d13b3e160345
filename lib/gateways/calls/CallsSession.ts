import { authErrors } from '../../auth/errors.ts';
import type {
  AuthenticatedCaller,
  CallerAuthenticator,
  Credentials,
} from '../../calls/CallerAuthenticator.ts';
import type { Calls } from '../../calls/Calls.ts';
import type { CallDevice, CallEvent, Caller } from '../../calls/types.ts';
import { AppError } from '../../core/errors.ts';
import type {
  IncomingRequest,
  Outcome,
  RequestDispatcher,
} from '../../signalling/RequestDispatcher.ts';
import type { SocketIoLink } from '../../signalling/socketio/SocketIoLink.ts';
import { SocketIoSession } from '../../signalling/socketio/SocketIoSession.ts';
import type { SocketIoSessionContext } from '../../signalling/socketio/SocketIoSession.ts';
import { events } from './contract.ts';
import type { requests } from './contract.ts';
import { eventText, textOf } from './encodeEvent.ts';
import { socketError } from './socketErrors.ts';
import type { SocketError } from './socketErrors.ts';

/** The objects that the events of clients act on. */
export interface CallsSocketServices {
  readonly authenticator: Pick<CallerAuthenticator, 'authenticate'>;
  readonly calls: Calls;
}

/** The dispatcher of the events of clients. */
export type CallsDispatcher = RequestDispatcher<typeof requests, CallsSession>;

/** One socket of a user or a guest: a device that calls ring on. */
export class CallsSession
  extends SocketIoSession<AuthenticatedCaller>
  implements CallDevice
{
  override readonly gateway = 'calls';
  readonly calls: Calls;
  readonly #authenticator: CallsSocketServices['authenticator'];
  readonly #dispatcher: CallsDispatcher;
  #language: string | undefined;

  constructor(
    link: SocketIoLink,
    context: SocketIoSessionContext,
    dispatcher: CallsDispatcher,
    { authenticator, calls }: CallsSocketServices,
  ) {
    super(link, context);
    this.#dispatcher = dispatcher;
    this.#authenticator = authenticator;
    this.calls = calls;
  }

  /** @throws {AppError} TOKEN_MISSING before the client is authenticated. */
  get caller(): Caller {
    return this.required.caller;
  }

  get language(): string | undefined {
    return this.#language;
  }

  deliver(event: CallEvent): void {
    this.link.send(eventText(event));
  }

  confirm(timeout: number): Promise<boolean> {
    return this.link.confirm(timeout);
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
    const identity = await this.#authenticator.authenticate(
      this.withHandshake(credentials),
    );
    const { caller } = identity;
    if (this.identity !== undefined && this.caller.key !== caller.key) {
      throw new AppError(
        authErrors.TOKEN_INVALID,
        'the connection is that of another user; open one of its own',
      );
    }
    this.identity = identity;
    this.#language = language ?? identity.language;
    return caller;
  }

  protected override dispatch(request: IncomingRequest): Promise<Outcome> {
    return this.#dispatcher.dispatch(this, request);
  }

  protected override tellAuthenticated(outcome: Outcome): void {
    const data = outcome.ok
      ? events.authenticated.data.parse({ success: true, ...outcome.reply })
      : { success: false, error: outcome.error.message };
    this.link.send(textOf({ name: 'authenticated', data }));
  }

  protected override begin(): void {
    this.places.use(this.calls.register(this));
  }

  protected override failureOf(method: string, error: AppError): SocketError {
    return socketError(method, error);
  }

  protected override tellFailure(failure: SocketError, data: unknown): void {
    const callId = callIdIn(data);
    this.link.send(
      textOf({ name: 'call:error', data: { callId, ...failure } }),
    );
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
