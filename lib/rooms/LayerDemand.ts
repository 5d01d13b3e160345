import { parseScalabilityMode } from 'mediasoup';
import type { types } from 'mediasoup';

/** Below every layer. */
const NOTHING = -1;

/**
 * How much of one producer its consumers want, so that its owner need not send
 * more. More is told at once, because somebody waits for a picture; less only
 * when it has stayed so for a while.
 *
 * At the start all of it counts as wanted: whoever hears of the producer needs
 * a moment to consume it.
 */
export class LayerDemand {
  readonly #delay: () => number;
  readonly #tell: (maxSpatialLayer: number | undefined) => void;
  readonly #top: number;
  /** The highest layer that each consumer wants that is not paused. */
  readonly #wishes = new Map<string, number>();
  /** How many wishes there are for each layer. */
  readonly #counts: number[];
  #told: number;
  /** The most that was wanted since the timer was set. */
  #most = NOTHING;
  #timer: NodeJS.Timeout | undefined;

  /**
   * @param delay - How long less must have been wanted before it is told, ms.
   * @param tell - Called with the highest layer that somebody wants, undefined
   *   when nobody wants any, whenever that has changed.
   */
  constructor(
    producer: types.Producer,
    delay: () => number,
    tell: (maxSpatialLayer: number | undefined) => void,
  ) {
    this.#delay = delay;
    this.#tell = tell;
    this.#top = topLayer(producer);
    this.#counts = Array.from({ length: this.#top + 1 }, () => 0);
    this.#told = this.#top;
    this.#await();
    producer.observer.once('close', () => clearTimeout(this.#timer));
  }

  /** Counts a consumer as it is now; a closed one no more. */
  note(consumer: types.Consumer): void {
    const before = this.#wishes.get(consumer.id) ?? NOTHING;
    const now = this.#wishOf(consumer);
    if (now === before) {
      return;
    }
    this.#count(before, -1);
    this.#count(now, 1);
    if (now === NOTHING) {
      this.#wishes.delete(consumer.id);
    } else {
      this.#wishes.set(consumer.id, now);
    }
    this.#compare();
  }

  /** A pause of the producer itself says nothing of what is wanted. */
  #wishOf({ closed, paused, preferredLayers }: types.Consumer): number {
    if (closed || paused) {
      return NOTHING;
    }
    return Math.min(preferredLayers?.spatialLayer ?? this.#top, this.#top);
  }

  #count(layer: number, change: number): void {
    if (layer !== NOTHING) {
      this.#counts[layer] = (this.#counts[layer] ?? 0) + change;
    }
  }

  /** The highest layer that somebody wants. */
  get #wanted(): number {
    return this.#counts.findLastIndex((count) => count > 0);
  }

  #compare(): void {
    const wanted = this.#wanted;
    if (wanted >= this.#told) {
      clearTimeout(this.#timer);
      this.#timer = undefined;
      this.#announce(wanted);
    } else if (this.#timer === undefined) {
      this.#await();
    } else {
      this.#most = Math.max(this.#most, wanted);
    }
  }

  /** Tells, in time, that less is wanted, if that is still so by then. */
  #await(): void {
    this.#most = this.#wanted;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.#announce(this.#most);
      this.#compare();
    }, this.#delay());
  }

  #announce(layer: number): void {
    if (layer !== this.#told) {
      this.#told = layer;
      this.#tell(layer === NOTHING ? undefined : layer);
    }
  }
}

/** The highest spatial layer that a producer can send, counted from 0. */
function topLayer({ rtpParameters: { encodings = [] } }: types.Producer) {
  if (encodings.length > 1) {
    return encodings.length - 1;
  }
  return parseScalabilityMode(encodings[0]?.scalabilityMode).spatialLayers - 1;
}
