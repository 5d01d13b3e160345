import { iceServersFor } from '../../auth/iceServers.ts';
import { AppError, coreErrors } from '../../core/errors.ts';
import type { RequestSpec } from '../../core/contract.ts';
import type { LogFields } from '../../core/logFormat.ts';
import type { RateLimit } from '../../limits/RateLimit.ts';
import { meetingErrors } from '../../meetings/errors.ts';
import { liveRoomIdOf } from '../../meetings/ids.ts';
import type {
  EnteringSocket,
  EntryRequest,
  MeetingAdmission,
  MeetingDoor,
  MeetingPlace,
} from '../../meetings/MeetingDoor.ts';
import type {
  MeetingEnd,
  MeetingEvent,
  SignalType,
} from '../../meetings/types.ts';
import type { UserEvent } from '../../presence/Presence.ts';
import { roomErrors } from '../../rooms/errors.ts';
import type { Arrival, ClientLink } from '../../signalling/ClientLink.ts';
import { closeCodeFor } from '../../signalling/closeCodes.ts';
import { endOfLogin } from '../../signalling/endOfLogin.ts';
import { logRefusal } from '../../signalling/logRefusal.ts';
import type {
  IncomingRequest,
  Outcome,
  RequestDispatcher,
} from '../../signalling/RequestDispatcher.ts';
import type { SessionContext } from '../../signalling/Session.ts';
import type { requests, SessionEvent } from './contract.ts';
import { frameOf, messageIn, textOf } from './frames.ts';

/** The dispatcher of the messages of clients. */
export type MeetingDispatcher = RequestDispatcher<
  typeof requests,
  MeetingSession
>;

const CONNECT = 'connect' satisfies keyof typeof requests;

/** The way into sessions for sockets. */
export interface MeetingEntrance {
  readonly door: MeetingDoor;
  /** The bound on entries without a ticket. */
  readonly entries: RateLimit;
}

/** One socket of a person in a session, or of one who may enter it. */
export class MeetingSession implements EnteringSocket {
  readonly gateway = 'meetings';
  readonly context: SessionContext;
  readonly #link: ClientLink;
  readonly #dispatcher: MeetingDispatcher;
  readonly #entrance: MeetingEntrance;
  readonly #admission: MeetingAdmission;
  readonly #maxSignalBytes: () => number;
  /** Its place among the connections that are in no session. */
  #pending: Disposable;
  #deadline: NodeJS.Timeout | undefined;
  /** Its place among the sessions of the user whose token it showed. */
  #presence: Disposable | undefined;
  #place: MeetingPlace | undefined;
  /** Settles when every `connect` so far has been answered. */
  #connecting: Promise<void> | undefined;

