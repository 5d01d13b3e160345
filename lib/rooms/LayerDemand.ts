import { parseScalabilityMode } from 'mediasoup';
import type { types } from 'mediasoup';

/** A consumer with what its owner asks for, whether it gets it or not. */
export interface Requested {
  readonly id: string;
  readonly closed: boolean;
  readonly paused: boolean;
  readonly preferredLayers: types.ConsumerLayers | undefined;
}

/** Below every layer. */
const NO_LAYER = -1;

/**
 * The layers of one producer that its consumers request, so that its owner need
 * not send more. A rise is announced at once, because someone is waiting for a
 * picture; a fall only when it has lasted for a while.
 *
 * A new producer counts as requested in full: its consumers need a moment to
 * be created.
 */
export class LayerDemand {
  readonly #releaseDelay: () => number;
  readonly #onChange: (maxSpatialLayer: number | undefined) => void;
  readonly #topLayer: number;
  /** The highest layer that each consumer requests, paused ones left out. */
  readonly #requested = new Map<string, number>();
  /** The number of consumers that request each layer. */
  readonly #counts: number[];
  #announced: number;
  /** The highest demand since the timer was set. */
  #peak = NO_LAYER;
  #timer: NodeJS.Timeout | undefined;

  /**
   * @param releaseDelay - How long a fall must last before it is announced, as
   *   it is now, ms.
   * @param onChange - Called with the highest layer that is requested,
   *   undefined if none is, whenever that has changed.
   */
  constructor(
    producer: types.Producer,
    releaseDelay: () => number,
    onChange: (maxSpatialLayer: number | undefined) => void,
  ) {
    this.#releaseDelay = releaseDelay;
    this.#onChange = onChange;
    this.#topLayer = topLayerOf(producer);
    this.#counts = Array.from({ length: this.#topLayer + 1 }, () => 0);
    this.#announced = this.#topLayer;
    this.#startTimer();
    producer.observer.once('close', () => clearTimeout(this.#timer));
  }

  /** Updates the demand of a consumer to its present state. */
  update(consumer: Requested): void {
    const before = this.#requested.get(consumer.id) ?? NO_LAYER;
    const now = this.#layerOf(consumer);
    if (now === before) {
      return;
    }
    this.#count(before, -1);
    this.#count(now, 1);
    if (now === NO_LAYER) {
      this.#requested.delete(consumer.id);
    } else {
      this.#requested.set(consumer.id, now);
    }
    this.#compare();
  }

  /** The layer that a consumer requests, even while its producer is paused. */
  #layerOf({ closed, paused, preferredLayers }: Requested): number {
    if (closed || paused) {
      return NO_LAYER;
    }
    return Math.min(
      preferredLayers?.spatialLayer ?? this.#topLayer,
      this.#topLayer,
    );
  }

  #count(layer: number, change: number): void {
    if (layer !== NO_LAYER) {
      this.#counts[layer] = (this.#counts[layer] ?? 0) + change;
    }
  }

  /** The highest layer that a consumer requests. */
  get #highest(): number {
    return this.#counts.findLastIndex((count) => count > 0);
  }

  #compare(): void {
    const highest = this.#highest;
    if (highest >= this.#announced) {
      clearTimeout(this.#timer);
      this.#timer = undefined;
      this.#announce(highest);
    } else if (this.#timer === undefined) {
      this.#startTimer();
    } else {
      this.#peak = Math.max(this.#peak, highest);
    }
  }

  /** Announces a fall after the delay, down to the peak within it. */
  #startTimer(): void {
    this.#peak = this.#highest;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.#announce(this.#peak);
      this.#compare();
    }, this.#releaseDelay());
  }

  #announce(layer: number): void {
    if (layer !== this.#announced) {
      this.#announced = layer;
      this.#onChange(layer === NO_LAYER ? undefined : layer);
    }
  }
}

/** The highest spatial layer that a producer can send, counted from 0. */
function topLayerOf({ rtpParameters: { encodings = [] } }: types.Producer) {
  if (encodings.length > 1) {
    return encodings.length - 1;
  }
  return parseScalabilityMode(encodings[0]?.scalabilityMode).spatialLayers - 1;
}
