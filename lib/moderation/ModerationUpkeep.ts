import { schedule } from 'node-cron';
import type { ScheduledTask } from 'node-cron';

import type { Live } from '../core/Live.ts';
import { Logger } from '../core/logger.ts';
import type { StoredAudit, StoredBans } from '../store/ModerationStore.ts';
import type { ModerationOptions } from './options.ts';

const logger = new Logger('moderation');

const HOURLY = '53 * * * *';

/** Deletes expired bans and old entries of the audit log, every hour. */
export class ModerationUpkeep {
  readonly #task: ScheduledTask;

  constructor(
    bans: Pick<StoredBans, 'deleteExpired'>,
    audit: Pick<StoredAudit, 'deleteOld'>,
    options: Live<ModerationOptions>,
  ) {
    this.#task = schedule(
      HOURLY,
      async () => {
        const { bans: mostBans, auditTime, auditEntries } = options;
        try {
          const expired = await bans.deleteExpired(mostBans);
          const old = await audit.deleteOld(
            new Date(Date.now() - auditTime),
            auditEntries,
          );
          logger.debug('deleted %d bans and %d entries', expired, old);
        } catch (error) {
          logger.warn(
            'cannot delete expired bans and old entries, tries again: %s',
            error,
          );
        }
      },
      { name: 'moderation' },
    );
  }

  /** Stops deleting. */
  async close(): Promise<void> {
    await this.#task.destroy();
  }
}
