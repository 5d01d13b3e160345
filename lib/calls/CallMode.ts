import { AppError } from '../core/errors.ts';
import type { CallMode as Mode } from '../store/CallStore.ts';
import type { CallRooms, RoomCall } from './CallRooms.ts';
import { callErrors } from './errors.ts';
import { ModeSwitch } from './ModeSwitch.ts';
import type { SwitchOptions, SwitchOutcome } from './ModeSwitch.ts';
import type { CallsOptions } from './options.ts';
import type { Participant } from './Participant.ts';
import type { CallEvent, MediaServerConfig } from './types.ts';
import { errorEvent } from './views.ts';

/** The most participants of a call in mode `p2p`. */
const MOST_IN_P2P = 2;

/** A call, as its mode sees it. */
export interface SwitchingCall extends RoomCall {
  readonly participants: ReadonlyMap<string, Participant>;
  /** Runs a task after those that are under way, unless the call ends. */
  enqueue(task: () => Promise<void>): void;
  /** Stores the mode of the call. */
  storeMode(mode: Mode): Promise<void>;
  /** Removes a participant who could not switch. */
  putOut(participant: Participant): Promise<void>;
  /** Ends the call because its media is lost. */
  fail(): Promise<void>;
}

/**
 * The mode of a call: `p2p` for two, `sfu` for more, and back once two have
 * been alone for a while. Its methods run in the queue of the call.
 */
export class CallMode {
  readonly #call: SwitchingCall;
  readonly #rooms: CallRooms;
  readonly #options: Pick<CallsOptions, 'returnToP2p' | 'switchTimeout'>;
  #mode: Mode = 'p2p';
  /** The router of the room, while it is open. */
  #config: MediaServerConfig | undefined;
  #switch: ModeSwitch | undefined;
  #outcome = Promise.withResolvers<boolean>();
  /** Participants who came by the server while others are still direct. */
  readonly #arrivals = new Set<string>();
  /** True while the mode is kept, whatever the number of participants. */
  #held = false;
  #returnTimer: NodeJS.Timeout | undefined;

  constructor(
    call: SwitchingCall,
    rooms: CallRooms,
    options: Pick<CallsOptions, 'returnToP2p' | 'switchTimeout'>,
  ) {
    this.#call = call;
    this.#rooms = rooms;
    this.#options = options;
  }

  /** The mode of the participants who were in the call before a switch began. */
  get current(): Mode {
    return this.#mode;
  }

  /** The mode in which a new participant joins. */
  get next(): Mode {
    return this.#switch?.to ?? this.#mode;
  }

  /** The mode of a participant: that of newcomers is the next. */
  modeOf(participant: Participant): Mode {
    return this.#arrivals.has(participant.id) ? this.next : this.#mode;
  }

  /** The router, for participants in mode `sfu`. */
  get config(): MediaServerConfig | undefined {
    return this.#config;
  }

  /** True if two participants may signal to each other. */
  get signals(): boolean {
    return this.#mode === 'p2p' || this.#switch !== undefined;
  }

  /** Fulfilled once a switch to `p2p`, during which none can join, is over. */
  get returned(): Promise<unknown> | undefined {
    return this.#switch?.to === 'p2p' ? this.#outcome.promise : undefined;
  }

  /** The event of the switch under way, for a participant who was there before. */
  eventFor(participant: Participant): CallEvent | undefined {
    return this.#arrivals.has(participant.id) ? undefined : this.#switch?.event;
  }

  /**
   * Opens the room if so many participants need it.
   *
   * @returns True if it was not open before.
   * @throws {AppError} As {@link CallRooms.open}.
   */
  async prepareFor(count: number): Promise<boolean> {
    if (count <= MOST_IN_P2P || this.#config !== undefined) {
      return false;
    }
    await this.openRoom();
    return true;
  }

  /**
   * The router of the room, which is opened if necessary.
   *
   * @throws {AppError} As {@link CallRooms.open}.
   */
  async openRoom(): Promise<MediaServerConfig> {
    this.#config ??= await this.#rooms.open(this.#call);
    return this.#config;
  }

  /** Closes the room if the participant for whom it was opened does not come. */
  closeIfUnused(): void {
    if (this.#mode === 'p2p' && this.#switch === undefined) {
      this.#close();
    }
  }

  /** Switches to the server if the new participant is one too many. */
  joined(participant: Participant): void {
    this.#held = false;
    const { size } = this.#call.participants;
    if (this.#mode === 'p2p' && size > MOST_IN_P2P) {
      this.#arrivals.add(participant.id);
      if (this.#switch === undefined) {
        this.#start('sfu', 'participant-count-changed');
      }
    }
    this.#review();
  }

  /** Notes that a participant has left. */
  left(participant: Participant): void {
    this.#held = false;
    this.#arrivals.delete(participant.id);
    this.#switch?.forget(participant.id);
    this.#review();
  }

  /** Notes that a participant cannot acknowledge. */
  disconnected(participant: Participant): void {
    this.#switch?.forget(participant.id);
  }

