import CircuitBreaker from 'opossum';
import { z } from 'zod';

import { authErrors } from './errors.ts';
import { AppError } from '../core/errors.ts';
import { Logger } from '../core/logger.ts';
import type { AuthOptions } from './options.ts';

/** A user in an answer of the service; for missing fields, those of the token count. */
const userSchema = z.object({
  email: z.string().max(320).optional(),
  full_name: z.string().max(256).optional(),
  role: z.string().max(64).optional(),
  is_active: z.boolean().optional(),
});

/** A user as the service knows it. */
export type KnownUser = z.output<typeof userSchema>;

/** Failures of this share of the calls open the circuit, in percent. */
const FAILURES_TO_OPEN = 50;

/** An open circuit is tried again after this time, ms. */
const RETRY_AFTER = 10_000;

/** Gone, or not whom the token says: an answer, and no failure to answer. */
const NO_SUCH_USER = new Set([401, 403, 404, 410]);

const CACHED_USERS = 10_000;

/** An answer longer than this is not a user. */
const MAX_ANSWER_LENGTH = 65_536;

/**
 * The service that knows the users: asked at most once in a while for each,
 * given up on when it is slow, and left alone for a time when it fails.
 */
export class UserDirectory {
  readonly #logger = new Logger('UserDirectory');
  readonly #breaker: CircuitBreaker<[string, string], KnownUser | undefined>;
  readonly #url: string;

  /** @param users - Section `auth.users`, with its URL. */
  constructor(url: string, users: AuthOptions['users']) {
    this.#url = url;
    // The types of opossum do not know cacheSize yet.
    const options: CircuitBreaker.Options<[string, string]> & {
      cacheSize: number;
    } = {
      // The request aborts itself, so the breaker's own timer can be later.
      timeout: users.timeout + 1_000,
      errorThresholdPercentage: FAILURES_TO_OPEN,
      resetTimeout: RETRY_AFTER,
      cache: users.cacheTime > 0,
      cacheTTL: users.cacheTime,
      cacheSize: CACHED_USERS,
      cacheGetKey: (_userId, token) => token,
    };
    this.#breaker = new CircuitBreaker(
      (userId: string, token: string) =>
        this.#fetch(userId, token, AbortSignal.timeout(users.timeout)),
      options,
    );
    this.#breaker.on('open', () => {
      this.#logger.warn('the user service fails and is left alone for a time');
    });
    this.#breaker.on('close', () => {
      this.#logger.info('the user service answers again');
    });
  }

  /** The state of the circuit breaker: `unhealthy` while requests are not sent. */
  get health(): 'healthy' | 'unhealthy' {
    return this.#breaker.closed ? 'healthy' : 'unhealthy';
  }

  /**
   * The user with this id.
   *
   * @param token - The user's own, which the service is asked with.
   * @throws {AppError} TOKEN_INVALID when there is no such user any more,
   *   USERS_UNAVAILABLE when the service does not say.
   */
  async get(userId: string, token: string): Promise<KnownUser> {
    let user: KnownUser | undefined;
    try {
      user = await this.#breaker.fire(userId, token);
    } catch (error) {
      this.#logger.warn('cannot learn of user %s: %s', userId, error);
      throw new AppError(
        authErrors.USERS_UNAVAILABLE,
        'the service that knows the users does not answer; try again later',
        { cause: error },
      );
    }
    if (user === undefined || user.is_active === false) {
      throw new AppError(
        authErrors.TOKEN_INVALID,
        'token: the user service no longer knows this user',
      );
    }
    return user;
  }

  /** Stops the breaker's timers. */
  close(): void {
    this.#breaker.shutdown();
  }

  async #fetch(
    userId: string,
    token: string,
    signal: AbortSignal,
  ): Promise<KnownUser | undefined> {
    const response = await fetch(
      this.#url.replaceAll('{id}', encodeURIComponent(userId)),
      {
        headers: {
          Accept: 'application/json',
          Authorization: `Bearer ${token}`,
        },
        redirect: 'error',
        signal,
      },
    );
    const text = await response.text();
    if (NO_SUCH_USER.has(response.status)) {
      return undefined;
    }
    if (!response.ok || text.length > MAX_ANSWER_LENGTH) {
      throw new Error(
        `expected a user, got status ${response.status} and ${text.length} characters`,
      );
    }
    return userSchema.parse(JSON.parse(text));
  }
}
