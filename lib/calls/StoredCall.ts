import { AppError } from '../core/errors.ts';
import { Logger } from '../core/logger.ts';
import type {
  CallEndReason,
  CallMode,
  CallRecord,
  Calls as CallStore,
  ParticipantRecord,
} from '../store/CallStore.ts';
import type { CallObserver } from './CallObserver.ts';
import { callErrors } from './errors.ts';

const logger = new Logger('calls');

/** Time after which the end of a call is stored again if that has failed, ms. */
const STORE_AGAIN = 5_000;

/** The state of a live call, and its record in the store. */
export class StoredCall {
  readonly #store: CallStore;
  readonly #onEndStored: () => void;
  readonly #observer: CallObserver | undefined;
  #record: CallRecord;
  #timer: NodeJS.Timeout | undefined;

  /** @param onEndStored - Called once the store knows that the call has ended. */
  constructor(
    record: CallRecord,
    store: CallStore,
    onEndStored: () => void,
    observer?: CallObserver,
  ) {
    this.#record = record;
    this.#store = store;
    this.#onEndStored = onEndStored;
    this.#observer = observer;
  }

  get record(): CallRecord {
    return this.#record;
  }

  /** @throws {AppError} CALL_ENDED. */
  requireLive(): void {
    const { id, status } = this.#record;
    if (status === 'ended') {
      throw new AppError(callErrors.CALL_ENDED, `the call ${id} has ended`);
    }
  }

  /** @throws {AppError} STORE_UNAVAILABLE. */
  async add(participant: ParticipantRecord): Promise<void> {
    await this.#store.addParticipant(this.#record.id, participant);
    this.#noteJoined(participant);
  }

  /**
   * Adds the participant who accepts the call first.
   *
   * @throws {AppError} STORE_UNAVAILABLE, and the call is as it was.
   */
  async addFirst(participant: ParticipantRecord): Promise<void> {
    const startedAt = participant.joinedAt;
    const started = { ...this.#record, status: 'active', startedAt } as const;
    await this.#store.addParticipant(started.id, participant);
    await this.#store.update(started.id, started);
    this.#record = started;
    this.#observer?.observe({ type: 'started', call: started });
    this.#noteJoined(participant);
  }

  /** @throws {AppError} STORE_UNAVAILABLE. */
  async remove({ id, leftAt, kicked }: ParticipantRecord): Promise<void> {
    await this.#store.updateParticipant(id, { leftAt, kicked });
  }

  /** Tells the observer that a participant has left. */
  noteLeft(participant: ParticipantRecord): void {
    this.#observer?.observe({ type: 'left', call: this.#record, participant });
  }

  /** Changes the mode; if it cannot be stored now, it is with the next change. */
  async switchTo(mode: CallMode): Promise<void> {
    this.#record = { ...this.#record, mode };
    try {
      await this.#store.update(this.#record.id, this.#record);
    } catch (error) {
      logger.warn(
        'the mode of call %s is not stored: %s',
        this.#record.id,
        error,
      );
    }
  }

  /**
   * Ends the call, whether or not it can be stored now; if not, that is tried
   * again until it succeeds or the server stops.
   *
   * @param present - The participants who are in the call.
   */
  async end(
    reason: CallEndReason,
    present: readonly ParticipantRecord[],
  ): Promise<void> {
    const endedAt = new Date();
    this.#record = {
      ...this.#record,
      status: 'ended',
      endedAt,
      endReason: reason,
    };
    await this.#storeEnd(present.map((it) => ({ ...it, leftAt: endedAt })));
  }

  /** Gives up storing what has failed, because the server stops. */
  close(): void {
    clearTimeout(this.#timer);
  }

  async #storeEnd(left: readonly ParticipantRecord[]): Promise<void> {
    const { id } = this.#record;
    try {
      for (const participant of left) {
        await this.remove(participant);
      }
      await this.#store.update(id, this.#record);
    } catch (error) {
      logger.warn('the end of call %s is not stored yet: %s', id, error);
      this.#timer = setTimeout(() => void this.#storeEnd(left), STORE_AGAIN);
      return;
    }
    for (const participant of left) {
      this.noteLeft(participant);
    }
    this.#observer?.observe({ type: 'ended', call: this.#record });
    this.#onEndStored();
  }

  #noteJoined(participant: ParticipantRecord): void {
    this.#observer?.observe({
      type: 'joined',
      call: this.#record,
      participant,
    });
  }
}
