import { setTimeout as delay } from 'node:timers/promises';

import type { Live } from '../core/Live.ts';
import { Logger } from '../core/logger.ts';
import type {
  ClaimedDelivery,
  DeliveryOutcome,
  StoredWebhooks,
} from '../store/WebhookStore.ts';
import { bodyOf } from './body.ts';
import type { WebhookEndpoint, WebhooksOptions } from './options.ts';
import { retryAfterOf, retryDelay } from './retries.ts';
import { signedHeaders } from './signature.ts';
import type { WebhookTransport } from './WebhookTransport.ts';

const logger = new Logger('webhooks');

/** The time after which a query that failed is tried again, ms. */
const STORE_AGAIN = 5_000;

/** The longest time until it looks again for deliveries that other servers made, ms. */
const POLL = 30_000;

/** The time between the end of an attempt and that of its claim, ms. */
const CLAIM_MARGIN = 5_000;

/** The status by which a receiver says that it is gone for good. */
const GONE = 410;

/** The outcomes of attempts, as they are counted. */
export type AttemptResult = 'delivered' | 'retried' | 'failed' | 'gone';

/** The surroundings of the deliveries to an endpoint. */
export interface DeliveryParts {
  readonly store: Pick<
    StoredWebhooks,
    'claim' | 'nextDue' | 'settle' | 'release'
  >;
  readonly transport: WebhookTransport;
  readonly options: Live<WebhooksOptions>;
  /** The endpoint, as long as the configuration has it and it is not switched off. */
  find(id: string): WebhookEndpoint | undefined;
  /** Switches an endpoint off, because its receiver is gone. */
  switchOff(endpoint: WebhookEndpoint): Promise<void>;
  count(result: AttemptResult): void;
}

/** The result of an attempt: an answer or a failure. */
type Attempt =
  { status: number; retryAfter?: string | undefined } | { error: string };

/**
 * The deliveries to one endpoint: claims a limited number of those that are due,
 * sends each, and notes the outcome. Without a note, a delivery is due again when its
 * claim ends, with the same id.
 */
export class EndpointDeliveries {
  readonly #id: string;
  readonly #parts: DeliveryParts;
  readonly #stop = new AbortController();
  readonly #attempts = new Set<Promise<void>>();
  #round: Promise<void> | undefined;
  #isAsked = false;
  #timer: NodeJS.Timeout | undefined;

  constructor(id: string, parts: DeliveryParts) {
    this.#id = id;
    this.#parts = parts;
  }

  /** Looks for deliveries that are due. */
  wake(): void {
    if (this.#stop.signal.aborted) {
      return;
    }
    clearTimeout(this.#timer);
    this.#isAsked = true;
    this.#round ??= this.#rounds();
  }

  /** Fulfilled when nothing is due and nothing is under way. */
  async idle(): Promise<void> {
    while (this.#round !== undefined || this.#attempts.size > 0) {
      await Promise.all([this.#round, ...this.#attempts]);
    }
  }

  /** Breaks off the attempts under way. They are made again after the next start. */
  async stop(): Promise<void> {
    this.#stop.abort();
    clearTimeout(this.#timer);
    await this.idle();
  }

  async #rounds(): Promise<void> {
    try {
      let seen: Date | undefined;
      while (this.#isAsked && !this.#stop.signal.aborted) {
        this.#isAsked = false;
        seen = await this.#claim();
      }
      if (seen !== undefined) {
        await this.#waitForNext(seen);
      }
    } catch (error) {
      // The store logs that it is away.
      logger.debug('cannot look for deliveries to %s: %s', this.#id, error);
      this.#wakeIn(STORE_AGAIN);
    } finally {
      this.#round = undefined;
    }
    if (this.#isAsked) {
      this.wake();
    }
  }

  /**
   * Begins attempts for deliveries that are due.
   *
   * @returns The time up to which it has looked; undefined if there is no endpoint, or
   *   no place for an attempt before another ends.
   */
  async #claim(): Promise<Date | undefined> {
    const { store, options } = this.#parts;
    const endpoint = this.#parts.find(this.#id);
    const free = options.concurrency - this.#attempts.size;
    if (endpoint === undefined || free <= 0) {
      return undefined;
    }
    const now = new Date();
    const claimed = await store.claim({
      endpointId: this.#id,
      now,
      until: new Date(now.getTime() + options.timeout + CLAIM_MARGIN),
      orderedSince: new Date(now.getTime() - options.orderTime),
      limit: free,
    });
    for (const delivery of claimed) {
      this.#begin(endpoint, delivery);
    }
    return now;
  }

  #begin(endpoint: WebhookEndpoint, delivery: ClaimedDelivery): void {
    const attempt = this.#attempt(endpoint, delivery)
      .catch((error: unknown) => {
        logger.error('delivery %d to %s: %o', delivery.id, this.#id, error);
      })
      .finally(() => {
        this.#attempts.delete(attempt);
        // One place is free, and the next event of the room may be due.
        this.wake();
      });
    this.#attempts.add(attempt);
  }

  async #attempt(
    endpoint: WebhookEndpoint,
    delivery: ClaimedDelivery,
  ): Promise<void> {
    const attempt = await this.#send(endpoint, delivery);
    if (attempt === undefined) {
      await this.#parts.store.release([delivery]).catch((error: unknown) => {
        logger.debug('cannot give a delivery back: %s', error);
      });
      return;
    }
    const { outcome, result } = this.#outcomeOf(attempt, delivery);
    this.#parts.count(result);
    await this.#settle(outcome);
    if (result === 'gone') {
      logger.warn(
        'webhook %s is switched off, because its receiver answered 410',
        this.#id,
      );
      await this.#parts.switchOff(endpoint);
    } else if (result === 'failed') {
      logger.warn(
        'gives up event %s for webhook %s',
        delivery.event.id,
        this.#id,
      );
    }
  }

