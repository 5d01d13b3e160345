import type { types } from 'mediasoup';

import { Logger } from '../core/logger.ts';
import type { FirstPictures } from './FirstPictures.ts';

const logger = new Logger('ReceivedSound');

/**
 * A track of sound that a client has resumed before the first pictures of its transport
 * were sent. It begins after them, so that they leave no gap in it.
 */
export class ReceivedSound {
  readonly #consumer: types.Consumer;
  #paused = false;
  #begun = false;

  constructor(consumer: types.Consumer, pictures: FirstPictures) {
    this.#consumer = consumer;
    this.#begin(pictures).catch((error: unknown) => {
      if (!consumer.closed) {
        logger.error('cannot start a sound: %o', error);
      }
    });
  }

  /** True if the client has paused it. */
  get paused(): boolean {
    return this.#paused;
  }

  /** Pauses or resumes it for the client, which does not wait for the pictures. */
  async setPaused(paused: boolean): Promise<void> {
    this.#paused = paused;
    if (this.#begun) {
      await this.#flow();
    }
  }

  async #begin(pictures: FirstPictures): Promise<void> {
    await pictures.whenSent();
    this.#begun = true;
    await this.#flow();
  }

  /** Requests arrive in this order, so the last one holds. */
  async #flow(): Promise<void> {
    await (this.#paused ? this.#consumer.pause() : this.#consumer.resume());
  }
}
