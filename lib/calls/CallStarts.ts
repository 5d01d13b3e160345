import { AppError, coreErrors } from '../core/errors.ts';
import type { Live } from '../core/Live.ts';
import { ConcurrencyLimit } from '../limits/ConcurrencyLimit.ts';
import { NetworkBuckets } from '../limits/NetworkBuckets.ts';
import type { Limits } from '../limits/options.ts';
import type { RoomBans } from '../rooms/RoomBans.ts';
import type {
  CallRecord,
  Calls as CallStore,
  Conversation,
} from '../store/CallStore.ts';
import type { CallHolds } from './CallHolds.ts';
import type { CallObserver } from './CallObserver.ts';
import type { CallRooms } from './CallRooms.ts';
import { takesCalls } from './ConversationDirectory.ts';
import type { ConversationDirectory } from './ConversationDirectory.ts';
import { callErrors, conversationNotFound } from './errors.ts';
import { LiveCall } from './LiveCall.ts';
import type { CallContext } from './LiveCall.ts';
import type { LiveCalls } from './LiveCalls.ts';
import type { CallsOptions } from './options.ts';
import { newId, newParticipant } from './People.ts';
import { requireMember } from './permissions.ts';
import type { Translator } from './Translator.ts';
import type { CallDevice, Caller, CallRequest } from './types.ts';

const MINUTE = 60;

/** The services that calls are built on. */
export interface CallServices {
  readonly store: CallStore;
  readonly conversations: ConversationDirectory;
  readonly rooms: CallRooms;
  readonly bans: RoomBans;
  readonly limits: Live<Limits>;
  readonly options: Live<CallsOptions>;
  /** The name of this server among those that share the store. */
  readonly server: string;
  /** Without one, texts are not translated. */
  readonly translator: Translator | undefined;
  readonly observer?: CallObserver | undefined;
}

/**
 * The conversation with this id.
 *
 * @throws {AppError} CONVERSATION_NOT_FOUND, and those of the directory.
 */
export async function conversationOf(
  directory: ConversationDirectory,
  id: string,
): Promise<Conversation> {
  const conversation = await directory.get(id);
  if (conversation === undefined) {
    throw conversationNotFound(id);
  }
  return conversation;
}

/** The start of calls, within the limits on them. */
export class CallStarts {
  readonly #services: CallServices;
  readonly #live: LiveCalls;
  readonly #holds: CallHolds;
  readonly #context: CallContext;
  readonly #limit: ConcurrencyLimit;
  readonly #rates: NetworkBuckets;

  constructor(
    services: CallServices,
    live: LiveCalls,
    holds: CallHolds,
    context: CallContext,
  ) {
    const { limits } = services;
    this.#services = services;
    this.#live = live;
    this.#holds = holds;
    this.#context = context;
    this.#limit = new ConcurrencyLimit(
      limits,
      'calls',
      'calls on this server',
      coreErrors.SERVER_FULL,
    );
    this.#rates = new NetworkBuckets({
      get perSecond() {
        return limits.callsPerMinute / MINUTE;
      },
      get burst() {
        return limits.callsPerMinute;
      },
    });
  }

  /**
   * Starts a call, which rings.
   *
   * @throws {AppError} As {@link Calls.initiate}.
   */
  async start(
    caller: Caller,
    { conversationId, type, settings }: CallRequest,
    device?: CallDevice,
  ): Promise<LiveCall> {
    const { userId, username } = caller;
    if (userId === undefined) {
      throw new AppError(
        callErrors.PERMISSION_DENIED,
        'guests can join calls, but not start them',
      );
    }
    this.#takeRate(caller);
    using _place = this.#limit.acquire(this.#live.size);
    const { conversations, options, store, observer } = this.#services;
    const conversation = await conversationOf(conversations, conversationId);
    requireCalls(conversation);
    requireMember(conversation, caller, callErrors.NOT_A_MEMBER);
    const createdAt = new Date();
    const record: CallRecord = {
      id: newId(),
      conversationId,
      type,
      mode: 'p2p',
      status: 'initiated',
      initiator: { userId, username },
      createdAt,
      expiresAt: new Date(createdAt.getTime() + options.ringTimeout),
      startedAt: undefined,
      endedAt: undefined,
      endReason: undefined,
      participants: [newParticipant(caller, 'initiator')],
    };
    if (!(await store.create(record, this.#holds.hold))) {
      throw new AppError(
        callErrors.CALL_ALREADY_ACTIVE,
        'the conversation has a call already; join it',
      );
    }
    observer?.observe({ type: 'initiated', call: record });
    for (const participant of record.participants) {
      observer?.observe({ type: 'joined', call: record, participant });
    }
    const called = conversation.members
      .filter((member) => member.userId !== userId)
      .map((member) => `user:${member.userId}`);
    const call = new LiveCall(record, called, this.#context);
    this.#live.add(call);
    const { audioEnabled = true, videoEnabled = type === 'video' } =
      settings ?? {};
    const { screenShareEnabled = false } = settings ?? {};
    call.start(
      caller,
      { audioEnabled, videoEnabled, screenShareEnabled },
      device,
    );
    return call;
  }

  /** @throws {AppError} LIMIT_REACHED. */
  #takeRate({ key }: Caller): void {
    const retryAfter = Math.ceil(this.#rates.wait(key));
    if (retryAfter > 0) {
      const { callsPerMinute } = this.#services.limits;
      throw new AppError(
        coreErrors.LIMIT_REACHED,
        `limits.callsPerMinute: expected at most ${callsPerMinute} a minute from one user; try again in ${retryAfter} s`,
        { option: 'limits.callsPerMinute', retryAfter },
      );
    }
    this.#rates.take(key);
  }
}

/** @throws {AppError} INVALID_CONVERSATION_TYPE. */
function requireCalls(conversation: Conversation): void {
  if (!takesCalls(conversation)) {
    throw new AppError(
      callErrors.INVALID_CONVERSATION_TYPE,
      `conversationId: expected a direct or group conversation, got a ${conversation.type} one`,
    );
  }
}
