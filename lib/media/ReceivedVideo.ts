import type { types } from 'mediasoup';

import type { VideoDemand } from './allocateLayers.ts';
import { layersOf } from './layersOf.ts';

/** The shortest time between two key frames because of losses, ms. */
const RENEWAL_INTERVAL = 3_000;

/** Time for which nothing is sent so that a full queue on the way gets empty, ms. */
const DRAIN = 300;

/** Time for which a video is sent in its smallest resolution after its picture was lost, ms. */
const CAUTION = 3_000;

/** A choice of layers, with all of its parts. */
export interface Layers {
  readonly spatialLayer: number;
  readonly temporalLayer: number;
}

/** The smallest resolution, in its full frame rate. */
export const SMALLEST: Layers = { spatialLayer: 0, temporalLayer: Infinity };

/** The least that can be sent of a video. */
export const LEAST: Layers = { spatialLayer: 0, temporalLayer: 0 };

/**
 * A video that a client receives: what the client wants of it, within what its
 * bandwidth allows. The two are independent: a video flows if the client has resumed
 * it and it is not suspended, in the lower of the layers wanted and allowed.
 */
export class ReceivedVideo {
  readonly consumer: types.Consumer;
  /** The producer on its own router, where it can be measured. */
  readonly producer: types.Producer;
  readonly prefers: VideoDemand['prefers'];
  readonly #top: Layers;
  #paused: boolean;
  #wanted: Layers;
  #allowed: Layers;
  #suspended = false;
  #restartedAt = -Infinity;
  #brokeOffAt = -Infinity;
  /** Runs while nothing is sent, until the queue on the way is empty. */
  #drain: NodeJS.Timeout | undefined;

