import { AppError, coreErrors } from '../core/errors.ts';
import type { Live } from '../core/Live.ts';
import type { Limits } from '../limits/options.ts';
import { callErrors } from './errors.ts';
import type { LiveCalls } from './LiveCalls.ts';
import type { CallDevice, Caller, CallSignal } from './types.ts';

/** Longest JSON of a candidate, characters. */
const MAX_CANDIDATE_LENGTH = 4_096;

/** Passes offers, answers and candidates on between two participants. */
export class SignalRelay {
  readonly #calls: LiveCalls;
  readonly #limits: Live<Limits>;

  constructor(calls: LiveCalls, limits: Live<Limits>) {
    this.#calls = calls;
    this.#limits = limits;
  }

  /**
   * Passes a signal on to the device of another participant, and no other.
   *
   * @throws {AppError} CALL_NOT_FOUND, CALL_ENDED, PERMISSION_DENIED,
   *   PARTICIPANT_NOT_FOUND, SIGNALING_ERROR, INVALID_MODE, LIMIT_REACHED.
   */
  async send(
    caller: Caller,
    callId: string,
    targetId: string,
    signal: CallSignal,
    device?: CallDevice,
  ): Promise<void> {
    const { call, participant } = await this.#calls.in(callId, caller, device);
    this.#requireSize(signal);
    const target = call.people.get(targetId);
    if (target === participant) {
      throw new AppError(
        callErrors.SIGNALING_ERROR,
        'targetParticipantId: expected another participant, got that of the sender',
      );
    }
    if (!call.mode.signals) {
      throw new AppError(
        callErrors.INVALID_MODE,
        'the media of the call goes through the server; there is nothing to signal',
      );
    }
    if (!target.reachable) {
      throw new AppError(
        callErrors.SIGNALING_ERROR,
        'targetParticipantId: expected a participant who is connected, got one who is not',
      );
    }
    if (participant.signals.wait > 0) {
      const { signalsPerSecond, signalBurst } = this.#limits;
      throw new AppError(
        coreErrors.LIMIT_REACHED,
        `limits.signalsPerSecond: expected at most ${signalsPerSecond} a second after the first ${signalBurst}`,
        { option: 'limits.signalsPerSecond', retryAfter: 1 },
      );
    }
    participant.signals.take(1);
    target.deliver({
      type: 'signal',
      callId,
      fromParticipantId: participant.id,
      signal,
    });
  }

  /** @throws {AppError} SIGNALING_ERROR. */
  #requireSize(signal: CallSignal): void {
    if (signal.type === 'ice-candidate') {
      const { length } = JSON.stringify(signal.candidate);
      if (length > MAX_CANDIDATE_LENGTH) {
        throw new AppError(
          callErrors.SIGNALING_ERROR,
          `candidate: expected at most ${MAX_CANDIDATE_LENGTH} characters of JSON, got ${length}`,
        );
      }
      return;
    }
    const bytes = Buffer.byteLength(signal.sdp);
    const { sdpBytes } = this.#limits;
    if (bytes > sdpBytes) {
      throw new AppError(
        callErrors.SIGNALING_ERROR,
        `sdp: expected at most ${sdpBytes} bytes, got ${bytes}`,
        { option: 'limits.sdpBytes' },
      );
    }
  }
}
