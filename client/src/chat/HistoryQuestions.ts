import { PART_LENGTH } from './HistoryAnswers.ts';
import type { Send } from './HistoryAnswers.ts';
import type { History } from './historyMessages.ts';

/** The time for which to collect peers who could answer, ms. */
const GATHERING = 300;

/** The longest that an answer may take, ms. */
const PATIENCE = 5_000;

/** The time after which to ask for messages sent meanwhile, ms. */
const AGAIN = 10_000;

/** The time after which the history counts as complete, ms. */
const SETTLES = 20_000;

/** Most people who are asked, one after the other. */
const MOST_ASKED = 4;

/** Most parts of an answer. */
const MOST_PARTS = 24;

/** A question that waits for its answer. */
type Asked = { peerId: string; id: string; parts: string[] };

/**
 * Asks the peers who joined before the user for earlier messages: one of them, and
 * another if there is no answer. Messages that were on their way during the answer
 * are requested a while later, once.
 */
export class HistoryQuestions {
  readonly #send: Send;
  readonly #open: (
    peerId: string,
    request: string,
    answer: string,
  ) => Promise<History>;
  readonly #onHistory: (peerId: string, history: History) => void;
  /** The peers who joined before the user and have not left. */
  #there = new Set<string>();
  /** The ones among them that could answer and have not been asked. */
  readonly #able = new Set<string>();
  #begun = 0;
  /** The number of people who may still be asked. */
  #left = 0;
  #asked: Asked | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** `open` reads the answer of a peer to a question. */
  constructor(
    send: Send,
    open: (peerId: string, request: string, answer: string) => Promise<History>,
    onHistory: (peerId: string, history: History) => void,
  ) {
    this.#send = send;
    this.#open = open;
    this.#onHistory = onHistory;
  }

  /** True once the answer is known, or no longer expected. */
  get settled(): boolean {
    return (
      this.#left === 0 ||
      this.#there.size === 0 ||
      Date.now() - this.#begun > SETTLES
    );
  }

  /** Begins to ask the peers who are in the room. */
  begin(peerIds: readonly string[]): void {
    this.close();
    this.#there = new Set(peerIds);
    this.#left = MOST_ASKED;
    this.#begun = Date.now();
  }

  /** Notes that a peer hears the user, and could answer. */
  add(peerId: string): void {
    if (this.#left > 0 && this.#there.has(peerId)) {
      this.#able.add(peerId);
      if (!this.#asked) {
        this.#timer ??= setTimeout(() => this.#askNext(), GATHERING);
      }
    }
  }

  /** Forgets a peer who has left, and asks another one instead. */
  remove(peerId: string): void {
    this.#there.delete(peerId);
    this.#able.delete(peerId);
    if (this.#asked?.peerId === peerId) {
      this.#askNext();
    }
  }

  /** Takes a part of an answer. */
  async handle(peerId: string, data: Record<string, unknown>): Promise<void> {
    const asked = this.#asked;
    const { answer, part, parts, data: text } = data;
    if (
      !asked ||
      asked.peerId !== peerId ||
      asked.id !== answer ||
      part !== asked.parts.length ||
      typeof parts !== 'number' ||
      parts > MOST_PARTS ||
      typeof text !== 'string' ||
      text.length > PART_LENGTH
    ) {
      return;
    }
    asked.parts.push(text);
    if (asked.parts.length === parts) {
      await this.#read(asked);
    }
  }

  /** Stops asking. */
  close(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#asked = undefined;
    this.#left = 0;
    this.#there.clear();
    this.#able.clear();
  }

  async #read(asked: Asked): Promise<void> {
    let history: History;
    try {
      history = await this.#open(asked.peerId, asked.id, asked.parts.join(''));
    } catch {
      // It is from another room, or no answer.
      if (this.#asked === asked) {
        this.#askNext();
      }
      return;
    }
    if (this.#asked !== asked) {
      return;
    }
    this.#onHistory(asked.peerId, history);
    if (!history.complete && this.#left > 0) {
      this.#askNext();
      return;
    }
    const again = this.#left > 0;
    this.#asked = undefined;
    this.#left = 0;
    clearTimeout(this.#timer);
    this.#timer = again
      ? setTimeout(() => this.#ask(asked.peerId, history.last), AGAIN)
      : undefined;
  }

  /** Asks one of the peers who could answer, at random to spread the work. */
  #askNext(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#asked = undefined;
    const able = [...this.#able];
    const peerId = able[Math.floor(Math.random() * able.length)];
    if (peerId === undefined || this.#left === 0) {
      return;
    }
    this.#left -= 1;
    this.#able.delete(peerId);
    this.#ask(peerId, 0);
  }

  #ask(peerId: string, after: number): void {
    const id = crypto.randomUUID();
    this.#asked = { peerId, id, parts: [] };
    this.#timer = setTimeout(() => this.#askNext(), PATIENCE);
    this.#send(peerId, { ask: id, after }).catch(() => {
      if (this.#asked?.id === id) {
        this.#askNext();
      }
    });
  }
}
