import { createHash } from 'node:crypto';

import { AppError } from '../../core/errors.ts';
import type { Live } from '../../core/Live.ts';
import type { AnyReply } from '../../http/RouteSpec.ts';
import type { Limits } from '../../limits/options.ts';
import { adminErrors } from './errors.ts';

/** A request with a key, and its reply. */
interface Kept {
  readonly fingerprint: string;
  readonly reply: Promise<AnyReply>;
  /** When it is forgotten, on the clock of `performance.now()`. */
  readonly until: number;
}

/**
 * The replies to requests with an `Idempotency-Key`, so that a request that is sent
 * again is served once. The newest are kept in memory for a time.
 */
export class KeptReplies {
  readonly #limits: Live<Limits>;
  /** By client and key, the oldest first. */
  readonly #kept = new Map<string, Kept>();

  constructor(limits: Live<Limits>) {
    this.#limits = limits;
  }

  /**
   * Serves a request, unless it was served before.
   *
   * @param client - The client that has chosen the key.
   * @param request - All that tells the request from another.
   * @throws {AppError} IDEMPOTENCY_KEY_REUSED; and any error of `serve`.
   */
  once(
    client: string,
    key: string,
    request: unknown,
    serve: () => Promise<AnyReply>,
  ): Promise<AnyReply> {
    this.#forget();
    const id = `${client} ${key}`;
    const fingerprint = createHash('sha256')
      .update(JSON.stringify(request))
      .digest('base64url');
    const kept = this.#kept.get(id);
    if (kept !== undefined) {
      if (kept.fingerprint !== fingerprint) {
        throw new AppError(
          adminErrors.IDEMPOTENCY_KEY_REUSED,
          `Idempotency-Key: expected a key of its own for each request, got ${JSON.stringify(key)}, which came with another request`,
        );
      }
      return kept.reply;
    }
    const reply = serve();
    const until = performance.now() + this.#limits.idempotencyTime;
    this.#kept.set(id, { fingerprint, reply, until });
    this.#forget();
    // A request that failed in the server may be tried again.
    reply.catch((error: unknown) => {
      if (!(error instanceof AppError) || error.status >= 500) {
        this.#kept.delete(id);
      }
    });
    return reply;
  }

  /** Forgets replies that are too old, and the oldest ones over the limit. */
  #forget(): void {
    const now = performance.now();
    for (const [id, { until }] of this.#kept) {
      if (until > now && this.#kept.size <= this.#limits.idempotencyKeys) {
        return;
      }
      this.#kept.delete(id);
    }
  }
}
