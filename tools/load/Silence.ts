/** A peer that others send to has to receive something in this time, ms. */
export const SILENCE = 3_000;

/** Longest time that one look can add, so that a busy process accuses no server. */
const LOOK = 1_000;

/** The time for which a peer has received nothing. */
export class Silence {
  #received = 0;
  #lookedAt = performance.now();
  #elapsed = 0;

  /**
   * Looks again.
   *
   * @param received - All packets that the peer has received.
   * @param isSentTo - Whether others send to it.
   * @returns Whether it has been silent for {@link SILENCE}.
   */
  look(received: number, isSentTo: boolean): boolean {
    const now = performance.now();
    this.#elapsed += Math.min(now - this.#lookedAt, LOOK);
    this.#lookedAt = now;
    if (received !== this.#received || !isSentTo) {
      this.#received = received;
      this.#elapsed = 0;
    }
    return this.#elapsed >= SILENCE;
  }
}
