import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';

import { RoomError } from '../errors.ts';

const MINUTE = 60;

/** How often a network may do something within a minute. */
export class RateLimit {
  readonly #option: string;
  readonly #perMinute: () => number;
  readonly #limiter: RateLimiterMemory;

  /**
   * @param option - The option of the limit; named to whoever is refused.
   * @param perMinute - The limit as it is now.
   */
  constructor(option: string, perMinute: () => number) {
    this.#option = option;
    this.#perMinute = perMinute;
    this.#limiter = new RateLimiterMemory({
      points: perMinute(),
      duration: MINUTE,
    });
  }

  /**
   * Counts one more.
   *
   * @throws {RoomError} LIMIT_REACHED.
   */
  async take(network: string): Promise<void> {
    const limit = this.#perMinute();
    this.#limiter.points = limit;
    try {
      await this.#limiter.consume(network);
    } catch (refusal) {
      if (!(refusal instanceof RateLimiterRes)) {
        throw refusal;
      }
      const seconds = Math.ceil(refusal.msBeforeNext / 1_000);
      throw new RoomError(
        'LIMIT_REACHED',
        `${this.#option}: expected at most ${limit} a minute from one address; try again in ${seconds} s`,
      );
    }
  }
}
