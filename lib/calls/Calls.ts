import type { Identity } from '../auth/Identity.ts';
import { AppError, coreErrors } from '../core/errors.ts';
import type { LimitUse } from '../limits/options.ts';
import type {
  CallMode,
  CallSettings,
  CallStatus,
  CallSummary,
} from '../store/CallStore.ts';
import { CallBans } from './CallBans.ts';
import { CallHolds } from './CallHolds.ts';
import { CallPeers } from './CallPeers.ts';
import { CallDevices } from './CallDevices.ts';
import { CallStarts, conversationOf } from './CallStarts.ts';
import type { CallServices } from './CallStarts.ts';
import type { LiveCall } from './LiveCall.ts';
import type { CallContext } from './LiveCall.ts';
import { LiveCalls } from './LiveCalls.ts';
import {
  clientOf,
  requireAuthority,
  requireMember,
  requireMemberOf,
  requireModerator,
  requireOwn,
  requireParticipation,
} from './permissions.ts';
import { SignalRelay } from './SignalRelay.ts';
import { Transcripts } from './Transcripts.ts';
import type {
  CallDevice,
  Caller,
  CallMedia,
  CallRequest,
  CallView,
  JoinedCall,
  ParticipantView,
} from './types.ts';
import { durationOf, storedView } from './views.ts';

/** Calls in conversations, from the first ring to the history. */
export class Calls {
  /** The peers of participants, while calls have rooms. */
  readonly peers: CallPeers;
  /** The texts of calls. */
  readonly transcripts: Transcripts;
  readonly #services: CallServices;
  readonly #context: CallContext;
  readonly #devices = new CallDevices();
  readonly #live: LiveCalls;
  readonly #signals: SignalRelay;
  readonly #holds: CallHolds;
  readonly #starts: CallStarts;
  readonly #bans: CallBans;
  #stopping = false;