  /** Notes the acknowledgement of a participant. */
  acknowledge(participant: Participant, outcome: 'switched' | 'failed'): void {
    this.#switch?.acknowledge(participant.id, outcome);
  }

  /**
   * Switches on request, and keeps the mode until the number of participants
   * changes.
   *
   * @returns The outcome, for which the queue of the call must not wait.
   * @throws {AppError} INVALID_MODE; and as {@link CallRooms.open}.
   */
  async request(to: Mode): Promise<{ outcome: Promise<boolean> }> {
    if (this.#switch !== undefined) {
      throw new AppError(
        callErrors.INVALID_MODE,
        `mode: the call is switching to "${this.#switch.to}"; try again when it has`,
      );
    }
    if (to === this.#mode) {
      throw new AppError(
        callErrors.INVALID_MODE,
        `mode: expected another than the present one, got ${JSON.stringify(to)}`,
      );
    }
    const { size } = this.#call.participants;
    if (to === 'p2p' && size > MOST_IN_P2P) {
      throw new AppError(
        callErrors.INVALID_MODE,
        `mode: expected "sfu" for ${size} participants, got "p2p", which takes ${MOST_IN_P2P}`,
      );
    }
    if (to === 'sfu') {
      await this.openRoom();
    }
    this.#held = true;
    this.#start(to, 'manual');
    this.#review();
    return { outcome: this.#outcome.promise };
  }

  /** Handles the loss of the room. */
  async roomLost(): Promise<void> {
    this.#config = undefined;
    if (this.#mode === 'sfu') {
      await this.#call.fail();
    } else if (this.#switch !== undefined) {
      this.#switch.cancel();
      const failed = new Set(this.#call.participants.keys());
      await this.#finish(this.#switch, { switched: new Set(), failed });
    }
  }

  /** Stops, and closes the room. */
  end(): void {
    clearTimeout(this.#returnTimer);
    this.#switch?.cancel();
    this.#switch = undefined;
    this.#outcome.resolve(false);
    this.#close();
  }

  #close(): void {
    if (this.#config !== undefined) {
      this.#config = undefined;
      this.#rooms.close(this.#call.id);
    }
  }

  #start(to: Mode, reason: SwitchOptions['reason']): void {
    const asked = Array.from(this.#call.participants.values()).filter(
      (it) => it.reachable && !this.#arrivals.has(it.id),
    );
    const started = new ModeSwitch(
      {
        callId: this.#call.id,
        from: this.#mode,
        to,
        reason,
        config: to === 'sfu' ? this.#config : undefined,
        deadline: new Date(Date.now() + this.#options.switchTimeout),
      },
      asked.map(({ id }) => id),
      (outcome) => this.#call.enqueue(() => this.#finish(started, outcome)),
    );
    this.#switch = started;
    this.#outcome = Promise.withResolvers();
    for (const participant of asked) {
      participant.deliver(started.event);
    }
    started.settleIfComplete();
  }

  async #finish(finished: ModeSwitch, outcome: SwitchOutcome): Promise<void> {
    if (this.#switch !== finished) {
      return;
    }
    const { switched, failed } = outcome;
    const { to } = finished;
    // A direct connection takes both; the server takes the participants who reach it.
    const succeeded = failed.size === 0 || (to === 'sfu' && switched.size > 0);
    this.#switch = undefined;
    const leaving = new Set(succeeded ? failed : this.#arrivals);
    this.#arrivals.clear();
    if (succeeded) {
      this.#mode = to;
      await this.#call.storeMode(to);
    } else {
      this.#held = true;
    }
    if (this.#mode === 'p2p') {
      this.#close();
    }
    for (const participant of Array.from(this.#call.participants.values())) {
      if (leaving.has(participant.id)) {
        await this.#call.putOut(participant);
      } else if (!succeeded) {
        participant.deliver(failureOf(this.#call.id, this.#mode));
      }
    }
    this.#outcome.resolve(succeeded);
    this.#review();
  }

  /** Starts or stops the time after which two return to a direct connection. */
  #review(): void {
    const { returnToP2p } = this.#options;
    const alone =
      this.#mode === 'sfu' &&
      this.#switch === undefined &&
      !this.#held &&
      this.#call.participants.size === MOST_IN_P2P;
    if (!alone || returnToP2p === false) {
      clearTimeout(this.#returnTimer);
      this.#returnTimer = undefined;
      return;
    }
    this.#returnTimer ??= setTimeout(
      () => this.#call.enqueue(() => this.#return()),
      returnToP2p,
    );
  }

  #return(): Promise<void> {
    // The timer may have been stopped while this waited for its turn.
    if (this.#returnTimer !== undefined) {
      this.#returnTimer = undefined;
      const participants = Array.from(this.#call.participants.values());
      if (participants.every(({ reachable }) => reachable)) {
        this.#start('p2p', 'participant-count-changed');
      }
      this.#review();
    }
    return Promise.resolve();
  }
}

/** The event for participants of a call that stays in its mode. */
function failureOf(callId: string, mode: Mode): CallEvent {
  return errorEvent(
    callId,
    callErrors.MODE_SWITCH_FAILED,
    `the participants did not switch; the call stays in mode "${mode}"`,
  );
}
