import type { Device, types } from 'mediasoup-client';
import type { ResumableChannel } from './ResumableChannel.ts';
import { SenderLayers } from './SenderLayers.ts';
import type { Wanted } from './SenderLayers.ts';
import { Emitter } from './Emitter.ts';
import { encodingOf } from './Encodings.ts';
import type { VideoCodec } from './codecs.ts';
import { isMediaReset } from './Connection.ts';
import { ENCRYPTED, obstacleTo } from './e2ee/playbackIssue.ts';
import type { PlaybackIssue } from './e2ee/playbackIssue.ts';
import type { MediaCipher } from './e2ee/MediaCipher.ts';
import type { AppData, Source } from './protocol.ts';
import { AdaptiveConsumer } from './AdaptiveConsumer.ts';
import type { Size } from './AdaptiveConsumer.ts';
import { Transports } from './Transports.ts';
import type { MediaPath, ProduceOptions } from './Transports.ts';

/** A track to send, and whether it is held back for now. */
export type LocalSource = { track: MediaStreamTrack; paused: boolean };

/** How media is sent and received. */
export type MediaOptions = {
  /** Whether it may take any way, or that over TURN servers alone. */
  iceTransportPolicy: RTCIceTransportPolicy;
  /** What the camera is sent as, if the browser can. */
  codec: VideoCodec;
};

/** A local source as the server knows it. */
type Published = LocalSource & { producer?: types.Producer };

/** What flows: all that mediasoup-client has made. */
export type MediaParts = {
  transports: types.Transport[];
  producers: { source: Source; producer: types.Producer }[];
  /** By the producer they receive. */
  consumers: ReadonlyMap<string, types.Consumer>;
};

type MediaSessionEvents = {
  path: [MediaPath];
  /** The server or the browser did not take a local source. */
  publishFailed: [Source, Error];
};

/**
 * The media of one stay in the room: what is sent and received. Gone with the
 * stay, or with the media server; then comes a new session.
 */
export class MediaSession extends Emitter<MediaSessionEvents> {
  readonly #line: ResumableChannel;
  readonly #device: Device;
  readonly #cipher: MediaCipher | undefined;
  readonly #codec: VideoCodec;
  readonly #transports: Transports;
  readonly #wanted = new Map<Source, LocalSource>();
  readonly #published = new Map<Source, Published>();
  readonly #syncing = new Set<Source>();
  readonly #consumers = new Map<string, types.Consumer>();
  readonly #receptions = new WeakMap<MediaStreamTrack, AdaptiveConsumer>();
  readonly #demand = new SenderLayers();
  #closed = false;

