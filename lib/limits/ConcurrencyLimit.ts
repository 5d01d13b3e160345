import { AppError, coreErrors } from '../core/errors.ts';
import type { ErrorSpec } from '../core/errors.ts';
import type { Live } from '../core/Live.ts';
import type { LimitName, Limits } from './options.ts';

/**
 * A bound on the number of objects that exist at once, those included that are
 * still being made: requests that arrive together cannot exceed it together.
 */
export class ConcurrencyLimit {
  readonly #limits: Live<Limits>;
  readonly #option: LimitName;
  readonly #objects: string;
  readonly #error: ErrorSpec;
  #acquired = 0;

  /**
   * @param option - The limit, which is named to clients that are refused.
   * @param objects - The objects and their owner, as in "transports of one peer".
   * @param error - The error of a refusal.
   */
  constructor(
    limits: Live<Limits>,
    option: LimitName,
    objects: string,
    error: ErrorSpec = coreErrors.LIMIT_REACHED,
  ) {
    this.#limits = limits;
    this.#option = option;
    this.#objects = objects;
    this.#error = error;
  }

  /**
   * Keeps a place for one more object while it is made. Disposing gives the
   * place back, by which time the object itself is counted.
   *
   * @param existing - The number of objects that exist.
   * @throws {AppError} The error of a refusal.
   */
  acquire(existing: number): Disposable {
    const limit = this.#limits[this.#option];
    if (existing + this.#acquired >= limit) {
      const option = `limits.${this.#option}`;
      throw new AppError(
        this.#error,
        `${option}: expected at most ${limit} ${this.#objects}, and that many exist`,
        { option },
      );
    }
    this.#acquired += 1;
    return {
      [Symbol.dispose]: () => {
        this.#acquired -= 1;
      },
    };
  }
}
