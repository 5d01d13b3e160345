/** The time over which receipts are collected, ms. */
const PAUSE = 200;

/**
 * The number of times that receipts which are refused are sent again, after a pause that
 * doubles each time. Where many write at once, the server refuses some for their rate.
 */
const REPEATS = 5;

/** Most receipts that are sent at a time; the senders have to repeat the rest. */
const MOST = 100;

/** Sends receipts to all of some peers, or rejects and sends them to none. */
type Send = (to: string[], got: string[]) => Promise<void>;

/**
 * Receipts for messages that have come. All of a short time are sent at once,
 * and only to their senders: in a room of 50, a message costs no more
 * receipts than it has receivers, and each of those sends at most five a second.
 */
export class Receipts {
  readonly #send: Send;
  readonly #isHere: (peerId: string) => boolean;
  /** The senders of the messages, by the messages' ids. */
  readonly #due = new Map<string, string>();
  #waiting = false;
  /** The number of times in a row that all have been refused. */
  #refusals = 0;

  /** `isHere` is true of a peer who is in the room. */
  constructor(send: Send, isHere: (peerId: string) => boolean) {
    this.#send = send;
    this.#isHere = isHere;
  }

  /** Tells a peer soon that a message has come. */
  add(peerId: string, id: string): void {
    if (this.#due.size < MOST) {
      this.#due.set(id, peerId);
      if (!this.#waiting) {
        this.#waiting = true;
        setTimeout(() => void this.#flush(), PAUSE * 2 ** this.#refusals);
      }
    }
  }

  async #flush(): Promise<void> {
    this.#waiting = false;
    const due = [...this.#due].filter(([, sender]) => this.#isHere(sender));
    this.#due.clear();
    const to = [...new Set(due.map(([, sender]) => sender))];
    if (to.length === 0) {
      return;
    }
    try {
      await this.#send(
        to,
        due.map(([id]) => id),
      );
      this.#refusals = 0;
    } catch {
      // If one sender has left meanwhile, none has received them.
      if (to.every((it) => this.#isHere(it))) {
        this.#refusals = (this.#refusals + 1) % (REPEATS + 1);
        if (this.#refusals === 0) {
          return;
        }
      }
      for (const [id, sender] of due) {
        this.add(sender, id);
      }
    }
  }
}
