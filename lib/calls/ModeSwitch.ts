import type { CallMode } from '../store/CallStore.ts';
import type { CallEvent, MediaServerConfig } from './types.ts';

/** Participants who have switched, and the ones who have not. */
export interface SwitchOutcome {
  readonly switched: ReadonlySet<string>;
  readonly failed: ReadonlySet<string>;
}

/** Data of a switch. */
export interface SwitchOptions {
  readonly callId: string;
  readonly from: CallMode;
  readonly to: CallMode;
  readonly reason: 'participant-count-changed' | 'manual';
  readonly config: MediaServerConfig | undefined;
  readonly deadline: Date;
}

/**
 * A switch of a call to the other mode. The old mode goes on until all who were
 * asked have acknowledged, or the deadline has passed.
 */
export class ModeSwitch {
  readonly to: CallMode;
  readonly event: CallEvent;
  readonly #waiting: Set<string>;
  readonly #switched = new Set<string>();
  readonly #failed = new Set<string>();
  readonly #timer: NodeJS.Timeout;
  readonly #onSettled: (outcome: SwitchOutcome) => void;
  #settled = false;

  /**
   * @param asked - The participants who have to acknowledge.
   * @param onSettled - Called once, not before {@link settleIfComplete} or the
   *   deadline.
   */
  constructor(
    { callId, from, to, reason, config, deadline }: SwitchOptions,
    asked: readonly string[],
    onSettled: (outcome: SwitchOutcome) => void,
  ) {
    this.to = to;
    this.event = {
      type: 'modeSwitch',
      callId,
      oldMode: from,
      newMode: to,
      reason,
      mediaServerConfig: config,
      switchDeadline: deadline,
    };
    this.#waiting = new Set(asked);
    this.#onSettled = onSettled;
    this.#timer = setTimeout(() => {
      for (const participantId of this.#waiting) {
        this.#failed.add(participantId);
      }
      this.#settle();
    }, deadline.getTime() - Date.now());
  }

  /** Notes an acknowledgement; those of participants not asked are ignored. */
  acknowledge(participantId: string, outcome: 'switched' | 'failed'): void {
    if (this.#waiting.delete(participantId)) {
      const answered = outcome === 'switched' ? this.#switched : this.#failed;
      answered.add(participantId);
      this.settleIfComplete();
    }
  }

  /** Forgets a participant who has left, or whose device is away. */
  forget(participantId: string): void {
    this.#failed.delete(participantId);
    if (this.#waiting.delete(participantId)) {
      this.settleIfComplete();
    }
  }

  /** Settles when no acknowledgement is missing. */
  settleIfComplete(): void {
    if (this.#waiting.size === 0) {
      this.#settle();
    }
  }

  /** Stops without an outcome. */
  cancel(): void {
    this.#settled = true;
    clearTimeout(this.#timer);
  }

  #settle(): void {
    if (!this.#settled) {
      this.cancel();
      this.#onSettled({ switched: this.#switched, failed: this.#failed });
    }
  }
}
