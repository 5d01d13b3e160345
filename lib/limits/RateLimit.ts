import { AppError, coreErrors } from '../core/errors.ts';
import type { Live } from '../core/Live.ts';
import { NetworkBuckets } from './NetworkBuckets.ts';
import type { LimitName, Limits } from './options.ts';

const MINUTE = 60;

/** The two options of a rate. */
export interface RateOptions {
  perMinute: LimitName;
  burst: LimitName;
}

/** A bound on how often a network may do something. */
export class RateLimit {
  readonly #limits: Live<Limits>;
  readonly #options: RateOptions;
  readonly #buckets: NetworkBuckets;

  /** @param options - The limits; the rate is named to clients that are refused. */
  constructor(limits: Live<Limits>, options: RateOptions) {
    this.#limits = limits;
    this.#options = options;
    this.#buckets = new NetworkBuckets({
      get perSecond() {
        return limits[options.perMinute] / MINUTE;
      },
      get burst() {
        return limits[options.burst];
      },
    });
  }

  /**
   * Requires that the network may do it once more, without counting.
   *
   * @throws {AppError} LIMIT_REACHED.
   */
  require(network: string): void {
    const seconds = Math.ceil(this.#buckets.wait(network));
    if (seconds > 0) {
      const option = `limits.${this.#options.perMinute}`;
      const perMinute = this.#limits[this.#options.perMinute];
      const burst = this.#limits[this.#options.burst];
      throw new AppError(
        coreErrors.LIMIT_REACHED,
        `${option}: expected at most ${perMinute} a minute from one address after the first ${burst}; try again in ${seconds} s`,
        { option, retryAfter: seconds },
      );
    }
  }

  /**
   * Counts one more. Refused attempts do not count, so that a crowd that keeps
   * trying gets in at the rate.
   *
   * @throws {AppError} LIMIT_REACHED.
   */
  take(network: string): void {
    this.require(network);
    this.#buckets.take(network);
  }
}
