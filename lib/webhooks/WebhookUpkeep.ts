import { schedule } from 'node-cron';
import type { ScheduledTask } from 'node-cron';

import type { Live } from '../core/Live.ts';
import { Logger } from '../core/logger.ts';
import type { StoredWebhooks } from '../store/WebhookStore.ts';
import type { WebhooksOptions } from './options.ts';

const logger = new Logger('webhooks');

const EVERY_TEN_MINUTES = '3-59/10 * * * *';

/** The time in which the last events about a deleted account can be delivered, ms. */
const LAST_EVENTS = 3_600_000;

/** The part of the store that needs upkeep. */
type Outbox = Pick<
  StoredWebhooks,
  'giveUpBeyond' | 'deleteOld' | 'eraseDeletedAccounts'
>;

/** Gives up the oldest of too many deliveries, and deletes old ones. */
export class WebhookUpkeep {
  readonly #store: Outbox;
  readonly #options: Live<WebhooksOptions>;
  readonly #task: ScheduledTask;

  constructor(store: Outbox, options: Live<WebhooksOptions>) {
    this.#store = store;
    this.#options = options;
    this.#task = schedule(EVERY_TEN_MINUTES, () => this.#run(), {
      name: 'webhooks',
    });
  }

  /** Stops deleting. */
  async close(): Promise<void> {
    await this.#task.destroy();
  }

  async #run(): Promise<void> {
    const { outbox, retention } = this.#options;
    try {
      const givenUp = await this.#store.giveUpBeyond(
        outbox,
        `webhooks.outbox: more than ${outbox} deliveries waited`,
      );
      if (givenUp > 0) {
        logger.error('gives up %d events, because too many wait', givenUp);
      }
      const now = Date.now();
      const oldest = new Date(now - retention);
      const deleted = await this.#store.deleteOld(oldest);
      await this.#store.eraseDeletedAccounts(
        oldest,
        new Date(now - LAST_EVENTS),
      );
      logger.debug('deleted %d deliveries', deleted);
    } catch (error) {
      logger.warn('cannot delete old events, tries again: %s', error);
    }
  }
}
