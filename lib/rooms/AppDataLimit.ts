import { AppError, coreErrors } from '../core/errors.ts';
import type { Live } from '../core/Live.ts';
import type { Limits } from '../limits/options.ts';
import type { AppData } from './events.ts';

const OPTION = 'limits.appDataBytesPerPeer';

/**
 * A bound on the `appData` of everything that one peer sends, bytes of JSON:
 * each peer that joins is told all of it at once.
 */
export class AppDataLimit {
  readonly #limits: Live<Limits>;
  #bytes = 0;

  constructor(limits: Live<Limits>) {
    this.#limits = limits;
  }

  /**
   * Counts the `appData` of one more track or data channel, until it is disposed
   * of.
   *
   * @throws {AppError} LIMIT_REACHED.
   */
  acquire(appData: AppData): Disposable {
    const bytes = Buffer.byteLength(JSON.stringify(appData));
    const limit = this.#limits.appDataBytesPerPeer;
    if (this.#bytes + bytes > limit) {
      throw new AppError(
        coreErrors.LIMIT_REACHED,
        `${OPTION}: expected at most ${limit} bytes of appData on all tracks and data channels of one peer, got ${this.#bytes + bytes}`,
        { option: OPTION },
      );
    }
    this.#bytes += bytes;
    return {
      [Symbol.dispose]: () => {
        this.#bytes -= bytes;
      },
    };
  }
}
