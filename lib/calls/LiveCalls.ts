import { AppError } from '../core/errors.ts';
import type { CallRecord, Calls as CallStore } from '../store/CallStore.ts';
import { callErrors } from './errors.ts';
import type { LiveCall } from './LiveCall.ts';
import type { Participant } from './Participant.ts';
import type { CallDevice, Caller } from './types.ts';

/** The calls that go on, by their ids. */
export class LiveCalls {
  readonly #store: CallStore;
  readonly #calls = new Map<string, LiveCall>();

  constructor(store: CallStore) {
    this.#store = store;
  }

  get size(): number {
    return this.#calls.size;
  }

  /** All calls, of which the last may have ended just now. */
  get all(): LiveCall[] {
    return Array.from(this.#calls.values());
  }

  add(call: LiveCall): void {
    this.#calls.set(call.id, call);
  }

  delete(call: LiveCall): void {
    this.#calls.delete(call.id);
  }

  /** The call with this id, if it goes on. */
  find(callId: string): LiveCall | undefined {
    return this.#calls.get(callId);
  }

  /** @throws {AppError} CALL_NOT_FOUND, CALL_ENDED, CALL_ELSEWHERE, STORE_UNAVAILABLE. */
  async get(callId: string): Promise<LiveCall> {
    const call = this.#calls.get(callId) ?? (await this.#missing(callId));
    call.requireLive();
    return call;
  }

  /**
   * The live call and the participant who is a caller.
   *
   * @param device - The device that acts, which has to be the one in the call.
   * @throws {AppError} As {@link get}, and PERMISSION_DENIED.
   */
  async in(
    callId: string,
    caller: Caller,
    device?: CallDevice,
  ): Promise<{ call: LiveCall; participant: Participant }> {
    const call = await this.get(callId);
    const participant = call.people.of(caller);
    if (participant === undefined) {
      call.people.requireNotKicked(caller.key);
      throw new AppError(
        callErrors.PERMISSION_DENIED,
        'the user is not in the call',
      );
    }
    if (!participant.claim(device)) {
      throw new AppError(
        callErrors.PERMISSION_DENIED,
        'another device of the user is in the call',
      );
    }
    return { call, participant };
  }

  /** @throws {AppError} CALL_NOT_FOUND, STORE_UNAVAILABLE. */
  async record(callId: string): Promise<CallRecord> {
    const record = await this.#store.get(callId);
    if (record === undefined) {
      throw new AppError(
        callErrors.CALL_NOT_FOUND,
        `there is no call ${JSON.stringify(callId)}`,
      );
    }
    return record;
  }

  async #missing(callId: string): Promise<never> {
    const { status } = await this.record(callId);
    throw status === 'ended'
      ? new AppError(callErrors.CALL_ENDED, `the call ${callId} has ended`)
      : new AppError(
          callErrors.CALL_ELSEWHERE,
          `the call ${callId} is on another server; connect to the one that the initiator is connected to, or start another call when it has ended`,
        );
  }
}
