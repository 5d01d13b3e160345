/** Sequence numbers start over after so many. */
const SEQUENCES = 0x1_00_00;

/** The arrivals of one RTP stream, by sequence number. */
export class Reception {
  packets = 0;
  bytes = 0;
  #first = 0;
  /** Goes on counting where the sequence numbers start over. */
  #highest = 0;

  /** Counts a packet. */
  add(sequence: number, bytes: number): void {
    if (this.packets === 0) {
      this.#first = sequence;
      this.#highest = sequence;
    }
    this.packets += 1;
    this.bytes += bytes;
    const ahead = (sequence - this.#highest) & (SEQUENCES - 1);
    // What is behind by less than half of them has come late.
    if (ahead < SEQUENCES / 2) {
      this.#highest += ahead;
    }
  }

  /** The number of packets missing between the first and the last. */
  get lost(): number {
    return this.packets === 0
      ? 0
      : Math.max(0, this.#highest - this.#first + 1 - this.packets);
  }
}
