import type { types } from 'mediasoup';

import type { Source } from '../auth/Permissions.ts';
import { ReceivedVideo } from '../media/ReceivedVideo.ts';
import type { ReceiverBandwidth } from '../media/ReceiverBandwidth.ts';
import type { RouterGroup } from '../media/RouterGroup.ts';
import type { Requested } from './LayerDemand.ts';

/** Is told what the bandwidth of its transports does to the videos of a peer. */
interface VideosListener {
  /** A video has been suspended, or restored. */
  onSuspension(consumer: types.Consumer, suspended: boolean): void;
  /** A transport has become too weak for cameras, or good again. */
  onWeakness(transport: types.Transport, weak: boolean): void;
}

/**
 * The videos that one peer receives, which get what it asks for as far as the
 * bandwidth of its transports allows. Tracks of sound get what it asks for.
 */
export class ReceivedVideos {
  readonly #routers: RouterGroup;
  readonly #listener: VideosListener;
  readonly #videos = new WeakMap<types.Consumer, ReceivedVideo>();
  readonly #bandwidths = new WeakMap<
    types.Transport,
    ReceiverBandwidth | undefined
  >();

  constructor(routers: RouterGroup, listener: VideosListener) {
    this.#routers = routers;
    this.#listener = listener;
  }

  /** Adds a consumer; one of sound is passed over. */
  add(
    transport: types.WebRtcTransport,
    consumer: types.Consumer,
    producer: types.Producer,
    source: Source,
  ): void {
    if (consumer.kind === 'video') {
      const prefers = source === 'screen' ? 'detail' : 'motion';
      const video = new ReceivedVideo(consumer, producer, prefers);
      this.#videos.set(consumer, video);
      this.#bandwidthOf(transport)?.add(video);
    }
  }

  /** A consumer with what its owner asks for. */
  requestedOf(consumer: types.Consumer): Requested {
    const video = this.#videos.get(consumer);
    return video === undefined
      ? consumer
      : {
          id: consumer.id,
          closed: consumer.closed,
          paused: video.paused,
          preferredLayers: video.wanted,
        };
  }

  async setPaused(consumer: types.Consumer, paused: boolean): Promise<void> {
    const video = this.#videos.get(consumer);
    if (video !== undefined) {
      await video.setPaused(paused);
    } else {
      await (paused ? consumer.pause() : consumer.resume());
    }
  }

  async prefer(
    consumer: types.Consumer,
    layers: types.ConsumerLayers,
  ): Promise<void> {
    const video = this.#videos.get(consumer);
    await (video?.want(layers) ?? consumer.setPreferredLayers(layers));
  }

  #bandwidthOf(
    transport: types.WebRtcTransport,
  ): ReceiverBandwidth | undefined {
    if (!this.#bandwidths.has(transport)) {
      this.#bandwidths.set(
        transport,
        this.#routers.divideBandwidth(transport, {
          onSuspension: (...change) => this.#listener.onSuspension(...change),
          onWeakness: (weak) => this.#listener.onWeakness(transport, weak),
        }),
      );
    }
    return this.#bandwidths.get(transport);
  }
}
