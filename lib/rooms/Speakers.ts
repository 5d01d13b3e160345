import type { types } from 'mediasoup';

import type { Logger } from '../logger.ts';
import type { Listeners } from '../media/RouterGroup.ts';
import type { AudioLevel, RoomEvent } from './events.ts';

/**
 * Who speaks in a room, of those whose microphone is on. Made anew with the
 * routers of the room, because what listens to a router goes with it.
 */
export class Speakers {
  readonly #listeners: Listeners;
  readonly #tell: (event: RoomEvent) => void;
  readonly #logger: Logger;
  /** The peers behind the microphones that are on, by producer. */
  readonly #peerIds = new Map<string, string>();
  /** The producer that was heard most, also when it is silent now. */
  #dominant: string | undefined;
  #silent = true;
  #told: string | undefined;

  /** @param tell - Tells everybody in the room. */
  constructor(
    listeners: Listeners,
    tell: (event: RoomEvent) => void,
    logger: Logger,
  ) {
    this.#listeners = listeners;
    this.#tell = tell;
    this.#logger = logger;
    listeners.activeSpeaker.on('dominantspeaker', ({ producer }) => {
      this.#dominant = producer.id;
      this.#tellActive();
    });
    listeners.audioLevels.on('volumes', (volumes) => {
      this.#hear(
        volumes.flatMap(({ producer, volume }) => {
          const peerId = this.#peerIds.get(producer.id);
          return peerId === undefined ? [] : [{ peerId, volume }];
        }),
      );
    });
    listeners.audioLevels.on('silence', () => this.#hear([]));
  }

  /** Tells somebody who comes in while another one speaks. */
  introduce(tell: (event: RoomEvent) => void): void {
    if (this.#told !== undefined) {
      tell({ type: 'activeSpeaker', peerId: this.#told });
    }
  }

  /** Listens to a microphone from now on, whenever it is on. */
  add(peerId: string, producer: types.Producer): void {
    producer.observer.on('pause', () => this.#leaveAlone(producer));
    producer.observer.on('resume', () => this.#listenTo(producer, peerId));
    producer.observer.once('close', () => this.#forget(producer));
    if (!producer.paused) {
      this.#listenTo(producer, peerId);
    }
  }

  #listenTo(producer: types.Producer, peerId: string): void {
    if (producer.closed) {
      return;
    }
    this.#peerIds.set(producer.id, peerId);
    this.#ask(producer, (listener) =>
      listener.addProducer({ producerId: producer.id }),
    );
  }

  /** mediasoup takes a microphone that is off for a silent one. */
  #leaveAlone(producer: types.Producer): void {
    this.#forget(producer);
    if (!producer.closed) {
      this.#ask(producer, (listener) =>
        listener.removeProducer({ producerId: producer.id }),
      );
    }
  }

  #forget({ id }: types.Producer): void {
    this.#peerIds.delete(id);
    if (this.#peerIds.size === 0) {
      this.#hear([]);
    } else {
      this.#tellActive();
    }
  }

  /** Silence is told once, and then nothing until somebody speaks. */
  #hear(levels: AudioLevel[]): void {
    const silent = levels.length === 0;
    if (!silent || !this.#silent) {
      this.#tell({ type: 'audioLevels', levels });
    }
    this.#silent = silent;
    this.#tellActive();
  }

  /**
   * mediasoup never says that nobody speaks any more, and names whoever is
   * alone with a microphone before a word was said.
   */
  #tellActive(): void {
    const active =
      this.#silent || this.#dominant === undefined
        ? undefined
        : this.#peerIds.get(this.#dominant);
    if (active !== this.#told) {
      this.#told = active;
      this.#tell({ type: 'activeSpeaker', peerId: active });
    }
  }

  /** Asks both listeners; what closes meanwhile needs no listening to. */
  #ask(
    producer: types.Producer,
    request: (
      listener: Listeners['activeSpeaker'] | Listeners['audioLevels'],
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
