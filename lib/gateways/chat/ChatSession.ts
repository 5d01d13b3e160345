import { randomUUID } from 'node:crypto';

import type { Grants } from '../../auth/Grants.ts';
import { liveRoomIdOf } from '../../chat/liveRoomIds.ts';
import { AppError, coreErrors, fault } from '../../core/errors.ts';
import { Logger } from '../../core/logger.ts';
import { roomErrors } from '../../rooms/errors.ts';
import type { EndReason } from '../../rooms/events.ts';
import type { CloseArguments, CloseCode } from '../../signalling/closeCodes.ts';
import type { Arrival, ClientLink } from '../../signalling/ClientLink.ts';
import type { RequestDispatcher } from '../../signalling/RequestDispatcher.ts';
import { Session } from '../../signalling/Session.ts';
import type { SessionContext } from '../../signalling/Session.ts';
import { CONTENT } from './contract.ts';
import type { requests } from './contract.ts';
import { frameOf } from './frames.ts';

const logger = new Logger('ChatSession');

/** The dispatcher of the messages to the gateway. */
type ChatDispatcher = RequestDispatcher<typeof requests, ChatSession>;

/** A user's socket in a lasting room. Each is a peer of its own in the live room. */
export class ChatSession extends Session {
  override readonly gateway = 'chat';
  override readonly grants: Grants;
  readonly #dispatcher: ChatDispatcher;
  /** Settles when the live room has been entered, or the connection closed. */
  readonly #entered: Promise<void>;

  constructor(
    link: ClientLink,
    context: SessionContext,
    dispatcher: ChatDispatcher,
    { roomId, grants }: { roomId: number; grants: Grants },
  ) {
    super(link, context);
    this.grants = grants;
    this.#dispatcher = dispatcher;
    const liveRoomId = liveRoomIdOf(roomId);
    this.describe({ room: liveRoomId, user: grants.identity.userId });
    this.registerUser();
    this.startDeadline('the room could not be opened');
    link.onMessage((text, arrival) => void this.#receive(text, arrival));
    this.#entered = this.#enter(liveRoomId);
  }

  protected override get codeForEndedLogin(): CloseCode {
    return 'loginEnded';
  }

  protected override codeFor(reason: EndReason): CloseArguments {
    return reason === 'deleted'
      ? ['roomDeleted', 'the room was deleted']
      : super.codeFor(reason);
  }

  /** The contract has no replies: what is not valid is dropped and logged. */
  override noteRefusal(method: string, error: AppError): void {
    const { code, message: reason } = error;
    this.context.log.write('info', 'message dropped', {
      method: this.#dispatcher.specOf(method) && method,
      code,
      gateway: this.gateway,
      network: this.link.network,
      ...this.about,
      request: this.link.id,
      reason,
    });
  }

  async #enter(liveRoomId: string): Promise<void> {
    const id = randomUUID();
    const { name, userId } = this.grants.identity;
    try {
      await this.join(liveRoomId, (client, enter) =>
        this.context.registry.join(
          liveRoomId,
          { ...client, id, encode: frameOf, displayName: name ?? userId },
          enter,
        ),
      );
      this.startEvents();
    } catch (error) {
      this.#closeFor(
        error instanceof AppError
          ? error
          : fault(logger, 'entering a room', error),
      );
    }
  }

  async #receive(text: string, arrival: Arrival): Promise<void> {
    const outcome = await this.#dispatcher.dispatch(this, {
      ...requestIn(text),
      arrival,
      after: this.#entered,
    });
    if (outcome.ok) {
      return;
    }
    const { code, status } = outcome.error;
    if (status >= 500 || code === roomErrors.ROOM_CLOSED.code) {
      // The message is lost, and there is no other way to say so.
      this.#closeFor(outcome.error);
    }
  }

  /** Closes the connection with the code for a failure. */
  #closeFor({ code, option, message }: AppError): void {
    switch (code) {
      case roomErrors.ROOM_NOT_FOUND.code:
      case roomErrors.ROOM_CLOSED.code:
        this.link.close('roomDeleted', 'the room was deleted');
        break;
      case roomErrors.BANNED.code:
        this.link.close('ended', message, { name: 'banned' });
        break;
      case roomErrors.REMOVED.code:
        this.link.close('ended', message, { name: 'removed' });
        break;
      case roomErrors.ROOM_ELSEWHERE.code:
        this.link.close('moved', message);
        break;
      case coreErrors.SHUTTING_DOWN.code:
        this.link.close('goingAway', message);
        break;
      case coreErrors.SERVER_FULL.code:
      case coreErrors.LIMIT_REACHED.code:
      case roomErrors.ROOM_FULL.code:
      case roomErrors.ROOM_LOCKED.code:
      case roomErrors.ROOM_HAS_LOBBY.code:
        this.link.close('full', message, { option });
        break;
      default:
        this.link.close('unavailable', message);
    }
  }
}

/** The request in a frame; one that is no message at all fails for its data. */
export function requestIn(text: string): { method: string; data: unknown } {
  let data: unknown;
  try {
    data = JSON.parse(text);
  } catch {
    return { method: CONTENT, data: text };
  }
  const type =
    typeof data === 'object' && data !== null && 'type' in data
      ? data.type
      : CONTENT;
  return { method: typeof type === 'string' ? type : typeof type, data };
}
