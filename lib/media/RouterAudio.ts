import type { types } from 'mediasoup';

import type { Logger } from '../core/logger.ts';
import type { AudioObservers } from './RoomRouter.ts';
import { whenClosed } from './whenClosed.ts';

/** How loud a peer is. */
export interface AudioLevel {
  peerId: string;
  /** The average over an interval, -127 to 0 dBov. */
  volume: number;
}

/** How loud a microphone is: -127 to 0 dBov, the average over an interval. */
interface Loudness {
  producerId: string;
  volume: number;
}

/** Who is told what an ear hears. */
export interface Listener {
  /** The volumes of an interval are there; none once when it is silent. */
  onLevels(ear: RouterAudio): void;
  /** Another microphone is the one that is heard most. */
  onDominant(): void;
  /** The router is gone, and what listened to it. */
  onClose(ear: RouterAudio): void;
}

/** What is heard of the microphones that come in at one router. */
export class RouterAudio {
  readonly #listeners: AudioObservers;
  readonly #listener: Listener;
  readonly #logger: Logger;
  /** The peers behind the microphones that are on, by producer. */
  readonly #peerIds = new Map<string, string>();
  #levels: readonly Loudness[] = [];
  #dominant: string | undefined;

  constructor(listeners: AudioObservers, listener: Listener, logger: Logger) {
    this.#listeners = listeners;
    this.#listener = listener;
    this.#logger = logger;
    listeners.activeSpeaker.on('dominantspeaker', ({ producer }) => {
      this.#dominant = producer.id;
      listener.onDominant();
    });
    listeners.audioLevels.on('volumes', (volumes) => {
      this.#hear(
        volumes.map(({ producer, volume }) => ({
          producerId: producer.id,
          volume,
        })),
      );
    });
    listeners.audioLevels.on('silence', () => this.#hear([]));
    whenClosed(listeners.audioLevels, () => listener.onClose(this));
  }

  /** The volumes of the last interval; none where it was silent. */
  get levels(): AudioLevel[] {
    return this.#levels.flatMap(({ producerId, volume }) => {
      const peerId = this.#peerIds.get(producerId);
      return peerId === undefined ? [] : [{ peerId, volume }];
    });
  }

  /** The loudest of them, -Infinity where it was silent. */
  get volume(): number {
    return Math.max(...this.levels.map(({ volume }) => volume));
  }

  /** The peer that is heard most, also while it is silent. */
  get dominant(): string | undefined {
    return this.#dominant === undefined
      ? undefined
      : this.#peerIds.get(this.#dominant);
  }

  /** Listens to a peer's microphone that is on. */
  add(peerId: string, producer: types.Producer): void {
    this.#peerIds.set(producer.id, peerId);
    this.#ask(producer, (listener) =>
      listener.addProducer({ producerId: producer.id }),
    );
  }

  /** Listens no more to a microphone that was switched off, or is gone. */
  remove(producer: types.Producer): void {
    this.#peerIds.delete(producer.id);
    if (!producer.closed) {
      // mediasoup takes a microphone that is off for a silent one.
      this.#ask(producer, (listener) =>
        listener.removeProducer({ producerId: producer.id }),
      );
    }
    if (this.#peerIds.size === 0) {
      this.#hear([]);
    }
  }

  #hear(levels: readonly Loudness[]): void {
    this.#levels = levels;
    this.#listener.onLevels(this);
  }

  /** Asks both listeners; what closes meanwhile needs no listening to. */
  #ask(
    producer: types.Producer,
    request: (
      listener: AudioObservers['activeSpeaker'] | AudioObservers['audioLevels'],
    ) => Promise<void>,
  ): void {
    for (const listener of Object.values(this.#listeners)) {
      request(listener).catch((error: unknown) => {
        if (!producer.closed && !listener.closed) {
          this.#logger.error('nobody listens to %s: %o', producer.id, error);
        }
      });
    }
  }
}