  constructor(
    link: ClientLink,
    context: SessionContext,
    dispatcher: MeetingDispatcher,
    entrance: MeetingEntrance,
    admission: MeetingAdmission,
  ) {
    this.#link = link;
    this.context = context;
    this.#dispatcher = dispatcher;
    this.#entrance = entrance;
    this.#admission = admission;
    this.#maxSignalBytes = () => context.config.limits.sdpBytes;
    this.#pending = context.pending.acquireBeyond(link.network);
    this.#startDeadline();
    this.#registerLogin();
    link.onClose(() => {
      clearTimeout(this.#deadline);
      this.#pending[Symbol.dispose]();
      this.#presence?.[Symbol.dispose]();
      this.#place?.live.leave(this.#place.peerId, this);
      this.#place = undefined;
    });
    link.onMessage((text, arrival) => this.#receive(text, arrival));
  }

  get network(): string {
    return this.#link.network;
  }

  get closed(): boolean {
    return this.#link.closed;
  }

  /** The client's ids, as far as they are known, for the log. */
  get about(): LogFields {
    const { meeting, client } = this.#admission;
    return {
      room: liveRoomIdOf(meeting.id),
      peer: this.#place?.peerId,
      user: client?.kind === 'user' ? client.userId : undefined,
    };
  }

  /**
   * Takes the client into the session.
   *
   * @throws {AppError} ALREADY_JOINED, LIMIT_REACHED; and as
   *   {@link MeetingDoor.enter}.
   */
  async connect(request: EntryRequest): Promise<void> {
    if (this.#place !== undefined) {
      throw new AppError(
        roomErrors.ALREADY_JOINED,
        'the connection is in the session already; send disconnect first',
      );
    }
    const { door, entries } = this.#entrance;
    if (this.#admission.ticket === undefined) {
      entries.take(this.network);
    }
    const since = performance.now();
    await door.enter(this.#admission, request, this);
    const duration = performance.now() - since;
    const { gateway } = this;
    this.context.metrics.joins.observe({ gateway }, duration / 1_000);
  }

  entered(place: MeetingPlace): void {
    clearTimeout(this.#deadline);
    this.#pending[Symbol.dispose]();
    this.#place = place;
    const { peerId, title, others } = place;
    const iceServers = iceServersFor(peerId, this.context.config.ice);
    this.#send({
      name: 'connected',
      data: {
        peerId,
        title,
        peers: [...others],
        ...(iceServers.length > 0 && { iceServers }),
      },
    });
  }

  /** Takes the client out of the session. It may connect again. */
  disconnect(): void {
    const { live, peerId } = this.#required;
    this.#place = undefined;
    this.#pending = this.context.pending.acquireBeyond(this.network);
    this.#startDeadline();
    live.leave(peerId, this);
  }

  /**
   * Passes a signal on to others in the session.
   *
   * @throws {AppError} VALIDATION_ERROR if it is too long, PEER_NOT_FOUND,
   *   PEER_UNREACHABLE.
   */
  signal(
    kind: SignalType,
    { to, ...fields }: { to?: string | undefined; [field: string]: unknown },
  ): void {
    const { live, peerId } = this.#required;
    const bytes = Buffer.byteLength(JSON.stringify(fields));
    const most = this.#maxSignalBytes();
    if (bytes > most) {
      throw new AppError(
        coreErrors.VALIDATION_ERROR,
        `limits.sdpBytes: expected a signal of at most ${most} bytes, got ${bytes}`,
        { option: 'limits.sdpBytes' },
      );
    }
    live.signal(peerId, { kind, to, fields });
  }

  deliver(event: MeetingEvent): void {
    this.#link.send(frameOf(event));
  }

  end(reason: MeetingEnd): void {
    this.#place = undefined;
    switch (reason) {
      case 'replaced':
        this.#link.close(
          'ended',
          'replaced: a newer connection of the same person came',
        );
        break;
      case 'removed':
      case 'banned':
      case 'moved':
        this.#link.close(...closeCodeFor(reason));
        break;
      case 'ended':
        this.#link.close('roomDeleted', 'the session has ended');
        break;
    }
  }

  /**
   * Makes sure that the client may send a message now.
   *
   * @throws {AppError} NOT_JOINED.
   */
  permit(method: string, { requires }: RequestSpec): void {
    if (requires === 'member' && this.#place === undefined) {
      throw new AppError(
        roomErrors.NOT_JOINED,
        `${method} is for people in the session; send connect first`,
      );
    }
  }

  /** Logs a refusal, prominently if it keeps the client out. */
  noteRefusal(method: string, error: AppError): void {
    const isOutside = this.#place === undefined;
    logRefusal(this, this.#link, method, error, isOutside);
  }

  /** @throws {AppError} NOT_JOINED. */
  get #required(): MeetingPlace {
    if (this.#place === undefined) {
      throw new AppError(
        roomErrors.NOT_JOINED,
        'the connection is not in the session; send connect first',
      );
    }
    return this.#place;
  }

  #receive(text: string, arrival: Arrival): void {
    const { type, data } = messageIn(text);
    // What follows a connect waits for it, in the order in which it came.
    const after = this.#connecting;
    const request = { method: type ?? '', data, arrival, after };
    const served = this.#serve(request, type !== undefined);
    if (type === CONNECT) {
      // One that is refused at once may overtake another that still goes on.
      this.#connecting = after?.then(() => served) ?? served;
    }
  }

  async #serve(request: IncomingRequest, isMessage: boolean): Promise<void> {
    using _request = this.#beginRequest();
    const outcome = await this.#dispatcher.dispatch(this, request);
    if (outcome.ok) {
      return;
    }
    const { code, message } = isMessage
      ? outcome.error
      : unreadable(outcome.error);
    this.#send({ name: 'error', data: { code, message } });
    this.#closeAfter(outcome);
  }

  /** Counts a request until it is answered, for a stop and for a flooding client. */
  #beginRequest(): Disposable {
    const counted = new DisposableStack();
    counted.use(this.context.requests.begin());
    counted.use(this.#link.requests.begin());
    return counted;
  }

  /** Closes the connection after an error that another attempt would meet again. */
  #closeAfter({ error }: Outcome & { ok: false }): void {
    if (error.code === meetingErrors.SESSION_FULL.code) {
      const { option } = error;
      this.#link.close('full', error.message, { option });
    } else if (error.code === meetingErrors.SESSION_NOT_FOUND.code) {
      this.#link.close('roomDeleted', error.message);
    } else if (error.code === roomErrors.ROOM_ELSEWHERE.code) {
      this.#link.close('moved', error.message);
    } else if (error.code === coreErrors.SHUTTING_DOWN.code) {
      this.#link.close('restart', error.message);
    } else if (
      error.code === roomErrors.BANNED.code ||
      error.code === roomErrors.REMOVED.code
    ) {
      this.#link.close('ended', error.message);
    }
  }

  #startDeadline(): void {
    const { joinTimeout } = this.context.config.signalling;
    this.#deadline = setTimeout(() => {
      this.#link.close('joinTimeout', `no connect within ${joinTimeout} ms`);
    }, joinTimeout);
  }

  /** Closes the socket when the login of the token that it showed ends. */
  #registerLogin(): void {
    const { client } = this.#admission;
    if (client?.kind !== 'user' || client.loginId === undefined) {
      return;
    }
    const { userId, loginId } = client;
    this.#presence = this.context.presence.register(userId, {
      deliver: (event: UserEvent) => {
        const reason = endOfLogin(event, loginId);
        if (reason !== undefined) {
          this.#link.close('loginEnded', reason);
        }
      },
    });
  }

  #send(event: SessionEvent): void {
    this.#link.send(textOf(event));
  }
}

/** The error for a frame that is no message, unless the frame came too fast. */
function unreadable(error: AppError): AppError {
  return error.code === coreErrors.UNKNOWN_METHOD.code
    ? new AppError(
        coreErrors.VALIDATION_ERROR,
        'expected a JSON object with a text as its type, got something else',
      )
    : error;
}
