import type { types } from 'mediasoup';

import { currentLayers, scoreOf } from './consumerInfo.ts';
import type { ConsumerRef, RoomEvent } from './events.ts';
import type { PeerContext, RoomContext } from './types.ts';

/** The kinds of events that say nothing but which consumer they concern. */
type PlainEvent = Extract<
  RoomEvent,
  { type: `consumer${'Opened' | 'Closed' | 'Paused' | 'Resumed'}` }
>['type'];

/**
 * Events about the tracks that one peer receives: what others change is sent to
 * the peer and to the members that watch consumers, what the peer requests to
 * the watchers alone.
 */
export class ConsumerEvents {
  readonly #peer: PeerContext;
  readonly #room: Pick<RoomContext, 'broadcast'>;

  constructor(peer: PeerContext, room: Pick<RoomContext, 'broadcast'>) {
    this.#peer = peer;
    this.#room = room;
  }

  /** Sends what happens to a consumer from now on. */
  follow(consumer: types.Consumer): void {
    const forward = (type: PlainEvent) => () => this.notify(type, consumer);
    consumer.on('producerpause', forward('consumerPaused'));
    consumer.on('producerresume', forward('consumerResumed'));
    consumer.on('producerclose', forward('consumerClosed'));
    consumer.on('layerschange', () => {
      this.#notify({
        type: 'consumerLayersChanged',
        ...this.#ref(consumer),
        layers: currentLayers(consumer),
      });
    });
    consumer.on('score', (score) => {
      this.#peer.quality.setScore(consumer, score.score);
      this.#peer.notify({
        type: 'consumerScore',
        consumerId: consumer.id,
        ...scoreOf(score),
      });
    });
    consumer.on('transportclose', () => {
      // The end of a peer implies the end of its consumers.
      if (!this.#peer.closed) {
        this.toWatchers('consumerClosed', consumer);
      }
    });
  }

  /** Notifies the peer and the watchers of a change made by others. */
  notify(type: PlainEvent, consumer: types.Consumer): void {
    this.#notify({ type, ...this.#ref(consumer) });
  }

  /** Notifies the watchers of a change that the peer has requested. */
  toWatchers(type: PlainEvent, consumer: types.Consumer): void {
    this.#room.broadcast.toWatchers(
      { type, ...this.#ref(consumer) },
      this.#peer,
    );
  }

  /** Tells the peer that the server has suspended or restored a video. */
  toOwner(suspended: boolean, consumer: types.Consumer): void {
    this.#peer.notify({
      type: suspended ? 'consumerSuspended' : 'consumerRestored',
      ...this.#ref(consumer),
    });
  }

  #notify(event: RoomEvent): void {
    this.#peer.notify(event);
    this.#room.broadcast.toWatchers(event, this.#peer);
  }

  #ref(consumer: types.Consumer): ConsumerRef {
    return {
      peerId: this.#peer.id,
      consumerId: consumer.id,
      producerId: consumer.producerId,
      kind: consumer.kind,
    };
  }
}
