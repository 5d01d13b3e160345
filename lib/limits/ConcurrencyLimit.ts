import { AppError, coreErrors } from '../core/errors.ts';
import type { ErrorSpec } from '../core/errors.ts';

/**
 * Bounds how many of something there are, those included that are being made:
 * requests that come together must not get past the limit together.
 */
export class ConcurrencyLimit {
  readonly #what: string;
  readonly #option: string;
  readonly #limit: () => number;
  readonly #code: ErrorSpec;
  #reserved = 0;

  /**
   * @param what - What is bounded and to whom, as in "transports of one peer".
   * @param option - The option of the limit; named to whoever is refused.
   * @param limit - The limit as it is now.
   * @param code - The error of whoever is refused.
   */
  constructor(
    what: string,
    option: string,
    limit: () => number,
    code: ErrorSpec = coreErrors.LIMIT_REACHED,
  ) {
    this.#what = what;
    this.#option = option;
    this.#limit = limit;
    this.#code = code;
  }

  /**
   * Keeps a place for one more while it is being made: `using` gives it back
   * at the end, when what was made counts itself.
   *
   * @param held - How many there are.
   * @throws {AppError} With the code.
   */
  reserve(held: number): Disposable {
    const limit = this.#limit();
    if (held + this.#reserved >= limit) {
      throw new AppError(
        this.#code,
        `${this.#option}: expected at most ${limit} ${this.#what}, and as many are there`,
        { option: this.#option },
      );
    }
    this.#reserved += 1;
    return {
      [Symbol.dispose]: () => {
        this.#reserved -= 1;
      },
    };
  }
}
