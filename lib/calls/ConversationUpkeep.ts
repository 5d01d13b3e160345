import { schedule } from 'node-cron';
import type { ScheduledTask } from 'node-cron';

import { Logger } from '../core/logger.ts';
import type { Conversations } from '../store/CallStore.ts';

const logger = new Logger('calls');

const HOURLY = '41 * * * *';

/** Deletes expired share links and guests from the store, every hour. */
export class ConversationUpkeep {
  readonly #task: ScheduledTask;

  constructor(conversations: Pick<Conversations, 'deleteExpired'>) {
    this.#task = schedule(
      HOURLY,
      async () => {
        try {
          const count = await conversations.deleteExpired();
          logger.debug('deleted %d expired share links and guests', count);
        } catch (error) {
          logger.warn(
            'cannot delete expired share links and guests, tries again: %s',
            error,
          );
        }
      },
      { name: 'conversations' },
    );
  }

  /** Stops deleting. */
  async close(): Promise<void> {
    await this.#task.destroy();
  }
}