  constructor(services: CallServices) {
    const { store, limits, options, translator } = services;
    this.#services = services;
    this.#live = new LiveCalls(store);
    this.#bans = new CallBans(services.bans, this.#live);
    this.peers = new CallPeers(this.#live, services.rooms);
    this.#signals = new SignalRelay(this.#live, limits);
    this.transcripts = new Transcripts(this.#live, store, limits, translator);
    this.#context = {
      ...services,
      devices: this.#devices,
      requireEntry: (call, identity) => this.#requireEntry(call, identity),
      onEndStored: (call) => this.#live.delete(call),
    };
    const holder = { name: services.server, time: () => options.serverTimeout };
    this.#holds = new CallHolds(
      store,
      this.#live,
      this.#devices,
      holder,
      services.observer,
    );
    this.#starts = new CallStarts(
      services,
      this.#live,
      this.#holds,
      this.#context,
    );
  }

  /** The limit on calls. */
  get limitUse(): LimitUse {
    const { calls } = this.#services.limits;
    return { option: 'calls', limit: calls, used: this.#live.size };
  }

  /**
   * Ends the calls that were live when the server stopped the last time, before
   * others begin. Their media did not survive it, and neither did the deadlines
   * of the ringing. From then on, those of other servers that stop are ended.
   *
   * @returns The number of calls.
   * @throws {AppError} STORE_UNAVAILABLE.
   */
  endInterrupted(): Promise<number> {
    return this.#holds.start();
  }

  /** True if a call goes on at this server. */
  has(callId: string): boolean {
    return this.#live.find(callId) !== undefined;
  }

  /**
   * Connects a device until it is disposed of. Calls that ring for its caller
   * ring on it, a participant without a device returns with it, and one whose
   * stay has ended meanwhile is told: so the client has to be told first that
   * it is authenticated.
   */
  register(device: CallDevice): Disposable {
    const place = this.#devices.add(device);
    for (const event of this.#devices.missed.take(device.caller.key)) {
      device.deliver(event);
    }
    for (const call of this.#live.all) {
      call.deviceConnected(device);
    }
    return {
      [Symbol.dispose]: () => {
        place[Symbol.dispose]();
        for (const call of this.#live.all) {
          call.deviceGone(device);
        }
      },
    };
  }

  /**
   * Starts a call, which rings for the other members of the conversation.
   *
   * @param device - The device that is in the call.
   * @throws {AppError} PERMISSION_DENIED, LIMIT_REACHED, SERVER_FULL,
   *   CONVERSATION_NOT_FOUND, INVALID_CONVERSATION_TYPE, NOT_A_MEMBER,
   *   CALL_ALREADY_ACTIVE, SHUTTING_DOWN, and those of the directory.
   */
  async initiate(
    caller: Caller,
    request: CallRequest,
    device?: CallDevice,
  ): Promise<CallView> {
    this.#requireRunning();
    const call = await this.#starts.start(caller, request, device);
    const view = call.view();
    if (this.#stopping) {
      await call.end('error');
    }
    return view;
  }

  /**
   * A call for someone who is or was in it, and for admins.
   *
   * @throws {AppError} CALL_NOT_FOUND, PERMISSION_DENIED, STORE_UNAVAILABLE.
   */
  async get(caller: Caller, callId: string): Promise<CallView> {
    const record = await this.#live.record(callId);
    requireParticipation(caller, record);
    const call = this.#live.find(callId);
    return call === undefined || call.ended ? storedView(record) : call.view();
  }

  /**
   * Joins a call, or accepts it where it rings.
   *
   * @throws {AppError} CALL_NOT_FOUND, CALL_ENDED, PERMISSION_DENIED, KICKED, BANNED,
   *   ALREADY_PARTICIPANT, MAX_PARTICIPANTS_REACHED, MEDIA_SERVER_ERROR,
   *   TIMEOUT, SHUTTING_DOWN, and those of the directory.
   */
  async join(
    caller: Caller,
    callId: string,
    media: CallMedia,
    device?: CallDevice,
  ): Promise<JoinedCall> {
    const call = await this.#live.get(callId);
    return call.join(caller, media, device, async () => {
      await this.#requireMember(call, caller);
      await this.#bans.require(call, caller);
    });
  }

  /**
   * Rejects a call that rings.
   *
   * @throws {AppError} CALL_NOT_FOUND, CALL_ENDED, PERMISSION_DENIED.
   */
  async reject(
    caller: Caller,
    callId: string,
    device?: CallDevice,
  ): Promise<void> {
    const call = await this.#live.get(callId);
    await call.reject(caller, device);
  }

  /**
   * Removes the participant who is the caller; or another one for good, which
   * the initiator and admins can.
   *
   * @throws {AppError} CALL_NOT_FOUND, CALL_ENDED, PARTICIPANT_NOT_FOUND,
   *   PERMISSION_DENIED.
   */
  async remove(
    caller: Caller,
    callId: string,
    participantId: string,
  ): Promise<ParticipantView> {
    const call = await this.#live.get(callId);
    const participant = call.people.get(participantId);
    if (participant.caller.key === caller.key) {
      return call.remove(participantId, 'left');
    }
    requireAuthority(caller, call.record, 'remove other participants');
    return call.remove(participantId, 'kicked');
  }

  /**
   * Removes a user who is no longer a member of a conversation from its call.
   * With the conversation, the call is open to the user again.
   */
  removeMember(conversationId: string, userId: string): void {
    for (const call of this.#live.all) {
      if (call.record.conversationId === conversationId) {
        call.expel(
          { key: `user:${userId}`, userId, guestId: undefined },
          'the participant is no longer a member of the conversation',
        );
      }
    }
  }

  /**
   * Ends a call for all.
   *
   * @throws {AppError} CALL_NOT_FOUND, CALL_ENDED, PERMISSION_DENIED.
   */
  async end(caller: Caller, callId: string): Promise<CallView> {
    const call = await this.#live.get(callId);
    requireAuthority(caller, call.record, 'end it');
    return call.end('forced', caller.userId);
  }

  /**
   * Ends a call for all, in the name of the server.
   *
   * @throws {AppError} CALL_NOT_FOUND, CALL_ENDED.
   */
  async endByServer(callId: string): Promise<CallView> {
    const call = await this.#live.get(callId);
    return call.end('forced');
  }

  /**
   * The calls of a conversation, the newest first, and how many there are.
   *
   * @throws {AppError} CONVERSATION_NOT_FOUND, PERMISSION_DENIED, and those of
   *   the directory.
   */
  async history(
    caller: Caller,
    conversationId: string,
    page: { limit: number; offset: number; status?: CallStatus | undefined },
  ): Promise<{ calls: (CallSummary & { duration: number })[]; total: number }> {
    requireMember(
      await conversationOf(this.#services.conversations, conversationId),
      caller,
    );
    const { calls, total } = await this.#services.store.history(
      conversationId,
      page,
    );
    const timed = calls.map((it) => ({ ...it, duration: durationOf(it) }));
    return { calls: timed, total };
  }

  /**
   * Switches the mode of a call, and waits until its participants have. The mode
   * is kept until their number changes.
   *
   * @throws {AppError} CALL_NOT_FOUND, CALL_ENDED, PERMISSION_DENIED,
   *   INVALID_MODE, MODE_SWITCH_FAILED, MEDIA_SERVER_ERROR, TIMEOUT.
   */
  async switchMode(
    caller: Caller,
    callId: string,
    mode: CallMode,
  ): Promise<CallView> {
    const call = await this.#live.get(callId);
    requireModerator(caller);
    return call.switchMode(mode);
  }

  /**
   * Notes that a participant has switched to the other mode, or could not.
   *
   * @param participantId - Ignored if it is another's; the caller's by default.
   * @throws {AppError} CALL_NOT_FOUND, CALL_ENDED, PERMISSION_DENIED.
   */
  async acknowledgeSwitch(
    caller: Caller,
    callId: string,
    outcome: 'switched' | 'failed',
    participantId?: string,
  ): Promise<void> {
    const { call, participant } = await this.#live.in(callId, caller);
    if (participantId === undefined || participantId === participant.id) {
      call.mode.acknowledge(participant, outcome);
    }
  }

  /** Passes a signal on, as {@link SignalRelay.send} does. */
  signal(...signal: Parameters<SignalRelay['send']>): Promise<void> {
    return this.#signals.send(...signal);
  }

  /** Relays a text that someone has said, as {@link Transcripts.speak} does. */
  speak(...spoken: Parameters<Transcripts['speak']>): Promise<void> {
    return this.transcripts.speak(...spoken);
  }

  /** Relays a text of a media server, as {@link Transcripts.submit} does. */
  submit(
    ...submitted: Parameters<Transcripts['submit']>
  ): ReturnType<Transcripts['submit']> {
    return this.transcripts.submit(...submitted);
  }

  /**
   * Tells the other participants of the devices that someone uses.
   *
   * @throws {AppError} CALL_NOT_FOUND, CALL_ENDED, PERMISSION_DENIED.
   */
  async setMedia(
    caller: Caller,
    callId: string,
    media: CallSettings,
    participantId?: string,
  ): Promise<void> {
    const { call, participant } = await this.#live.in(callId, caller);
    requireOwn(participant, participantId);
    participant.media = media;
    const { id, record } = participant;
    const { username } = record;
    call.people.broadcast(
      { type: 'mediaState', callId, participantId: id, username, ...media },
      participant,
    );
  }

  /**
   * The participant who is a caller.
   *
   * @throws {AppError} CALL_NOT_FOUND, CALL_ENDED, PERMISSION_DENIED, KICKED.
   */
  async participant(caller: Caller, callId: string): Promise<ParticipantView> {
    const { participant } = await this.#live.in(callId, caller);
    return participant.view;
  }

  /** Starts no more calls; the present ones go on. */
  drain(): void {
    this.#stopping = true;
  }

  /** Ends every call, because the server stops. */
  async close(): Promise<void> {
    this.drain();
    await Promise.allSettled([
      this.#holds.close(),
      ...this.#live.all.map((call) => call.end('error')),
    ]);
    for (const call of this.#live.all) {
      call.close();
    }
    this.transcripts.close();
  }

  /** Makes sure that someone is in the call, or belongs to its conversation. */
  async #requireMember(call: LiveCall, caller: Caller): Promise<void> {
    if (call.people.of(caller) === undefined) {
      const { conversationId } = call.record;
      requireMember(
        await conversationOf(this.#services.conversations, conversationId),
        caller,
      );
    }
  }

  async #requireEntry(call: LiveCall, identity: Identity): Promise<void> {
    const { people, record } = call;
    const client = clientOf(identity);
    if (people.of(client)?.belongs === true) {
      return;
    }
    people.requireNotKicked(client.key);
    const { expulsions } = people;
    const { conversations } = this.#services;
    requireMemberOf(await conversations.get(record.conversationId), client);
    people.requireNotKicked(client.key);
    if (people.expulsions !== expulsions) {
      // The conversation has lost a member since it was looked up.
      await this.#requireEntry(call, identity);
    }
  }

  /** @throws {AppError} SHUTTING_DOWN. */
  #requireRunning(): void {
    if (this.#stopping) {
      throw new AppError(
        coreErrors.SHUTTING_DOWN,
        'the server is stopping and starts no more calls',
      );
    }
  }
}
