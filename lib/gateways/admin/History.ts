import type { z } from 'zod';

import { Logger } from '../../core/logger.ts';
import type { OpsOptions } from '../../http/options.ts';
import type { Node } from './Node.ts';
import type { historyShape } from './nodeShapes.ts';

const logger = new Logger('History');

type HistoryView = z.input<typeof historyShape>;

/** The latest figures of this server, in memory: by default, those of an hour. */
export class History {
  readonly #node: Pick<Node, 'view'>;
  readonly #options: OpsOptions;
  readonly #isWanted: () => boolean;
  readonly #samples: HistoryView['samples'] = [];
  readonly #timer: NodeJS.Timeout;
  #closed = false;

  /** @param isWanted - Tells if there are clients that may ask for the figures. */
  constructor(
    node: Pick<Node, 'view'>,
    options: OpsOptions,
    isWanted: () => boolean,
  ) {
    this.#node = node;
    this.#options = options;
    this.#isWanted = isWanted;
    this.#timer = setInterval(
      () => void this.#sample(),
      options.historyInterval,
    ).unref();
  }

  /** The figures that are kept. */
  get view(): HistoryView {
    const { historyInterval: interval } = this.#options;
    return { interval, samples: this.#samples };
  }

  /** Keeps no more figures. */
  close(): void {
    this.#closed = true;
    clearInterval(this.#timer);
  }

  async #sample(): Promise<void> {
    if (!this.#isWanted()) {
      return;
    }
    try {
      const at = new Date().toISOString();
      const { rooms, peers, cpuUsage, ...view } = await this.#node.view();
      this.#samples.push({
        at,
        rooms,
        peers,
        cpuUsage,
        incomingBitrate: view.incomingBitrate,
        outgoingBitrate: view.outgoingBitrate,
        workers: view.workers.map((it) => ({
          index: it.index,
          consumers: it.consumers,
          cpuUsage: it.cpuUsage ?? 0,
        })),
      });
      if (this.#samples.length > this.#options.historyLength) {
        this.#samples.shift();
      }
    } catch (error) {
      // A worker that closes with the server cannot answer.
      if (!this.#closed) {
        logger.error('the figures of the server are unknown: %o', error);
      }
    }
  }
}
