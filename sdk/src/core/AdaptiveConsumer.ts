import { parseScalabilityMode } from 'mediasoup-client';
import type { types } from 'mediasoup-client';
import { StepRunner } from './StepRunner.ts';
import type { ResumableChannel } from './ResumableChannel.ts';

/** The size at which a picture is shown, in pixels of the screen. */
export type Size = { width: number; height: number };

/** Assumed width of the best layer of a camera; each layer below has half. */
const BEST_WIDTH = 960;
const RATIO = 16 / 9;

/** Factor by which a picture may be enlarged before the next layer is used. */
const ENLARGED = 4 / 3;

/** Width in pixels that raises the priority of a picture by one. */
const WIDER = 320;

/** The layer and priority that suit the size at which a video is shown. */
type Target = { layer: number; priority: number };

/**
 * A received video, adapted to its display size: no higher layer than it needs,
 * and a higher priority the larger it is, for networks that cannot carry all.
 */
export class AdaptiveConsumer {
  readonly #channel: ResumableChannel;
  readonly #consumer: types.Consumer;
  readonly #top: number;
  /** Undefined while the video is not shown. */
  #target: Target | undefined;
  #layer: number;
  /** The server's initial value. */
  #priority = 1;
  #paused = false;
  readonly #steps = new StepRunner(
    () => this.#nextStep(),
    (error) => this.#onError(error),
  );

  /** Takes a consumer that has been resumed. */
  constructor(channel: ResumableChannel, consumer: types.Consumer) {
    this.#channel = channel;
    this.#consumer = consumer;
    const mode = consumer.rtpParameters.encodings?.[0]?.scalabilityMode;
    this.#top = parseScalabilityMode(mode).spatialLayers - 1;
    this.#layer = this.#top;
  }

  /** Adapts to a new display size; undefined: not shown. */
  setDisplaySize(size: Size | undefined): void {
    this.#target = size && this.#targetFor(size);
    void this.#steps.run();
  }

  #targetFor({ width, height }: Size): Target {
    const shown = Math.max(width, height * RATIO);
    return {
      layer: this.#layerFor(shown / ENLARGED),
      priority: Math.max(1, Math.ceil(shown / WIDER)),
    };
  }

  /** The lowest layer that is at least this wide. */
  #layerFor(needed: number): number {
    for (let layer = 0; layer < this.#top; layer += 1) {
      if (BEST_WIDTH / 2 ** (this.#top - layer) >= needed) {
        return layer;
      }
    }
    return this.#top;
  }

  #onError(error: unknown): void {
    // Once the consumer or the session has ended, there is nothing to adapt.
    if (!this.#consumer.closed) {
      console.warn('A received video could not be adapted:', error);
    }
  }

  #nextStep(): Promise<unknown> | undefined {
    const { id: consumerId, closed } = this.#consumer;
    const target = this.#target;
    if (closed) {
      return undefined;
    }
    if (target === undefined) {
      return this.#paused ? undefined : this.#setPaused(true);
    }
    // The layer comes first, so that a resumed video never exceeds it.
    const { layer, priority } = target;
    if (layer !== this.#layer) {
      this.#layer = layer;
      return this.#channel.request('setConsumerPreferredLayers', {
        consumerId,
        spatialLayer: layer,
      });
    }
    if (priority !== this.#priority) {
      this.#priority = priority;
      return this.#channel.request('setConsumerPriority', {
        consumerId,
        priority,
      });
    }
    return this.#paused ? this.#setPaused(false) : undefined;
  }

  async #setPaused(paused: boolean): Promise<void> {
    this.#paused = paused;
    await this.#channel.request(paused ? 'pause' : 'resume', {
      consumerId: this.#consumer.id,
    });
  }
}
