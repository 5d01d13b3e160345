import { Logger } from '../core/logger.ts';
import { Rounds } from '../core/Rounds.ts';
import type { Logins } from '../store/Store.ts';
import type { TokenIdentity } from './Accounts.ts';

const logger = new Logger('accounts');

/** The interval between two looks at the store, ms. */
const INTERVAL = 5_000;

/** The most that the clocks of servers and of operators' machines may differ, ms. */
const CLOCK_SKEW = 60_000;

/**
 * Reports logins that have ended in the store: at another server, or by a
 * command of an operator's. Those that ended here are reported as well, and
 * each may be reported several times.
 */
export class EndedLogins {
  readonly #logins: Logins;
  readonly #onEnded: (login: TokenIdentity) => void;
  #since = Date.now();
  readonly #looks = new Rounds(
    () => this.#report(),
    () => INTERVAL,
  );

  constructor(logins: Logins, onEnded: (login: TokenIdentity) => void) {
    this.#logins = logins;
    this.#onEnded = onEnded;
    this.#looks.beginLater();
  }

  /** Stops looking, once the look under way is done. */
  close(): Promise<void> {
    return this.#looks.close();
  }

  async #report(): Promise<void> {
    const now = Date.now();
    try {
      const since = new Date(this.#since - CLOCK_SKEW);
      const ended = await this.#logins.endedSince(since);
      this.#since = now;
      for (const { id, userId } of this.#looks.closed ? [] : ended) {
        this.#onEnded({ userId, loginId: id });
      }
    } catch (error) {
      // The store logs its own failures; the next look covers this time, too.
      logger.debug('cannot look for ended logins: %s', error);
    }
  }
}
