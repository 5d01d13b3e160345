import { parseScalabilityMode } from 'mediasoup-client';
import type { types } from 'mediasoup-client';
import type { ResumableChannel } from './ResumableChannel.ts';

/** How large a picture is shown, in pixels of the screen. */
export type Size = { width: number; height: number };

/** What the best layer of a camera is taken to measure; each below has half. */
const BEST_WIDTH = 960;
const RATIO = 16 / 9;

/** By how much a picture may be enlarged before the next layer is better. */
const ENLARGED = 4 / 3;

/** By how much wider a picture has to be shown to come before another. */
const WIDER = 320;

/** What is wanted of a video. */
type Wish = { layer: number; priority: number };

/**
 * A video that is received: no more of it than is shown, and before those that
 * are shown smaller where the network does not take all.
 */
export class AdaptiveConsumer {
  readonly #line: ResumableChannel;
  readonly #consumer: types.Consumer;
  readonly #top: number;
  /** Undefined while nothing is wanted. */
  #wanted: Wish | undefined;
  #layer: number;
  /** As the server has it at the start. */
  #priority = 1;
  #paused = false;
  #syncing = false;

  /** Takes a consumer whose media flows already. */
  constructor(line: ResumableChannel, consumer: types.Consumer) {
    this.#line = line;
    this.#consumer = consumer;
    const mode = consumer.rtpParameters.encodings?.[0]?.scalabilityMode;
    this.#top = parseScalabilityMode(mode).spatialLayers - 1;
    this.#layer = this.#top;
  }

  /** Says how large it is shown from now on; undefined: not at all. */
  show(size: Size | undefined): void {
    this.#wanted = size && this.#wishFor(size);
    void this.#sync();
  }

  #wishFor({ width, height }: Size): Wish {
    const shown = Math.max(width, height * RATIO);
    return {
      layer: this.#layerFor(shown / ENLARGED),
      priority: Math.max(1, Math.ceil(shown / WIDER)),
    };
  }

  /** The lowest layer that is good enough for a picture that needs a width. */
  #layerFor(needed: number): number {
    for (let layer = 0; layer < this.#top; layer += 1) {
      if (BEST_WIDTH / 2 ** (this.#top - layer) >= needed) {
        return layer;
      }
    }
    return this.#top;
  }

  /** Asks for one thing after the other until the server does what is wanted. */
  async #sync(): Promise<void> {
    if (this.#syncing) {
      return;
    }
    this.#syncing = true;
    try {
      let step = this.#nextStep();
      while (step) {
        await step;
        step = this.#nextStep();
      }
    } catch (error) {
      // Nothing is left to ask for where the consumer or the stay has ended.
      if (!this.#consumer.closed) {
        console.warn('The server does not send what is shown:', error);
      }
    } finally {
      this.#syncing = false;
    }
  }

  #nextStep(): Promise<unknown> | undefined {
    const { id: consumerId, closed } = this.#consumer;
    const wanted = this.#wanted;
    if (closed) {
      return undefined;
    }
    if (wanted === undefined) {
      return this.#paused ? undefined : this.#setPaused(true);
    }
    // First the layer, so that nothing flows that is not wanted.
    const { layer, priority } = wanted;
    if (layer !== this.#layer) {
      this.#layer = layer;
      return this.#line.request('setConsumerPreferredLayers', {
        consumerId,
        spatialLayer: layer,
      });
    }
    if (priority !== this.#priority) {
      this.#priority = priority;
      return this.#line.request('setConsumerPriority', {
        consumerId,
        priority,
      });
    }
    return this.#paused ? this.#setPaused(false) : undefined;
  }

  async #setPaused(paused: boolean): Promise<void> {
    this.#paused = paused;
    await this.#line.request(paused ? 'pause' : 'resume', {
      consumerId: this.#consumer.id,
    });
  }
}
