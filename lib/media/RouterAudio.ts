import type { types } from 'mediasoup';

import type { Logger } from '../core/logger.ts';
import type { AudioObservers } from './RoomRouter.ts';
import { whenClosed } from './whenClosed.ts';

/** The audio level of a peer. */
export interface AudioLevel {
  peerId: string;
  /** The average over an interval, -127 to 0 dBov. */
  volume: number;
}

/** The audio level of a producer: -127 to 0 dBov, the average over an interval. */
interface ProducerLevel {
  producerId: string;
  volume: number;
}

/** Receives the reports of a router's audio. */
export interface AudioReceiver {
  /** The levels of an interval are there; empty once when it falls silent. */
  onLevels(source: RouterAudio): void;
  /** The dominant speaker has changed. */
  onDominant(): void;
  /** The router and its observers have closed. */
  onClose(source: RouterAudio): void;
}

/** The levels and the dominant speaker of the microphones on one router. */
export class RouterAudio {
  readonly #observers: AudioObservers;
  readonly #receiver: AudioReceiver;
  readonly #logger: Logger;
  /** The owners of the microphones that are observed, by producer. */
  readonly #peerIds = new Map<string, string>();
  #levels: readonly ProducerLevel[] = [];
  #dominant: string | undefined;

  constructor(
    observers: AudioObservers,
    receiver: AudioReceiver,
    logger: Logger,
  ) {
    this.#observers = observers;
    this.#receiver = receiver;
    this.#logger = logger;
    observers.activeSpeaker.on('dominantspeaker', ({ producer }) => {
      this.#dominant = producer.id;
      receiver.onDominant();
    });
    observers.audioLevels.on('volumes', (volumes) => {
      this.#setLevels(
        volumes.map(({ producer, volume }) => ({
          producerId: producer.id,
          volume,
        })),
      );
    });
    observers.audioLevels.on('silence', () => this.#setLevels([]));
    whenClosed(observers.audioLevels, () => receiver.onClose(this));
  }

  /** The levels of the last interval; empty if it was silent. */
  get levels(): AudioLevel[] {
    return this.#levels.flatMap(({ producerId, volume }) => {
      const peerId = this.#peerIds.get(producerId);
      return peerId === undefined ? [] : [{ peerId, volume }];
    });
  }

  /** The highest of the levels, -Infinity if it was silent. */
  get volume(): number {
    return Math.max(...this.levels.map(({ volume }) => volume));
  }

  /** The peer that is the dominant speaker, even while it is silent. */
  get dominant(): string | undefined {
    return this.#dominant === undefined
      ? undefined
      : this.#peerIds.get(this.#dominant);
  }

  /** Observes a peer's microphone, which must not be paused. */
  add(peerId: string, producer: types.Producer): void {
    this.#peerIds.set(producer.id, peerId);
    this.#request(producer, (observer) =>
      observer.addProducer({ producerId: producer.id }),
    );
  }

  /** Stops observing a microphone that was paused or closed. */
  remove(producer: types.Producer): void {
    this.#peerIds.delete(producer.id);
    if (!producer.closed) {
      // mediasoup takes a paused microphone for a silent one.
      this.#request(producer, (observer) =>
        observer.removeProducer({ producerId: producer.id }),
      );
    }
    if (this.#peerIds.size === 0) {
      this.#setLevels([]);
    }
  }

  #setLevels(levels: readonly ProducerLevel[]): void {
    this.#levels = levels;
    this.#receiver.onLevels(this);
  }

  /** Sends a request to both observers; it may fail if something has closed. */
  #request(
    producer: types.Producer,
    request: (
      observer: AudioObservers['activeSpeaker'] | AudioObservers['audioLevels'],
    ) => Promise<void>,
  ): void {
    for (const observer of Object.values(this.#observers)) {
      request(observer).catch((error: unknown) => {
        if (!producer.closed && !observer.closed) {
          this.#logger.error(
            'the producer %s cannot be observed: %o',
            producer.id,
            error,
          );
        }
      });
    }
  }
}
