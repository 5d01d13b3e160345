import { schedule } from 'node-cron';
import type { ScheduledTask } from 'node-cron';

import type { Live } from '../core/Live.ts';
import { Logger } from '../core/logger.ts';
import type { StoredWebhooks } from '../store/WebhookStore.ts';
import type { WebhooksOptions } from './options.ts';

const logger = new Logger('webhooks');

const EVERY_TEN_MINUTES = '3-59/10 * * * *';

/** Gives up the oldest of too many deliveries, and deletes old ones. */
export class WebhookUpkeep {
  readonly #store: Pick<StoredWebhooks, 'giveUpBeyond' | 'deleteOld'>;
  readonly #options: Live<WebhooksOptions>;
  readonly #task: ScheduledTask;

  constructor(
    store: Pick<StoredWebhooks, 'giveUpBeyond' | 'deleteOld'>,
    options: Live<WebhooksOptions>,
  ) {
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
      const deleted = await this.#store.deleteOld(
        new Date(Date.now() - retention),
      );
      logger.debug('deleted %d deliveries', deleted);
    } catch (error) {
      logger.warn('cannot delete old events, tries again: %s', error);
    }
  }
}
