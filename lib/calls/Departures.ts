import type { ErrorSpec } from '../core/errors.ts';
import type { CallMode } from './CallMode.ts';
import type { CallRooms } from './CallRooms.ts';
import { callErrors } from './errors.ts';
import type { Participant } from './Participant.ts';
import type { People } from './People.ts';
import type { ParticipantView } from './types.ts';
import { errorEvent } from './views.ts';

/** A call, as participants leave it. */
interface LeftCall {
  readonly id: string;
  readonly ended: boolean;
  readonly people: People;
  readonly mode: Pick<CallMode, 'left'>;
}

/**
 * The ways in which participants leave a call, which ends with the last. Its
 * methods run in the queue of the call.
 */
export class Departures {
  readonly #call: LeftCall;
  readonly #rooms: CallRooms;
  readonly #end: () => Promise<void>;

  /** @param end - Ends the call. */
  constructor(call: LeftCall, rooms: CallRooms, end: () => Promise<void>) {
    this.#call = call;
    this.#rooms = rooms;
    this.#end = end;
  }

  /**
   * Removes a participant, for good where it is kicked.
   *
   * @throws {AppError} PARTICIPANT_NOT_FOUND, STORE_UNAVAILABLE.
   */
  async remove(
    participantId: string,
    how: 'left' | 'kicked',
  ): Promise<ParticipantView> {
    const { people } = this.#call;
    const participant = people.get(participantId);
    const view = await people.remove(participant, how);
    await this.#left(participant);
    return view;
  }

  /** Removes a participant who could not switch to another mode. */
  removeUnswitched(participant: Participant): Promise<void> {
    return this.#drop(
      participant,
      callErrors.MODE_SWITCH_FAILED,
      'the participant did not switch, and has left the call',
    );
  }

  /**
   * Removes a participant who may no longer be in the call.
   *
   * @param message - The reason, for the participant.
   */
  expel(participant: Participant, message: string): Promise<void> {
    return this.#drop(participant, callErrors.KICKED, message);
  }

  /** Removes a participant whose device has not returned in time. */
  async removeLost(participant: Participant): Promise<void> {
    const { id, people } = this.#call;
    if (participant.reachable || !people.present.has(participant.id)) {
      return;
    }
    if (this.#rooms.hasPeer(id, participant.caller)) {
      participant.wait();
    } else {
      // Its person may be connected to another node, to which there is no link now.
      await this.#drop(
        participant,
        callErrors.CALL_ENDED,
        'the participant was away for longer than calls.reconnectTimeout, and has left the call',
      );
    }
  }

  /** Removes a participant, who is told why. */
  async #drop(
    participant: Participant,
    error: ErrorSpec,
    message: string,
  ): Promise<void> {
    const { id, people } = this.#call;
    participant.deliver(errorEvent(id, error, message));
    await people.drop(participant);
    await this.#left(participant);
  }

  async #left(participant: Participant): Promise<void> {
    const { ended, people, mode } = this.#call;
    mode.left(participant);
    if (people.present.size === 0 && !ended) {
      await this.#end();
    }
  }
}
