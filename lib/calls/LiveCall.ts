import { AwaitQueue } from 'awaitqueue';

import type { Identity } from '../auth/Identity.ts';
import { AppError } from '../core/errors.ts';
import { Logger } from '../core/logger.ts';
import type {
  CallEndReason,
  CallMode as Mode,
  CallRecord,
  Calls as CallStore,
  CallSettings,
} from '../store/CallStore.ts';
import { CallMode } from './CallMode.ts';
import type { SwitchingCall } from './CallMode.ts';
import type { CallObserver } from './CallObserver.ts';
import { Departures } from './Departures.ts';
import { DeviceReturns } from './DeviceReturns.ts';
import { callErrors } from './errors.ts';
import type { Participant } from './Participant.ts';
import { newParticipant, People } from './People.ts';
import type { PeopleContext } from './People.ts';
import { Ringing } from './Ringing.ts';
import { StoredCall } from './StoredCall.ts';
import type {
  CallDevice,
  Caller,
  CallerIds,
  CallMedia,
  CallView,
  JoinedCall,
  MediaServerConfig,
  ParticipantView,
} from './types.ts';
import { callView, endEvent } from './views.ts';

const logger = new Logger('calls');

/** The services that live calls share. */
export interface CallContext extends PeopleContext {
  readonly store: CallStore;
  /**
   * Makes sure that someone may enter the room of a call.
   *
   * @throws {AppError} FORBIDDEN, and any error of the lookup.
   */
  readonly requireEntry: (call: LiveCall, identity: Identity) => Promise<void>;
  /** Called once the end of a call is stored. */
  readonly onEndStored: (call: LiveCall) => void;
  readonly observer?: CallObserver | undefined;
}

/** A call that goes on: its people, its ringing and its mode. */
export class LiveCall implements SwitchingCall {
  readonly people: People;
  readonly mode: CallMode;
  readonly #context: CallContext;
  readonly #stored: StoredCall;
  readonly #ringing: Ringing;
  readonly #departures: Departures;
  readonly #returns: DeviceReturns;
  /** Changes of the call, one after the other. */
  readonly #queue = new AwaitQueue();

