import { randomBytes } from 'node:crypto';

import { AppError } from '../core/errors.ts';
import type { Live } from '../core/Live.ts';
import { Logger } from '../core/logger.ts';
import type { Limits } from '../limits/options.ts';
import type { CallSettings, ParticipantRecord } from '../store/CallStore.ts';
import type { CallDevices } from './CallDevices.ts';
import type { CallRooms } from './CallRooms.ts';
import { callErrors } from './errors.ts';
import type { CallsOptions } from './options.ts';
import { Participant } from './Participant.ts';
import type { ParticipantContext } from './Participant.ts';
import type { StoredCall } from './StoredCall.ts';
import type {
  CallDevice,
  CallEvent,
  Caller,
  CallerIds,
  CallMedia,
  ParticipantView,
} from './types.ts';
import { participantView, errorEvent } from './views.ts';

const logger = new Logger('calls');

/** The services that the participants of all calls share. */
export interface PeopleContext {
  readonly devices: CallDevices;
  readonly rooms: CallRooms;
  readonly limits: Live<Limits>;
  readonly options: Live<CallsOptions>;
}

/** Makes the id of a call, a participant or a text. */
export function newId(): string {
  return randomBytes(12).toString('hex');
}

/** A participant who joins now. */
export function newParticipant(
  { userId, guestId, username }: Caller,
  role: ParticipantRecord['role'],
): ParticipantRecord {
  return {
    id: newId(),
    userId,
    guestId,
    username,
    role,
    joinedAt: new Date(),
    leftAt: undefined,
    kicked: false,
  };
}

/** The participants of a live call. */
export class People {
  readonly #call: StoredCall;
  readonly #context: PeopleContext;
  readonly #participantContext: ParticipantContext;
  readonly #present = new Map<string, Participant>();
  /** The keys of people who were removed for good. */
  readonly #kicked = new Set<string>();
  #joins = 0;
  #expulsions = 0;

  /** @param onLost - Called when a participant has had no device for too long. */
  constructor(
    call: StoredCall,
    context: PeopleContext,
    onLost: (participant: Participant) => void,
  ) {
    const { devices, limits, options } = context;
    this.#call = call;
    this.#context = context;
    this.#participantContext = {
      devices,
      signalRate: {
        get perSecond() {
          return limits.signalsPerSecond;
        },
        get burst() {
          return limits.signalBurst;
        },
      },
      reconnectTimeout: () => options.reconnectTimeout,
      confirmTimeout: () => options.confirmTimeout,
      onLost,
    };
  }

  get present(): ReadonlyMap<string, Participant> {
    return this.#present;
  }

  get records(): ParticipantRecord[] {
    return Array.from(this.#present.values(), ({ record }) => record);
  }

  get views(): ParticipantView[] {
    return Array.from(this.#present.values(), ({ view }) => view);
  }

  /** Grows with everyone who may no longer be in the call. */
  get expulsions(): number {
    return this.#expulsions;
  }

  /** The initiator, while in the call. */
  get initiator(): Participant | undefined {
    return Array.from(this.#present.values()).find(
      ({ record }) => record.role === 'initiator',
    );
  }

  /** The participant who is a caller. */
  of({ key }: Pick<Caller, 'key'>): Participant | undefined {
    return Array.from(this.#present.values()).find(
      ({ caller }) => caller.key === key,
    );
  }

  /** @throws {AppError} PARTICIPANT_NOT_FOUND. */
  get(participantId: string): Participant {
    const participant = this.#present.get(participantId);
    if (participant === undefined) {
      throw new AppError(
        callErrors.PARTICIPANT_NOT_FOUND,
        `participantId: expected a participant of the call, got ${JSON.stringify(participantId)}`,
      );
    }
    return participant;
  }

  /** @throws {AppError} KICKED. */
  requireNotKicked(key: string): void {
    if (this.#kicked.has(key)) {
      throw new AppError(
        callErrors.KICKED,
        'the user was removed from the call and cannot return to it',
      );
    }
  }

  /** @throws {AppError} KICKED, MAX_PARTICIPANTS_REACHED. */
  requirePlace({ key }: Caller): void {
    this.requireNotKicked(key);
    const { maxParticipants, joinsPerCall } = this.#context.options;
    if (this.#present.size >= maxParticipants) {
      throw new AppError(
        callErrors.MAX_PARTICIPANTS_REACHED,
        `the call is full: it takes ${maxParticipants} participants`,
        { option: 'calls.maxParticipants' },
      );
    }
    if (this.#joins >= joinsPerCall) {
      throw new AppError(
        callErrors.MAX_PARTICIPANTS_REACHED,
        `participants have joined the call ${joinsPerCall} times, which is the most`,
        { option: 'calls.joinsPerCall' },
      );
    }
  }

  /** Adds a participant whose record is stored. */
  add(
    record: ParticipantRecord,
    caller: Caller,
    media: CallMedia & Partial<CallSettings>,
    device?: CallDevice,
  ): Participant {
    const participant = new Participant(
      record,
      caller,
      { screenShareEnabled: false, ...media },
      this.#participantContext,
    );
    this.#context.devices.missed.forget(caller.key, this.#call.record.id);
    this.#joins += 1;
    this.#present.set(participant.id, participant);
    participant.begin(device);
    return participant;
  }

  /**
   * Removes a participant, for good where it is kicked, and tells the others.
   *
   * @throws {AppError} STORE_UNAVAILABLE; then the participant is still there.
   */
  async remove(
    participant: Participant,
    how: 'left' | 'kicked',
  ): Promise<ParticipantView> {
    const record = {
      ...participant.record,
      leftAt: new Date(),
      kicked: how === 'kicked',
    };
    await this.#call.remove(record);
    return this.#forget(participant, record);
  }

  /**
   * Notes that someone may no longer be in the call: admissions that are under
   * way do not count.
   */
  expel(person: CallerIds): void {
    this.#expulsions += 1;
    const participant = this.of(person);
    if (participant !== undefined) {
      participant.belongs = false;
    }
    this.#context.rooms.remove(this.#call.record.id, person);
  }

  /** Removes a participant, even if that cannot be stored now. */
  async drop(participant: Participant): Promise<void> {
    const record = { ...participant.record, leftAt: new Date() };
    try {
      await this.#call.remove(record);
    } catch (error) {
      logger.warn(
        'the end of the stay of %s in call %s is not stored: %s',
        participant.id,
        this.#call.record.id,
        error,
      );
    }
    this.#forget(participant, record);
  }

  /** Sends an event to all participants except one. */
  broadcast(event: CallEvent, except?: Participant): void {
    for (const participant of this.#present.values()) {
      if (participant !== except) {
        participant.deliver(event);
      }
    }
  }

  /** Stops waiting for devices. */
  end(): void {
    for (const participant of this.#present.values()) {
      participant.end();
    }
  }

  #forget(
    participant: Participant,
    record: ParticipantRecord,
  ): ParticipantView {
    const { caller } = participant;
    const callId = this.#call.record.id;
    participant.end();
    this.#present.delete(participant.id);
    if (record.kicked) {
      this.#kicked.add(caller.key);
      participant.deliver(
        errorEvent(
          callId,
          callErrors.KICKED,
          'the participant was removed from the call',
        ),
      );
    }
    this.#context.rooms.remove(callId, caller);
    this.#call.noteLeft(record);
    const view = participantView(record, 'disconnected');
    this.broadcast({
      type: 'participantLeft',
      callId,
      participant: view,
      totalParticipants: this.#present.size,
    });
    return view;
  }
}
