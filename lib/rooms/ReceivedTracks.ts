import type { types } from 'mediasoup';

import type { Source } from '../auth/Permissions.ts';
import { FirstPictures } from '../media/FirstPictures.ts';
import { ReceivedSound } from '../media/ReceivedSound.ts';
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

/** The bandwidth and the first pictures of a receiving transport. */
interface Shared {
  readonly bandwidth: ReceiverBandwidth;
  readonly pictures: FirstPictures;
}

/**
 * The tracks that one peer receives. Videos get what it asks for as far as the
 * bandwidth of its transports allows. Sound begins after the first pictures, and gets
 * what it asks for.
 */
export class ReceivedTracks {
  readonly #routers: RouterGroup;
  readonly #listener: VideosListener;
  readonly #videos = new WeakMap<types.Consumer, ReceivedVideo>();
  /** The transports of those that are not videos. */
  readonly #transports = new WeakMap<types.Consumer, types.Transport>();
  /** Those that were resumed before the first pictures. */
  readonly #sounds = new WeakMap<types.Consumer, ReceivedSound>();
  /** By transports that receive a video; undefined if that is left to mediasoup. */
  readonly #shared = new WeakMap<types.Transport, Shared | undefined>();

  constructor(routers: RouterGroup, listener: VideosListener) {
    this.#routers = routers;
    this.#listener = listener;
  }

  /** Adds a consumer, which is paused. */
  add(
    transport: types.WebRtcTransport,
    consumer: types.Consumer,
    producer: types.Producer,
    source: Source,
  ): void {
    if (consumer.kind !== 'video') {
      this.#transports.set(consumer, transport);
      return;
    }
    const prefers = source === 'screen' ? 'detail' : 'motion';
    const video = new ReceivedVideo(consumer, producer, prefers);
    this.#videos.set(consumer, video);
    const shared = this.#share(transport);
    shared?.bandwidth.add(video);
    if (!consumer.producerPaused) {
      shared?.pictures.add(consumer);
    }
  }

  /** A consumer with what its owner asks for. */
  requestedOf(consumer: types.Consumer): Requested {
    const { id, closed } = consumer;
    const video = this.#videos.get(consumer);
    return {
      id,
      closed,
      paused: video?.paused ?? this.isPaused(consumer),
      preferredLayers: video?.wanted,
    };
  }

  /** True if a consumer is paused; sound that waits for pictures is not. */
  isPaused(consumer: types.Consumer): boolean {
    return this.#sounds.get(consumer)?.paused ?? consumer.paused;
  }

  async setPaused(consumer: types.Consumer, paused: boolean): Promise<void> {
    const track =
      this.#videos.get(consumer) ??
      this.#sounds.get(consumer) ??
      (paused ? undefined : this.#beginAfterPictures(consumer));
    if (track !== undefined) {
      await track.setPaused(paused);
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

  /** Sound that begins after the pictures of its transport; undefined if it waits for none. */
  #beginAfterPictures(consumer: types.Consumer): ReceivedSound | undefined {
    const transport = this.#transports.get(consumer);
    const shared = transport && this.#shared.get(transport);
    if (!consumer.paused || shared === undefined || shared.pictures.sent) {
      return undefined;
    }
    const sound = new ReceivedSound(consumer, shared.pictures);
    this.#sounds.set(consumer, sound);
    return sound;
  }

  #share(transport: types.WebRtcTransport): Shared | undefined {
    if (!this.#shared.has(transport)) {
      const bandwidth = this.#routers.divideBandwidth(transport, {
        onSuspension: (...change) => this.#listener.onSuspension(...change),
        onWeakness: (weak) => this.#listener.onWeakness(transport, weak),
      });
      const pictures = new FirstPictures(transport);
      this.#shared.set(transport, bandwidth && { bandwidth, pictures });
    }
    return this.#shared.get(transport);
  }
}
