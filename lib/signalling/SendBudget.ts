import type { Live } from '../core/Live.ts';
import type { Limits, LimitUse } from '../limits/options.ts';

/** The share of the limit by which sums may grow before they are measured again. */
const SLACK = 1 / 16;

/** A connection, as far as a budget has to know it. */
export interface Sender {
  /** The bytes that wait to be read by the client. */
  readonly waiting: number;
  /** Closes the connection, because too much waits on all of them. */
  drop(limit: number): void;
}

/**
 * A bound on what waits to be read on all connections together. Beyond it, the
 * connection on which the most waits is closed, then the next.
 *
 * Connections report what waits when they send. What clients have read since
 * then is only measured when the reports come to more than the limit.
 */
export class SendBudget {
  readonly #limits: Live<Limits>;
  readonly #reports = new Map<Sender, number>();
  #sum = 0;
  #measureAbove = 0;

  constructor(limits: Live<Limits>) {
    this.#limits = limits;
  }

  /** The limit, and the bytes that wait now. */
  get use(): LimitUse {
    this.#measure();
    const limit = this.#limits.sendBufferBytesInAll;
    return { option: 'sendBufferBytesInAll', limit, used: this.#sum };
  }

  /** Takes the report of a connection that has sent something. */
  report(sender: Sender): void {
    this.#set(sender, sender.waiting);
    const limit = this.#limits.sendBufferBytesInAll;
    if (this.#sum <= Math.max(limit, this.#measureAbove)) {
      return;
    }
    this.#measure();
    while (this.#sum > limit) {
      let most = sender;
      for (const [other, waiting] of this.#reports) {
        if (waiting > (this.#reports.get(most) ?? 0)) {
          most = other;
        }
      }
      this.forget(most);
      most.drop(limit);
    }
    this.#measureAbove = this.#sum + limit * SLACK;
  }

  /** Stops counting a connection. */
  forget(sender: Sender): void {
    this.#set(sender, 0);
  }

  #measure(): void {
    for (const sender of Array.from(this.#reports.keys())) {
      this.#set(sender, sender.waiting);
    }
  }

  #set(sender: Sender, waiting: number): void {
    this.#sum += waiting - (this.#reports.get(sender) ?? 0);
    if (waiting === 0) {
      this.#reports.delete(sender);
    } else {
      this.#reports.set(sender, waiting);
    }
  }
}