  /**
   * @param record - The call as it was stored, with its initiator.
   * @param called - The keys of the members who are called.
   */
  constructor(
    record: CallRecord,
    called: readonly string[],
    context: CallContext,
  ) {
    this.#context = context;
    this.#stored = new StoredCall(
      record,
      context.store,
      () => context.onEndStored(this),
      context.observer,
    );
    this.people = new People(this.#stored, context, (participant) =>
      this.enqueue(() => this.#departures.removeLost(participant)),
    );
    this.mode = new CallMode(this, context.rooms, context.options);
    this.#departures = new Departures(this, context.rooms, () =>
      this.#end('normal'),
    );
    this.#returns = new DeviceReturns(this, context.devices);
    this.#ringing = new Ringing(record, called, context.devices, () =>
      this.enqueue(() => this.#endRinging()),
    );
  }

  get record(): CallRecord {
    return this.#stored.record;
  }

  get id(): string {
    return this.record.id;
  }

  get ended(): boolean {
    return this.record.status === 'ended';
  }

  get participants(): ReadonlyMap<string, Participant> {
    return this.people.present;
  }

  /** The call as its participants see it, in its mode or the next. */
  view(mode = this.mode.current): CallView {
    const config = mode === 'sfu' ? this.mode.config : undefined;
    return {
      ...callView({ ...this.record, mode }, this.people.views),
      ...(config !== undefined && { mediaServerConfig: config }),
    };
  }

  /** @throws {AppError} CALL_ENDED. */
  requireLive(): void {
    this.#stored.requireLive();
  }

  /** Begins with the initiator, and rings. */
  start(caller: Caller, media: CallSettings, device?: CallDevice): void {
    for (const record of this.record.participants) {
      this.people.add(record, caller, media, device);
    }
    for (const ringing of this.#ringing.devices) {
      ringing.deliver(this.#ringing.event);
    }
  }

  /** Rings a device that has connected, or takes it for one that was lost. */
  deviceConnected(device: CallDevice): void {
    if (this.ended) {
      return;
    }
    const participant = this.people.of(device.caller);
    if (participant !== undefined) {
      this.#returns.connected(participant, device);
    } else if (this.#ringing.ringsFor(device.caller)) {
      device.deliver(this.#ringing.event);
    }
  }

  /** Notes that a device has gone. */
  deviceGone(device: CallDevice): void {
    const participant = this.people.of(device.caller);
    if (participant !== undefined) {
      this.#returns.gone(participant, device);
    }
  }

  /**
   * Adds a participant, which accepts the call where it rings; or takes back one
   * who is disconnected, or whose device gives no sign of life.
   *
   * @param admit - Makes sure that the caller may be in the call.
   * @throws {AppError} CALL_ENDED, KICKED, ALREADY_PARTICIPANT,
   *   MAX_PARTICIPANTS_REACHED, and those of {@link CallRooms.open}.
   */
  async join(
    caller: Caller,
    media: CallMedia,
    device: CallDevice | undefined,
    admit: () => Promise<void>,
  ): Promise<JoinedCall> {
    if (device !== undefined) {
      await this.people.of(caller)?.confirm(device);
    }
    let joined: JoinedCall | undefined;
    while (joined === undefined) {
      await this.mode.returned;
      const { expulsions } = this.people;
      await admit();
      // Another switch may have begun while this waited for its turn, or a
      // person may have been expelled.
      joined = await this.#queue.push(() =>
        this.mode.returned === undefined &&
        this.people.expulsions === expulsions
          ? this.#join(caller, media, device)
          : undefined,
      );
    }
    return joined;
  }

  /**
   * Rejects the call where it rings.
   *
   * @throws {AppError} CALL_ENDED, PERMISSION_DENIED.
   */
  reject(caller: Caller, device?: CallDevice): Promise<void> {
    return this.#queue.push(async () => {
      this.requireLive();
      if (!this.#ringing.ringsFor(caller)) {
        throw new AppError(
          callErrors.PERMISSION_DENIED,
          'the call does not ring for this user',
        );
      }
      this.#ringing.answer(caller, 'reject', device);
      await this.#endIfAnswered();
    });
  }

  /**
   * Removes someone who may no longer be in the call, from it, its room and its
   * ringing. The call is open again to someone whom a join admits.
   *
   * @param message - The reason, for the participant.
   */
  expel(person: CallerIds, message: string): void {
    this.people.expel(person);
    this.enqueue(async () => {
      const participant = this.people.of(person);
      if (participant !== undefined) {
        await this.#departures.expel(participant, message);
      } else if (
        this.#ringing.withdraw(person.key, endEvent(this.record, 'forced'))
      ) {
        await this.#endIfAnswered();
      }
    });
  }

  /**
   * Removes a participant, for good where it is kicked.
   *
   * @throws {AppError} CALL_ENDED, PARTICIPANT_NOT_FOUND.
   */
  remove(
    participantId: string,
    how: 'left' | 'kicked',
  ): Promise<ParticipantView> {
    return this.#queue.push(() => {
      this.requireLive();
      return this.#departures.remove(participantId, how);
    });
  }

  /**
   * Ends the call for all.
   *
   * @throws {AppError} CALL_ENDED.
   */
  end(reason: CallEndReason, endedBy?: string): Promise<CallView> {
    return this.#queue.push(async () => {
      this.requireLive();
      await this.#end(reason, endedBy);
      return this.view();
    });
  }

  /**
   * Switches the mode, and waits for the outcome.
   *
   * @throws {AppError} CALL_ENDED, INVALID_MODE, MODE_SWITCH_FAILED, and those
   *   of {@link CallRooms.open}.
   */
  async switchMode(to: Mode): Promise<CallView> {
    const { outcome } = await this.#queue.push(() => {
      this.requireLive();
      return this.mode.request(to);
    });
    if (!(await outcome)) {
      this.requireLive();
      throw new AppError(
        callErrors.MODE_SWITCH_FAILED,
        `the participants did not switch to "${to}" in time`,
      );
    }
    return this.view();
  }

  /**
   * The router of the call's room, which is opened before a switch needs it.
   *
   * @throws {AppError} CALL_ENDED, and those of {@link CallRooms.open}.
   */
  openRoom(): Promise<MediaServerConfig> {
    return this.#queue.push(() => {
      this.requireLive();
      return this.mode.openRoom();
    });
  }

  requireEntry(identity: Identity): Promise<void> {
    return this.#context.requireEntry(this, identity);
  }

  roomLost(): void {
    this.enqueue(() => this.mode.roomLost());
  }

  enqueue(task: () => Promise<void>): void {
    this.#queue
      .push(async () => {
        if (!this.ended) {
          await task();
        }
      })
      .catch((error: unknown) => {
        logger.error('call %s: %o', this.id, error);
      });
  }

  storeMode(mode: Mode): Promise<void> {
    return this.#stored.switchTo(mode);
  }

  putOut(participant: Participant): Promise<void> {
    return this.#departures.removeUnswitched(participant);
  }

  fail(): Promise<void> {
    return this.#end('error');
  }

  /** Gives up storing the end of the call, because the server stops. */
  close(): void {
    this.#stored.close();
  }

  async #join(
    caller: Caller,
    media: CallMedia,
    device?: CallDevice,
  ): Promise<JoinedCall> {
    this.requireLive();
    const present = this.people.of(caller);
    if (present !== undefined) {
      present.requireReturn(device);
      return { call: this.view(this.mode.next), participant: present.view };
    }
    this.people.requirePlace(caller);
    const opened = await this.mode.prepareFor(this.participants.size + 1);
    const { status, initiator } = this.record;
    const record = newParticipant(
      caller,
      caller.userId === initiator.userId ? 'initiator' : 'participant',
    );
    const starts = status === 'initiated';
    const accepts = this.#ringing.ringsFor(caller);
    try {
      await (starts ? this.#stored.addFirst(record) : this.#stored.add(record));
    } catch (error) {
      if (opened) {
        this.mode.closeIfUnused();
      }
      throw error;
    }
    const participant = this.people.add(record, caller, media, device);
    this.people.broadcast(
      {
        type: 'participantJoined',
        callId: this.id,
        participant: participant.view,
        totalParticipants: this.participants.size,
      },
      participant,
    );
    this.mode.joined(participant);
    const call = this.view(this.mode.next);
    if (accepts) {
      this.#ringing.answer(caller, 'accept', device);
      participant.deliver({ type: 'started', call });
    }
    if (starts) {
      this.people.initiator?.deliver({ type: 'started', call: this.view() });
    }
    return { call, participant: participant.view };
  }

  /** Ends the call when all who were called have rejected it. */
  async #endIfAnswered(): Promise<void> {
    if (this.record.status === 'initiated' && this.#ringing.isAnswered) {
      await this.#end('normal');
    }
  }

  async #endRinging(): Promise<void> {
    if (this.record.status === 'initiated') {
      await this.#end('timeout');
    } else {
      this.#ringing.stop();
    }
  }

  async #end(reason: CallEndReason, endedBy?: string): Promise<void> {
    const ringing = this.#ringing.devices;
    this.#ringing.stop();
    this.people.end();
    await this.#stored.end(reason, this.people.records);
    const event = endEvent(this.record, reason, endedBy);
    this.people.broadcast(event);
    for (const device of ringing) {
      device.deliver(event);
    }
    this.mode.end();
  }
}
