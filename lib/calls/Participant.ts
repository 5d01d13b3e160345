import { AppError } from '../core/errors.ts';
import { TokenBucket } from '../limits/TokenBucket.ts';
import type { Rate } from '../limits/TokenBucket.ts';
import type { CallSettings, ParticipantRecord } from '../store/CallStore.ts';
import type { CallDevices } from './CallDevices.ts';
import { callErrors } from './errors.ts';
import type {
  CallDevice,
  CallEvent,
  Caller,
  ParticipantView,
} from './types.ts';
import { participantView } from './views.ts';

/** Surroundings of a participant. */
export interface ParticipantContext {
  readonly devices: CallDevices;
  readonly signalRate: Rate;
  readonly reconnectTimeout: () => number;
  readonly confirmTimeout: () => number;
  /** Called when a participant has had no device for too long. */
  readonly onLost: (participant: Participant) => void;
}

/** A person in a live call, with the device that is in the call. */
export class Participant {
  readonly caller: Caller;
  readonly record: ParticipantRecord;
  /** Bounds the signals to others. */
  readonly signals: TokenBucket;
  media: CallSettings;
  /** False for one who is to be removed, because the conversation did so. */
  belongs = true;
  readonly #context: ParticipantContext;
  /**
   * The device in the call. Undefined while it is not known, because the
   * participant joined without one and has several, or none.
   */
  #device: CallDevice | undefined;
  /** A device that has been taken for a lost one, until it joins as well. */
  #returned: CallDevice | undefined;
  #disconnected = false;
  #timer: NodeJS.Timeout | undefined;

  constructor(
    record: ParticipantRecord,
    caller: Caller,
    media: CallSettings,
    context: ParticipantContext,
  ) {
    this.record = record;
    this.caller = caller;
    this.media = media;
    this.signals = new TokenBucket(context.signalRate);
    this.#context = context;
  }

  get id(): string {
    return this.record.id;
  }

  /** False while the device is away and may return. */
  get connected(): boolean {
    return !this.#disconnected;
  }

  /** The language for translations. */
  get language(): string | undefined {
    return this.#receivers[0]?.language;
  }

  /** True if there is a device that events reach. */
  get reachable(): boolean {
    return this.#receivers.length > 0;
  }

  get view(): ParticipantView {
    const status = this.#disconnected ? 'disconnected' : 'connected';
    return participantView(this.record, status);
  }

  /**
   * Begins with a device, or with the only one there is. A device that has gone
   * meanwhile, or a participant without one, has time to connect.
   */
  begin(device?: CallDevice): void {
    const { devices } = this.#context;
    const present = devices.of(this.caller.key);
    if (device !== undefined && !devices.has(device)) {
      this.#disconnected = true;
    } else {
      this.#device = device ?? (present.length === 1 ? present[0] : undefined);
    }
    if (!this.reachable) {
      this.wait();
    }
  }

  /**
   * Sends an event to the device in the call; while it is not known, to all.
   * Without a device, the end of the stay is kept for the next.
   */
  deliver(event: CallEvent): void {
    const receivers = this.#receivers;
    for (const device of receivers) {
      device.deliver(event);
    }
    if (receivers.length === 0) {
      this.#context.devices.missed.keep(this.caller.key, event);
    }
  }

  /**
   * Notes that a device acts for the participant.
   *
   * @returns False if another device is in the call.
   */
  claim(device: CallDevice | undefined): boolean {
    if (device === undefined || this.#disconnected) {
      return device === undefined;
    }
    this.#device ??= device;
    return this.#device === device;
  }

  /**
   * Finds out if the device in the call is still there, for another one that
   * could take its place.
   *
   * @returns False if it was not.
   */
  async confirm(other: CallDevice): Promise<boolean> {
    return (
      this.#device === undefined ||
      this.#device === other ||
      this.#device.confirm(this.#context.confirmTimeout())
    );
  }

  /**
   * Takes a device that has connected for the one that was lost, or for the
   * first.
   *
   * @returns True if it is in the call now.
   */
  attach(device: CallDevice): boolean {
    if (!this.#disconnected && this.#timer === undefined) {
      return false;
    }
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#disconnected = false;
    this.#device = device;
    this.#returned = device;
    return true;
  }

  /**
   * Takes a device for the one that was lost, or has been taken for it already.
   *
   * @throws {AppError} ALREADY_PARTICIPANT if none was.
   */
  requireReturn(device: CallDevice | undefined): void {
    const returns =
      device !== undefined &&
      (device === this.#returned || this.attach(device));
    if (!returns) {
      throw new AppError(
        callErrors.ALREADY_PARTICIPANT,
        'the user is in the call already',
      );
    }
    this.#returned = undefined;
  }

  /**
   * Notes that a device has gone.
   *
   * @returns True if the participant has none now.
   */
  detach(device: CallDevice): boolean {
    if (this.#disconnected) {
      return false;
    }
    const others = this.#context.devices.of(this.caller.key);
    if (
      this.#device === undefined ? others.length > 0 : this.#device !== device
    ) {
      return false;
    }
    this.#device = undefined;
    this.#returned = undefined;
    this.#disconnected = true;
    this.wait();
    return true;
  }

  /** Stops waiting for a device. */
  end(): void {
    clearTimeout(this.#timer);
  }

  /** Starts the time within which a device has to connect. */
  wait(): void {
    const { reconnectTimeout, onLost } = this.#context;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => onLost(this), reconnectTimeout());
  }

  get #receivers(): readonly CallDevice[] {
    if (this.#disconnected) {
      return [];
    }
    return this.#device === undefined
      ? this.#context.devices.of(this.caller.key)
      : [this.#device];
  }
}
