import { schedule } from 'node-cron';
import type { ScheduledTask } from 'node-cron';

import { Logger } from '../core/logger.ts';
import type { Logins } from '../store/Store.ts';

const logger = new Logger('accounts');

const HOURLY = '29 * * * *';

/** Deletes expired logins from the store, every hour. */
export class LoginUpkeep {
  readonly #task: ScheduledTask;

  constructor(logins: Logins) {
    this.#task = schedule(
      HOURLY,
      async () => {
        try {
          const count = await logins.deleteExpired();
          logger.debug('deleted %d expired logins', count);
        } catch (error) {
          logger.warn('cannot delete expired logins, tries again: %s', error);
        }
      },
      { name: 'logins' },
    );
  }

  /** Stops deleting. */
  async close(): Promise<void> {
    await this.#task.destroy();
  }
}