  constructor(
    consumer: types.Consumer,
    producer: types.Producer,
    prefers: VideoDemand['prefers'],
  ) {
    const { spatialLayers, temporalLayers } = layersOf(consumer);
    this.consumer = consumer;
    this.producer = producer;
    this.prefers = prefers;
    this.#top = {
      spatialLayer: spatialLayers - 1,
      temporalLayer: temporalLayers - 1,
    };
    this.#paused = consumer.paused;
    this.#wanted = this.#top;
    this.#allowed = this.#top;
  }

  /** True if the client has not resumed it. */
  get paused(): boolean {
    return this.#paused;
  }

  /** True if the bandwidth does not allow it. */
  get suspended(): boolean {
    return this.#suspended;
  }

  /** The layers that the client wants. */
  get wanted(): Layers {
    return this.#wanted;
  }

  /** True if the client gets less than it wants. */
  get limited(): boolean {
    return this.#suspended || !isSame(this.#granted, this.#wanted);
  }

  /** True if it is sent in its smallest resolution, or not at all. */
  get small(): boolean {
    return this.#suspended || this.#granted.spatialLayer === 0;
  }

  /** True while it stays in its smallest resolution because its picture was lost. */
  get cautious(): boolean {
    return performance.now() - this.#brokeOffAt < CAUTION;
  }

  /** Pauses or resumes it for the client. */
  async setPaused(paused: boolean): Promise<void> {
    this.#paused = paused;
    await this.#flow();
  }

  /** Sets the layers that the client wants. */
  async want({
    spatialLayer,
    temporalLayer = this.#top.temporalLayer,
  }: types.ConsumerLayers): Promise<void> {
    this.#wanted = { spatialLayer, temporalLayer };
    await this.#prefer();
  }

  /**
   * Allows layers, or all. A video that is lowered to another resolution starts anew, which
   * `begin` does.
   */
  async allow(
    layers: Layers = this.#top,
    begin = () => this.#restart(),
  ): Promise<void> {
    const before = this.#granted;
    this.#allowed = layers;
    if (!isSame(this.#granted, before)) {
      const lowered = this.#granted.spatialLayer < before.spatialLayer;
      await (lowered ? begin() : this.#prefer());
    }
    if (this.#suspended) {
      this.#suspended = false;
      await this.#flow();
    }
  }

  /** Allows layers after heavy losses, which have filled the queue on the way. */
  async allowDrained(layers: Layers): Promise<void> {
    await this.allow(layers, () => this.#drainAndRestart());
  }

  /**
   * Restarts it after heavy losses if it is in its smallest resolution, unless it just
   * has been: the browser would wait seconds for repeats of what is not kept any more. A
   * key frame of a larger one would fill the queue of a thin link.
   */
  async renew(): Promise<void> {
    if (
      this.#granted.spatialLayer === 0 &&
      this.#sinceRestart >= RENEWAL_INTERVAL
    ) {
      await this.#drainAndRestart();
    }
  }

  /** Sends a key frame of any resolution, unless it has just started anew. */
  async refresh(): Promise<void> {
    if (this.#flows && this.#sinceRestart >= RENEWAL_INTERVAL) {
      this.#restartedAt = performance.now();
      await this.consumer.requestKeyFrame();
    }
  }

  /**
   * Continues in the smallest resolution, since the receiver has lost the picture of a
   * camera: a key frame of a larger one may be lost in the same way.
   *
   * @returns False if it is in its smallest resolution already.
   */
  async retreat(layers: Layers): Promise<boolean> {
    const { spatialLayer } = this.#granted;
    if (this.prefers === 'detail' || spatialLayer === 0 || this.#suspended) {
      return false;
    }
    this.#brokeOffAt = performance.now();
    await this.allowDrained(layers);
    return true;
  }

  /** Stops it, as the bandwidth does not allow even the lowest layers. */
  async suspend(): Promise<void> {
    if (!this.#suspended) {
      this.#suspended = true;
      await this.#flow();
    }
  }

  /** The lower of what is wanted and what is allowed. */
  get #granted(): Layers {
    return {
      spatialLayer: Math.min(
        this.#wanted.spatialLayer,
        this.#allowed.spatialLayer,
      ),
      temporalLayer: Math.min(
        this.#wanted.temporalLayer,
        this.#allowed.temporalLayer,
      ),
    };
  }

  get #sinceRestart(): number {
    return performance.now() - this.#restartedAt;
  }

  get #flows(): boolean {
    return !this.#paused && !this.#suspended && this.#drain === undefined;
  }

  /** Requests arrive in this order, so the last one holds. */
  async #flow(): Promise<void> {
    await (this.#flows ? this.consumer.resume() : this.consumer.pause());
  }

  /**
   * Starts over with a key frame. What is left of a higher layer, lost in a queue that
   * is too long already, is not sent again then; and mediasoup does not take the fall
   * for its own, after which it would not raise the layer for 10 s.
   */
  async #restart(): Promise<void> {
    const { consumer } = this;
    if (this.#flows) {
      this.#restartedAt = performance.now();
    }
    await Promise.all([
      this.#prefer(),
      ...(this.#flows ? [consumer.pause(), consumer.resume()] : []),
    ]);
  }

  /**
   * Starts anew once the queue on the way has had time to get empty: a key frame that is
   * sent into a full one is lost as well, and so are most repeats of it.
   */
  async #drainAndRestart(): Promise<void> {
    if (this.#flows) {
      this.#restartedAt = performance.now();
      this.#drain = setTimeout(() => {
        this.#drain = undefined;
        this.#flow().catch(() => {
          // It has been closed.
        });
      }, DRAIN).unref();
    }
    // Paused first: a browser makes no second key frame within 300 ms.
    await Promise.all([this.#flow(), this.#prefer()]);
  }

  async #prefer(): Promise<void> {
    await this.consumer.setPreferredLayers(this.#granted);
  }
}

function isSame(one: Layers, other: Layers): boolean {
  return (
    one.spatialLayer === other.spatialLayer &&
    one.temporalLayer === other.temporalLayer
  );
}
