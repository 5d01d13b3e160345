import { firstPicture } from './firstPicture.ts';
import type { Leg, Tracks } from './Leg.ts';

/** The size of a picture until it is shown. */
const FIRST_SIZE = { width: 320, height: 180 };

/** The legs by which people are shown, and the changes to another one. */
export class ShownLegs {
  readonly #legs = new Map<string, Leg>();
  /** The people whose picture by another leg is awaited. */
  readonly #awaited = new Map<string, AbortController>();

  /** The leg that a person is shown by. */
  of(participantId: string): Leg | undefined {
    return this.#legs.get(participantId);
  }

  set(participantId: string, leg: Leg): void {
    this.#legs.set(participantId, leg);
  }

  /** Forgets all who are not among the present. */
  keep(present: ReadonlySet<string>): void {
    for (const participantId of this.#legs.keys()) {
      if (!present.has(participantId)) {
        this.#forget(participantId);
      }
    }
  }

  /** Forgets all who are shown by a leg that has closed. */
  drop(leg: Leg | undefined): void {
    for (const [participantId, shown] of this.#legs) {
      if (shown === leg) {
        this.#forget(participantId);
      }
    }
  }

  /**
   * Waits until another leg has what a person is shown with now.
   *
   * @returns True once it has; false if it does not yet, or no longer matters.
   */
  async isReady(
    participantId: string,
    leg: Leg,
    now: Tracks | undefined,
  ): Promise<boolean> {
    const tracks = leg.tracksOf(participantId);
    const lacks =
      (now?.mic && !tracks?.mic) || (now?.camera && !tracks?.camera);
    if (this.#awaited.has(participantId) || !leg.reached || lacks) {
      return false;
    }
    const abort = new AbortController();
    this.#awaited.set(participantId, abort);
    if (now?.camera && tracks?.camera) {
      // No picture comes before it is to be shown.
      leg.setDisplaySize(tracks.camera, FIRST_SIZE);
      await firstPicture(tracks.camera, abort.signal);
    }
    if (abort.signal.aborted) {
      return false;
    }
    this.#awaited.delete(participantId);
    return true;
  }

  /** Stops waiting. */
  close(): void {
    this.keep(new Set());
  }

  #forget(participantId: string): void {
    this.#legs.delete(participantId);
    this.#awaited.get(participantId)?.abort();
    this.#awaited.delete(participantId);
  }
}
