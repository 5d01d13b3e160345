import type { Device, types } from 'mediasoup-client';
import type { ResumableChannel } from './ResumableChannel.ts';
import { SenderLayers } from './SenderLayers.ts';
import type { MaxLayer } from './SenderLayers.ts';
import { Emitter } from './Emitter.ts';
import { encodingOf } from './Encodings.ts';
import type { VideoCodec } from './codecs.ts';
import { isMediaReset } from './Connection.ts';
import { ENCRYPTED, playbackIssueOf } from './e2ee/playbackIssue.ts';
import type { PlaybackIssue } from './e2ee/playbackIssue.ts';
import type { MediaCipher } from './e2ee/MediaCipher.ts';
import type { AppData, Reply } from '@atrium/protocol/protoo';
import type { Source } from './wire.ts';
import type { MediaWatch } from './MediaWatch.ts';
import { PlaybackDelays } from './PlaybackDelays.ts';
import { StepRunner } from './StepRunner.ts';
import { Transports } from './Transports.ts';
import type {
  MediaPath,
  OpenedTransport,
  ProduceOptions,
} from './Transports.ts';
import { Views } from './Views.ts';
import type { Size } from './Views.ts';

/** A consumer that the server has opened, and that is still paused. */
export type OpenedConsumer = Reply<'consume'>;

/** A track to send, and whether it is held back for now. */
export type LocalSource = { track: MediaStreamTrack; paused: boolean };

/** Settings of how media is sent and received. */
export type MediaOptions = {
  /** Any route, or only those over TURN servers. */
  iceTransportPolicy: RTCIceTransportPolicy;
  /** The codec of the camera, if the browser has it. */
  codec: VideoCodec;
  /** True to send next to nothing of a microphone while it is silent. */
  dtx?: boolean;
};

/** A local source as the server knows it. */
type Published = LocalSource & {
  /** The size of a video when the server learned of it. */
  size: Partial<Size>;
  producer?: types.Producer;
};

/** All objects of mediasoup-client in use. */
export type MediaParts = {
  transports: types.Transport[];
  producers: { source: Source; producer: types.Producer }[];
  /** By the id of the producer they receive. */
  consumers: ReadonlyMap<string, types.Consumer>;
};

type MediaSessionEvents = {
  path: [MediaPath];
  /** The server or the browser refused a local source. */
  publishFailed: [Source, Error];
  /** The producers whose pictures have stalled, as they change. */
  stalls: [ReadonlySet<string>];
};

/**
 * All media sent to and received from the room. It ends with the room session,
 * or when the server's media worker dies; a new one takes its place.
 */
