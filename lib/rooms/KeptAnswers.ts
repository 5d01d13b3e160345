import { AppError, coreErrors } from '../core/errors.ts';
import type { Live } from '../core/Live.ts';
import { jsonBytesOf } from '../core/jsonBytes.ts';
import type { Limits } from '../limits/options.ts';
import { costOf } from './EventBudget.ts';
import type { BudgetedQueue, EventBudget } from './EventBudget.ts';

/** The option that bounds the answers kept for all peers. */
export type AnswerLimit = 'limits.answerBytes';

/** A request that was answered, and its reply as JSON. */
interface Answer {
  request: string;
  reply: Buffer;
}

/** A request that is being served. */
interface Pending {
  request: string;
  reply: Promise<object>;
}

/**
 * The replies to a peer's requests by the keys that its client chose, so that a
 * client may send a request again whose reply it has lost: it is served once. A
 * refusal is not kept, for a request that was refused has changed nothing.
 */
export class KeptAnswers implements BudgetedQueue<AnswerLimit> {
  readonly #limits: Live<Limits>;
  readonly #budget: EventBudget<AnswerLimit>;
  readonly #pending = new Map<string, Pending>();
  /** The oldest first. */
  readonly #answers = new Map<string, Answer>();
  #cost = 0;
  #closed = false;

  /** @param budget - Counts what is kept here together with other peers. */
  constructor(limits: Live<Limits>, budget: EventBudget<AnswerLimit>) {
    this.#limits = limits;
    this.#budget = budget;
  }

  get cost(): number {
    return this.#cost;
  }

  /**
   * Serves a request, unless one with the same key is being served or has been.
   *
   * @param request - A digest of the request and its data.
   * @returns The reply, the same for the same key.
   * @throws {AppError} VALIDATION_ERROR if the key was sent with another request;
   *   and any error of `serve`.
   */
  async once(
    key: string,
    request: string,
    serve: () => Promise<object>,
  ): Promise<object> {
    const pending = this.#pending.get(key);
    const answer = this.#answers.get(key);
    const earlier = pending ?? answer;
    if (earlier !== undefined && earlier.request !== request) {
      throw new AppError(
        coreErrors.VALIDATION_ERROR,
        `data.requestKey: expected a new one, or the method and data that it was sent with before, got others with ${JSON.stringify(key)}`,
      );
    }
    if (answer !== undefined) {
      return JSON.parse(answer.reply.toString()) as object;
    }
    if (pending !== undefined) {
      return pending.reply;
    }
    const reply = serve();
    this.#pending.set(key, { request, reply });
    try {
      this.#keep(key, { request, reply: jsonBytesOf(await reply) });
      return await reply;
    } finally {
      this.#pending.delete(key);
    }
  }

  evict(): void {
    for (const key of this.#answers.keys()) {
      this.#drop(key);
    }
  }

  /** Forgets all, and keeps nothing from now on. */
  close(): void {
    this.#closed = true;
    this.evict();
  }

  #keep(key: string, answer: Answer): void {
    const { answersPerPeer, answerBytesPerPeer } = this.#limits;
    const cost = costOf(answer.reply);
    if (this.#closed || cost > answerBytesPerPeer) {
      return;
    }
    for (const oldest of this.#answers.keys()) {
      if (
        this.#answers.size < answersPerPeer &&
        this.#cost + cost <= answerBytesPerPeer
      ) {
        break;
      }
      this.#drop(oldest);
    }
    this.#answers.set(key, answer);
    this.#cost += cost;
    this.#budget.add(this, answer.reply);
  }

  #drop(key: string): void {
    const answer = this.#answers.get(key);
    if (answer !== undefined) {
      this.#answers.delete(key);
      this.#cost -= costOf(answer.reply);
      this.#budget.remove(this, [answer.reply]);
    }
  }
}
