import { AppError, coreErrors } from '../core/errors.ts';
import { NetworkBuckets } from './NetworkBuckets.ts';

const MINUTE = 60;

/** A rate, and the burst that may come at once. */
export interface RateLimits {
  perMinute: number;
  burst: number;
}

/** The rate at which a network may do something. */
export class RateLimit {
  readonly #option: string;
  readonly #limits: () => RateLimits;
  readonly #buckets: NetworkBuckets;

  /**
   * @param option - The option of the rate, named in the error.
   * @param limits - The limits as they are now.
   */
  constructor(option: string, limits: () => RateLimits) {
    this.#option = option;
    this.#limits = limits;
    this.#buckets = new NetworkBuckets(() => {
      const { perMinute, burst } = limits();
      return { perSecond: perMinute / MINUTE, burst };
    });
  }

  /**
   * Makes sure that the network may do it once more, without counting.
   *
   * @throws {AppError} LIMIT_REACHED.
   */
  require(network: string): void {
    const seconds = Math.ceil(this.#buckets.wait(network));
    if (seconds > 0) {
      const { perMinute, burst } = this.#limits();
      throw new AppError(
        coreErrors.LIMIT_REACHED,
        `${this.#option}: expected at most ${perMinute} a minute from one address after the first ${burst}; try again in ${seconds} s`,
        { option: this.#option, retryAfter: seconds },
      );
    }
  }

  /**
   * Counts one more. What is refused does not count, so that a crowd that keeps
   * trying gets in at the rate.
   *
   * @throws {AppError} LIMIT_REACHED.
   */
  take(network: string): void {
    this.require(network);
    this.#buckets.take(network);
  }
}
