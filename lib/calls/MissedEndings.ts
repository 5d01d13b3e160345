import { callErrors } from './errors.ts';
import type { CallEvent } from './types.ts';

/** Callers for whom events are kept at most; the oldest goes first. */
const MAX_CALLERS = 10_000;

/** Events that are kept at most for one caller. */
const MAX_EVENTS = 10;

/** The time after which an event is of no interest, ms. */
const MAX_AGE = 3_600_000;

/** Errors after which a participant is no longer in the call. */
const FINAL_ERRORS: ReadonlySet<string> = new Set([
  callErrors.CALL_ENDED.code,
  callErrors.KICKED.code,
  callErrors.MODE_SWITCH_FAILED.code,
]);

/**
 * The ends of stays in calls that could not be told to their participants,
 * because none of their devices was connected; kept until one is.
 */
export class MissedEndings {
  /** The events by caller, in the order of the newest of each. */
  readonly #kept = new Map<string, { events: CallEvent[]; at: number }>();

  /** Keeps an event for a caller if it ends a stay; others need no keeping. */
  keep(key: string, event: CallEvent): void {
    if (!endsStay(event)) {
      return;
    }
    const events = [...this.take(key), event].slice(-MAX_EVENTS);
    this.#kept.set(key, { events, at: performance.now() });
    for (const oldest of this.#kept.keys()) {
      if (this.#kept.size <= MAX_CALLERS) {
        break;
      }
      this.#kept.delete(oldest);
    }
  }

  /** Forgets the end of a stay, for a caller who is in the call again. */
  forget(key: string, callId: string): void {
    const kept = this.#kept.get(key);
    if (kept !== undefined) {
      kept.events = kept.events.filter(
        (event) => !('callId' in event) || event.callId !== callId,
      );
    }
  }

  /** Returns the events for a caller, and forgets them. */
  take(key: string): CallEvent[] {
    const kept = this.#kept.get(key);
    this.#kept.delete(key);
    return kept !== undefined && performance.now() - kept.at <= MAX_AGE
      ? kept.events
      : [];
  }
}

function endsStay(event: CallEvent): boolean {
  return (
    event.type === 'ended' ||
    (event.type === 'error' && FINAL_ERRORS.has(event.code))
  );
}
