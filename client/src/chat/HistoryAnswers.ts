/** Longest part of an answer; the server passes on messages of up to 16 KiB. */
export const PART_LENGTH = 12_000;

/** The least time between two answers to the same peer, ms. */
const PAUSE = 2_000;

/** A question for earlier messages. */
export type Question = { ask: string; after: number };

/** Sends a message of the page to a peer. */
export type Send = (to: string, data: unknown) => Promise<void>;

/** Answers questions for earlier messages; only the peer who asked receives an answer. */
export class HistoryAnswers {
  readonly #write: (to: string, question: Question) => Promise<string>;
  readonly #send: Send;
  readonly #answered = new Map<string, number>();

  /** `write` encloses the answer to a question. */
  constructor(
    write: (to: string, question: Question) => Promise<string>,
    send: Send,
  ) {
    this.#write = write;
    this.#send = send;
  }

  /** Answers a question, unless the peer has just had an answer. */
  async answer(peerId: string, question: Question): Promise<void> {
    const now = Date.now();
    if (now - (this.#answered.get(peerId) ?? 0) < PAUSE) {
      return;
    }
    this.#answered.set(peerId, now);
    const answer = await this.#write(peerId, question);
    const parts = Math.ceil(answer.length / PART_LENGTH);
    for (let part = 0; part < parts; part += 1) {
      const start = part * PART_LENGTH;
      await this.#send(peerId, {
        answer: question.ask,
        part,
        parts,
        data: answer.slice(start, start + PART_LENGTH),
      });
    }
  }

  /** Forgets a peer who has left. */
  remove(peerId: string): void {
    this.#answered.delete(peerId);
  }
}

/** Reads a question; undefined if it is invalid. */
export function questionIn(data: unknown): Question | undefined {
  const { ask, after } = Object(data) as Record<string, unknown>;
  return typeof ask === 'string' && ask.length <= 64
    ? { ask, after: typeof after === 'number' ? after : 0 }
    : undefined;
}