export class MediaSession extends Emitter<MediaSessionEvents> {
  readonly #channel: ResumableChannel;
  readonly #device: Device;
  readonly #cipher: MediaCipher | undefined;
  readonly #codec: VideoCodec;
  readonly #dtx: boolean;
  readonly #transports: Transports;
  readonly #wanted = new Map<Source, LocalSource>();
  readonly #published = new Map<Source, Published>();
  readonly #steps = new StepRunner<Source>(
    (source) => this.#nextStep(source),
    (error, source) => this.#onError(error, source),
  );
  readonly #consumers = new Map<string, types.Consumer>();
  /** The producers of received tracks. */
  readonly #producers = new WeakMap<MediaStreamTrack, string>();
  readonly #views: Views;
  readonly #senderLayers = new SenderLayers();
  readonly #playbackDelays = new PlaybackDelays();
  #watch: MediaWatch | undefined;
  #closed = false;

  /**
   * Takes a channel to the server, a loaded device and, for end-to-end
   * encryption, the cipher.
   */
  constructor(
    channel: ResumableChannel,
    device: Device,
    options: MediaOptions,
    cipher?: MediaCipher,
  ) {
    super();
    this.#channel = channel;
    this.#views = new Views(channel);
    this.#device = device;
    this.#cipher = cipher;
    // Browsers look into the frames of other codecs when they cut them into
    // packets, and find nothing in what is encrypted.
    this.#codec = cipher ? 'vp8' : options.codec;
    this.#dtx = options.dtx ?? false;
    this.#transports = new Transports(
      channel,
      device,
      options.iceTransportPolicy,
      (options) => this.#produce(options),
    );
    this.#transports.on('path', (path) => this.emit('path', path));
  }

  get closed(): boolean {
    return this.#closed;
  }

  /** The objects in use at the moment. */
  get parts(): MediaParts {
    return {
      transports: this.#transports.used,
      producers: [...this.#published].flatMap(([source, { producer }]) =>
        producer ? [{ source, producer }] : [],
      ),
      consumers: this.#consumers,
    };
  }

  /**
   * Sends a source as given, or stops sending it when `undefined`. The steps
   * that takes run in the background, one after another.
   */
  setSource(source: Source, local: LocalSource | undefined): void {
    if (local) {
      this.#wanted.set(source, local);
    } else {
      this.#wanted.delete(source);
    }
    void this.#steps.run(source);
  }

  /** Begins to use the transports that the server has opened. */
  open(
    transports: readonly OpenedTransport[],
    iceServers: readonly RTCIceServer[],
  ): void {
    this.#transports.open(transports, iceServers);
    this.#startWatch().catch((error: unknown) =>
      console.warn('Media is not watched:', error),
    );
  }

  /** Asks for a consumer that the server has not opened by itself. */
  async consume(producerId: string): Promise<MediaStreamTrack> {
    const { id: transportId } = await this.#transports.get('recv');
    return this.receive(
      await this.#channel.request('consume', { transportId, producerId }),
    );
  }

  /** Receives what a consumer brings: sound at once, a video once it is shown. */
  async receive({
    consumerId,
    producerId,
    peerId,
    kind,
    rtpParameters,
    appData,
  }: OpenedConsumer): Promise<MediaStreamTrack> {
    const transport = await this.#transports.get('recv');
    const source = String(appData['source']);
    const consumer = await transport.consume({
      id: consumerId,
      producerId,
      kind,
      // mediasoup-client's types know fewer header extensions than the server.
      rtpParameters: rtpParameters as types.RtpParameters,
      onRtpReceiver: (receiver) =>
        this.#cipher?.decrypt(receiver, { producerId, peerId, source }),
    });
    this.#consumers.set(producerId, consumer);
    this.#producers.set(consumer.track, producerId);
    if (kind === 'audio') {
      this.#playbackDelays.begin(consumer);
      this.#views.play(producerId);
    }
    return consumer.track;
  }

  /** Closes a consumer that the server has opened for nothing. */
  decline({ consumerId }: OpenedConsumer): void {
    this.#close(consumerId);
  }

  /**
   * Receives a video as it suits its display size, and sound with any size;
   * undefined: not at all.
   */
  setDisplaySize(track: MediaStreamTrack, size: Size | undefined): void {
    const producerId = this.#producers.get(track);
    if (producerId === undefined || !this.#consumers.has(producerId)) {
      return;
    }
    if (size && track.kind === 'audio') {
      this.#views.play(producerId);
    } else {
      this.#views.show(producerId, size);
    }
  }

  /** Limits the layers that are sent of a producer. */
  setMaxLayer(producerId: string, maxLayer: MaxLayer): void {
    this.#senderLayers.setMaxLayer(producerId, maxLayer);
  }

  /** Opens a data channel that all others may consume. */
  async sendData(label: string): Promise<types.DataProducer> {
    const transport = await this.#transports.get('send');
    return this.#transports.accepted(await transport.produceData({ label }));
  }

  /** Receives a data channel. */
  async receiveData(dataProducerId: string): Promise<types.DataConsumer> {
    const transport = await this.#transports.get('recv');
    const { dataConsumerId, ...parameters } = await this.#channel.request(
      'consumeData',
      { transportId: transport.id, dataProducerId },
    );
    return transport.consumeData({ id: dataConsumerId, ...parameters });
  }

  /** Sends a message to other peers over signalling, to all of them or none. */
  async sendMessage(to: string[], data: unknown): Promise<void> {
    await this.#channel.request('sendMessage', { to, data });
  }

  /** The id of the producer that a consumer receives. */
  producerOf(consumerId: string): string | undefined {
    for (const [producerId, consumer] of this.#consumers) {
      if (consumer.id === consumerId) {
        return producerId;
      }
    }
    return undefined;
  }

  /** Closes the consumer of a producer that the server has closed. */
  closeConsumer(producerId: string): void {
    this.#consumers.get(producerId)?.close();
    this.#consumers.delete(producerId);
    this.#views.delete(producerId);
  }

  /** The source of one of the user's producers. */
  sourceOf(producerId: string): Source | undefined {
    for (const [source, { producer }] of this.#published) {
      if (producer?.id === producerId) {
        return source;
      }
    }
    return undefined;
  }

  /** Gives up a source whose producer the server has closed. */
  giveUp(source: Source, reason: Error): void {
    this.#published.get(source)?.producer?.close();
    this.#onError(reason, source);
  }

  /** The reason not to play a producer, going by its `appData`. */
  playbackIssueOf(appData: AppData): PlaybackIssue | undefined {
    return playbackIssueOf(appData, this.#cipher !== undefined);
  }

  /** Stops receiving a producer that is still open. */
  stopConsuming(producerId: string): void {
    const consumerId = this.#consumers.get(producerId)?.id;
    this.closeConsumer(producerId);
    if (consumerId !== undefined) {
      this.#close(consumerId);
    }
  }

  /** Closes all media. The sent tracks belong to the caller and stay open. */
  close(): void {
    if (this.#closed) {
      return;
    }
    this.#closed = true;
    this.#watch?.close();
    this.#transports.close();
    this.#consumers.clear();
    this.#views.clear();
    this.#published.clear();
  }

  /** Watches the media, with code that is loaded once media is set up. */
  async #startWatch(): Promise<void> {
    const { MediaWatch } = await import('./MediaWatch.ts');
    if (!this.#closed) {
      this.#watch ??= new MediaWatch({
        channel: this.#channel,
        transports: () => this.#transports.used,
        consumers: this.#consumers,
        playbackDelays: this.#playbackDelays,
        isShown: (producerId) => this.#views.isShown(producerId),
        setScale: (scale) => this.#views.setScale(scale),
        limitLayers: (maxLayer) => this.#senderLayers.limit(maxLayer),
        onStalls: (producerIds) => this.emit('stalls', producerIds),
      });
    }
  }

  #close(consumerId: string): void {
    this.#channel.request('closeConsumer', { consumerId }).catch(() => {
      // The consumer is gone already.
    });
  }

  #onError(error: unknown, source: Source): void {
    if (this.#closed || isMediaReset(error)) {
      return;
    }
    this.#wanted.delete(source);
    this.#published.delete(source);
    this.emit('publishFailed', source, error as Error);
  }

  /** Begins the next step towards the wanted state of a source, if any. */
  #nextStep(source: Source): Promise<unknown> | undefined {
    if (this.#closed) {
      return undefined;
    }
    const want = this.#wanted.get(source);
    const have = this.#published.get(source);
    if (!have) {
      return want && this.#publish(source, want);
    }
    if (!want || !canSend(have, want.track)) {
      return this.#unpublish(source, have);
    }
    if (want.paused !== have.paused) {
      return this.#setPaused(have, want.paused);
    }
    return want.track === have.track
      ? undefined
      : this.#replace(source, have, want.track);
  }

  async #publish(source: Source, local: LocalSource): Promise<void> {
    const published: Published = { ...local, size: sizeOf(local.track) };
    this.#published.set(source, published);
    try {
      const transport = await this.#transports.get('send');
      const producer = await transport.produce({
        track: local.track,
        stopTracks: false,
        appData: {
          source,
          ...published.size,
          ...(this.#cipher && ENCRYPTED),
        },
        onRtpSender: (sender) => this.#cipher?.encrypt(sender, source),
        ...encodingOf(source, this.#device, {
          codec: this.#codec,
          dtx: this.#dtx,
        }),
      });
      published.producer = await this.#transports.accepted(producer);
      this.#senderLayers.add(producer);
    } catch (error) {
      this.#published.delete(source);
      // A track that was withdrawn meanwhile may have ended: no failure.
      if (this.#wanted.get(source)?.track === local.track) {
        throw error;
      }
    }
  }

  /** Sends another track in place of one, so that others keep what they receive. */
  async #replace(
    source: Source,
    published: Published,
    track: MediaStreamTrack,
  ): Promise<void> {
    try {
      await published.producer?.replaceTrack({ track });
      published.track = track;
    } catch {
      // It is sent again, unless it was given up meanwhile.
      if (this.#published.get(source) === published) {
        await this.#unpublish(source, published);
      }
    }
  }

  async #unpublish(source: Source, { producer }: Published): Promise<void> {
    this.#published.delete(source);
    if (!producer) {
      return;
    }
    producer.close();
    await this.#channel.request('closeProducer', {
      producerId: producer.id,
    });
  }

  async #setPaused(published: Published, paused: boolean): Promise<void> {
    published.paused = paused;
    const { producer } = published;
    if (!producer) {
      return;
    }
    if (paused) {
      producer.pause();
    } else {
      producer.resume();
    }
    await this.#channel.request(paused ? 'pauseProducer' : 'resumeProducer', {
      producerId: producer.id,
    });
  }

  #produce({ appData, ...options }: ProduceOptions): Promise<unknown> {
    const published = this.#published.get(appData['source'] as Source);
    return this.#channel.request('produce', {
      ...options,
      paused: published?.paused ?? false,
      appData,
    });
  }
}

/**
 * Tells if a track may take the place of the one that is sent, or is that one. A video
 * of another size needs a producer that tells the server of it.
 */
function canSend({ track, size }: Published, other: MediaStreamTrack): boolean {
  const { width, height } = sizeOf(other);
  return track === other || (width === size.width && height === size.height);
}

/** The size of a video, by which the server tells its layers apart. */
function sizeOf(track: MediaStreamTrack): Partial<Size> {
  const { width, height } = track.getSettings();
  return width && height ? { width, height } : {};
}