  /**
   * Takes a line to the room, a device that is loaded, and what encrypts, where
   * that is to be done end to end.
   */
  constructor(
    line: ResumableChannel,
    device: Device,
    options: MediaOptions,
    cipher?: MediaCipher,
  ) {
    super();
    this.#line = line;
    this.#device = device;
    this.#cipher = cipher;
    // Browsers look into the frames of other codecs when they cut them into
    // packets, and find nothing in what is encrypted.
    this.#codec = cipher ? 'vp8' : options.codec;
    this.#transports = new Transports(
      line,
      device,
      options.iceTransportPolicy,
      (options) => this.#produce(options),
    );
    this.#transports.on('path', (path) => this.emit('path', path));
  }

  get closed(): boolean {
    return this.#closed;
  }

  /** What flows at the moment. */
  get parts(): MediaParts {
    return {
      transports: this.#transports.made,
      producers: [...this.#published].flatMap(([source, { producer }]) =>
        producer ? [{ source, producer }] : [],
      ),
      consumers: this.#consumers,
    };
  }

  /**
   * Sends a source from now on, as given, or no longer when `undefined`. What
   * it takes is done in the background, one step after the other.
   */
  setSource(source: Source, local: LocalSource | undefined): void {
    if (local) {
      this.#wanted.set(source, local);
    } else {
      this.#wanted.delete(source);
    }
    void this.#sync(source);
  }

  /** Receives a producer. Its media flows when the promise resolves. */
  async consume(producerId: string): Promise<MediaStreamTrack> {
    const transport = await this.#transports.get('recv');
    const { consumerId, peerId, kind, rtpParameters, appData } =
      await this.#line.request('consume', {
        transportId: transport.id,
        producerId,
      });
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
    await this.#line.request('resume', { consumerId });
    if (kind === 'video') {
      this.#receptions.set(
        consumer.track,
        new AdaptiveConsumer(this.#line, consumer),
      );
    }
    return consumer.track;
  }

  /** Says how large a video is shown that is received; undefined: not at all. */
  view(track: MediaStreamTrack, size: Size | undefined): void {
    this.#receptions.get(track)?.show(size);
  }

  /** Sends no more of a track than this from now on. */
  want(producerId: string, wanted: Wanted): void {
    this.#demand.note(producerId, wanted);
  }

  /** Opens a data channel to whoever wants to hear it. */
  async sendData(label: string): Promise<types.DataProducer> {
    const transport = await this.#transports.get('send');
    return transport.produceData({ label });
  }

  /** Hears somebody's data channel. */
  async receiveData(dataProducerId: string): Promise<types.DataConsumer> {
    const transport = await this.#transports.get('recv');
    const { dataConsumerId, ...parameters } = await this.#line.request(
      'consumeData',
      { transportId: transport.id, dataProducerId },
    );
    return transport.consumeData({ id: dataConsumerId, ...parameters });
  }

  /** Tells somebody else's page something, beside all media. */
  async tell(peerId: string, data: unknown): Promise<void> {
    await this.#line.request('sendMessage', { to: [peerId], data });
  }

  /** The producer that a consumer of ours belongs to. */
  producerOf(consumerId: string): string | undefined {
    for (const [producerId, consumer] of this.#consumers) {
      if (consumer.id === consumerId) {
        return producerId;
      }
    }
    return undefined;
  }

  /** Stops receiving a producer, because the server has closed it. */
  forget(producerId: string): void {
    this.#consumers.get(producerId)?.close();
    this.#consumers.delete(producerId);
  }

  /** What keeps a producer from being received, going by its `appData`. */
  obstacleTo(appData: AppData): PlaybackIssue | undefined {
    return obstacleTo(appData, this.#cipher !== undefined);
  }

  /** Stops receiving a producer that goes on. */
  async stop(producerId: string): Promise<void> {
    const consumerId = this.#consumers.get(producerId)?.id;
    this.forget(producerId);
    if (consumerId !== undefined) {
      await this.#line.request('closeConsumer', { consumerId }).catch(() => {
        // What is asked for came about by other means: the consumer has gone.
      });
    }
  }

  /** Closes all media. The tracks that were sent go on: they are not ours. */
  close(): void {
    if (this.#closed) {
      return;
    }
    this.#closed = true;
    this.#transports.close();
    this.#consumers.clear();
    this.#published.clear();
  }

  /**
   * Takes step after step until the server has what is wanted of a source.
   * Whatever changes meanwhile is seen when the next step is chosen.
   */
  async #sync(source: Source): Promise<void> {
    if (this.#syncing.has(source)) {
      return;
    }
    this.#syncing.add(source);
    try {
      let step = this.#nextStep(source);
      while (step) {
        await step;
        step = this.#nextStep(source);
      }
    } catch (error) {
      if (this.#closed || isMediaReset(error)) {
        return;
      }
      this.#wanted.delete(source);
      this.#published.delete(source);
      this.emit('publishFailed', source, error as Error);
    } finally {
      this.#syncing.delete(source);
    }
  }

  /** Begins the next step towards what is wanted, if one is left to take. */
  #nextStep(source: Source): Promise<unknown> | undefined {
    if (this.#closed) {
      return undefined;
    }
    const want = this.#wanted.get(source);
    const have = this.#published.get(source);
    if (!have) {
      return want && this.#publish(source, want);
    }
    if (want?.track !== have.track) {
      return this.#unpublish(source, have);
    }
    if (want.paused !== have.paused) {
      return this.#setPaused(have, want.paused);
    }
    return undefined;
  }

  async #publish(source: Source, local: LocalSource): Promise<void> {
    const published: Published = { ...local };
    this.#published.set(source, published);
    try {
      const transport = await this.#transports.get('send');
      published.producer = await transport.produce({
        track: local.track,
        stopTracks: false,
        appData: this.#cipher ? { source, ...ENCRYPTED } : { source },
        onRtpSender: (sender) => this.#cipher?.encrypt(sender, source),
        ...encodingOf(source, this.#device, this.#codec),
      });
      this.#demand.follow(published.producer);
    } catch (error) {
      this.#published.delete(source);
      // A track that was given up meanwhile may have ended, and need not be
      // sent any more.
      if (this.#wanted.get(source)?.track === local.track) {
        throw error;
      }
    }
  }

  async #unpublish(source: Source, { producer }: Published): Promise<void> {
    this.#published.delete(source);
    if (!producer) {
      return;
    }
    producer.close();
    await this.#line.request('closeProducer', {
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
    await this.#line.request(paused ? 'pauseProducer' : 'resumeProducer', {
      producerId: producer.id,
    });
  }

  async #produce({
    appData,
    ...options
  }: ProduceOptions): Promise<{ id: string }> {
    const published = this.#published.get(appData['source'] as Source);
    const { producerId } = await this.#line.request('produce', {
      ...options,
      paused: published?.paused ?? false,
      appData,
    });
    return { id: producerId };
  }
}
