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
import { cutEvents } from '../../core/cutToSchema.ts';
import { AppError } from '../../core/errors.ts';
import type { Peer } from '../../rooms/Peer.ts';
import type {
  IncomingRequest,
  Outcome,
  RequestDispatcher,
} from '../../signalling/RequestDispatcher.ts';
import type { SocketIoLink } from '../../signalling/socketio/SocketIoLink.ts';
import { SocketIoSession } from '../../signalling/socketio/SocketIoSession.ts';
import type { SocketIoSessionContext } from '../../signalling/socketio/SocketIoSession.ts';
import { events } from './contract.ts';
import type { MediaEvent, requests } from './contract.ts';
import { errorOf } from './encodeError.ts';

/** The objects that the events of clients act on. */
export interface MediaSocketServices {
  readonly authenticator: Pick<CallerAuthenticator, 'authenticate'>;
  readonly calls: Calls;
}

/** A failure as the contract has it. */
type MediaFailure = ReturnType<typeof errorOf>;

/** The dispatcher of the events of clients. */
export type MediaDispatcher = RequestDispatcher<typeof requests, MediaSession>;

/** A participant who has said who it is. */
interface Stay extends AuthenticatedCaller {
  readonly callId: string;
  readonly participantId: string;
}

const cut = cutEvents(events);

/** The text of an event of the contract. */
export function textOf({ name, data }: MediaEvent): string {
  return JSON.stringify([name, cut(name, data)]);
}

/** One socket of a participant: the signalling for its media in a call. */
export class MediaSession
  extends SocketIoSession<Stay>
  implements ProducerWatcher
{
  override readonly gateway = 'media';
  readonly #services: MediaSocketServices;
  readonly #dispatcher: MediaDispatcher;

  constructor(
    link: SocketIoLink,
    context: SocketIoSessionContext,
    dispatcher: MediaDispatcher,
    services: MediaSocketServices,
  ) {
    super(link, context);
    this.#dispatcher = dispatcher;
    this.#services = services;
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
    if (this.identity !== undefined) {
      throw new AppError(
        authErrors.TOKEN_INVALID,
        'the client is authenticated already; open another connection',
      );
    }
    const { authenticator, calls } = this.#services;
    const identity = await authenticator.authenticate(
      this.withHandshake(credentials),
    );
    const { caller } = identity;
    const { participantId } = await calls.participant(caller, callId);
    const { routerId } = await calls.peers.openRoom(callId, caller);
    this.identity = { ...identity, callId, participantId };
    return { participantId, routerId };
  }

  /**
   * The client's peer in the room of the call.
   *
   * @throws {AppError} As {@link CallPeers.enter}.
   */
  peer(): Promise<Peer> {
    const { callId, participantId, caller } = this.required;
    return this.#services.calls.peers.enter(
      callId,
      participantId,
      caller,
      this.link.network,
    );
  }

  opened(data: CallProducer): void {
    this.#send({ name: 'new-producer', data });
  }

  closed(data: CallProducer): void {
    this.#send({ name: 'producer-closed', data });
  }

  peerLost(): void {
    this.link.close('mediaLost', 'the media is lost; connect and begin again');
  }

  ended(): void {
    this.link.close('ended', 'the call does without the server, or has ended');
  }

  protected override dispatch(request: IncomingRequest): Promise<Outcome> {
    return this.#dispatcher.dispatch(this, request);
  }

  protected override tellAuthenticated(outcome: Outcome): void {
    const data = outcome.ok
      ? { success: true, ...outcome.reply }
      : { success: false, error: outcome.error.message };
    this.#send({ name: 'authenticated', data });
  }

  /** Tells the client of what is there, and of changes from then on. */
  protected override async begin(): Promise<void> {
    const { callId, caller } = this.required;
    const { peers } = this.#services.calls;
    try {
      const watch = await peers.watch(callId, caller, this);
      if (this.link.closed) {
        watch[Symbol.dispose]();
      } else {
        this.places.use(watch);
      }
    } catch {
      // The room has closed, or the participant has left since.
      this.ended();
    }
  }

  protected override failureOf(_method: string, error: AppError): MediaFailure {
    return errorOf(error);
  }

  protected override tellFailure(data: MediaFailure): void {
    this.#send({ name: 'call:error', data });
  }

  #send(event: MediaEvent): void {
    this.link.send(textOf(event));
  }
}