  /** @returns Undefined if the attempt was broken off. */
  async #send(
    { url, secrets }: WebhookEndpoint,
    { event }: ClaimedDelivery,
  ): Promise<Attempt | undefined> {
    const { transport, options } = this.#parts;
    const { timeout, allowPrivate } = options;
    const body = bodyOf(event);
    const tooLate = AbortSignal.timeout(timeout);
    const stop = this.#stop.signal;
    try {
      return await transport.post({
        url,
        headers: signedHeaders(event.id, new Date(), body, secrets),
        body,
        allowPrivate,
        signal: AbortSignal.any([tooLate, stop]),
      });
    } catch (error) {
      if (stop.aborted) {
        return undefined;
      }
      return {
        error: tooLate.aborted
          ? `no answer within ${timeout} ms`
          : (error as Error).message,
      };
    }
  }

  #outcomeOf(
    attempt: Attempt,
    { id, attempts }: ClaimedDelivery,
  ): { outcome: DeliveryOutcome; result: AttemptResult } {
    const at = new Date();
    const status = 'status' in attempt ? attempt.status : undefined;
    const outcome = { id, attempts, at, nextAt: at, responseStatus: status };
    if (status !== undefined && status >= 200 && status < 300) {
      return {
        outcome: { ...outcome, status: 'delivered', error: undefined },
        result: 'delivered',
      };
    }
    const error = problemOf(attempt);
    const retryAfter =
      'retryAfter' in attempt
        ? retryAfterOf(
            attempt.retryAfter,
            at,
            this.#parts.options.maxRetryAfter,
          )
        : undefined;
    const wait = status === GONE ? undefined : retryDelay(attempts, retryAfter);
    return wait === undefined
      ? {
          outcome: { ...outcome, status: 'failed', error },
          result: status === GONE ? 'gone' : 'failed',
        }
      : {
          outcome: {
            ...outcome,
            status: 'pending',
            error,
            nextAt: new Date(at.getTime() + wait),
          },
          result: 'retried',
        };
  }

  /** Notes an outcome, however long that takes, unless the server stops. */
  async #settle(outcome: DeliveryOutcome): Promise<void> {
    for (;;) {
      try {
        await this.#parts.store.settle(outcome);
        return;
      } catch (error) {
        logger.debug('cannot note delivery %d: %s', outcome.id, error);
      }
      try {
        const { signal } = this.#stop;
        await delay(STORE_AGAIN, undefined, { signal });
      } catch {
        // It is delivered again after the next start, with the same id.
        return;
      }
    }
  }

  /** Looks again when the next delivery after a time is due. */
  async #waitForNext(seen: Date): Promise<void> {
    const next = await this.#parts.store.nextDue(this.#id, seen);
    const wait = next === undefined ? POLL : next.getTime() - Date.now();
    this.#wakeIn(Math.max(0, Math.min(wait, POLL)));
  }

  #wakeIn(ms: number): void {
    clearTimeout(this.#timer);
    if (!this.#stop.signal.aborted) {
      this.#timer = setTimeout(() => this.wake(), ms);
    }
  }
}

function problemOf(attempt: Attempt): string {
  if ('error' in attempt) {
    return attempt.error;
  }
  const { status } = attempt;
  return status >= 300 && status < 400
    ? `the receiver answered ${status}, and redirects are not followed`
    : `the receiver answered ${status}`;
}
