import { parseScalabilityMode } from 'mediasoup';
import type { types } from 'mediasoup';
import { UnsupportedError } from 'mediasoup/errors';

import { roomErrors } from './errors.ts';
import { AppError, coreErrors } from '../core/errors.ts';
import { capabilitiesFor, shareCapabilities } from '../media/capabilities.ts';
import {
  callMediasoup,
  named,
  openInEngine,
} from '../media/mediasoupErrors.ts';
import { countTracks } from './roomStats.ts';
import type { TrackCounts } from './roomStats.ts';
import type {
  AppData,
  ConsumerRef,
  ConsumerScore,
  RoomEvent,
} from './events.ts';
import { lookUp, present } from './lookup.ts';
import type { Peer } from './Peer.ts';
import { ConcurrencyLimit } from '../limits/ConcurrencyLimit.ts';
import { requireSubscribe } from './permissions.ts';
import type { Room } from './Room.ts';

/** What a client needs to receive a producer. */
export interface ConsumerInfo {
  consumerId: string;
  producerId: string;
  /** Whose producer it is. */
  peerId: string;
  kind: types.MediaKind;
  rtpParameters: types.RtpParameters;
  type: types.ConsumerType;
  paused: boolean;
  producerPaused: boolean;
  /** At the start; changes come as events. */
  score: ConsumerScore;
  appData: AppData;
}

/** What one peer receives. */
export class Consumers {
  readonly #peer: Peer;
  readonly #room: Room;
  readonly #limit: ConcurrencyLimit;
  readonly #rtpCapabilities: types.RtpCapabilities | undefined;
  readonly #consumers = new Map<string, types.Consumer>();

  /** @param rtpCapabilities - What the client can receive, unless told later. */
  constructor(
    peer: Peer,
    room: Room,
    rtpCapabilities: types.RtpCapabilities | undefined,
  ) {
    this.#peer = peer;
    this.#room = room;
    this.#limit = new ConcurrencyLimit(
      room.limits,
      'consumersPerPeer',
      'tracks that one peer receives',
      () => this.#consumers.size,
    );
    this.#rtpCapabilities =
      rtpCapabilities && shareCapabilities(rtpCapabilities);
  }

  get ids(): string[] {
    return Array.from(this.#consumers.keys());
  }

  get counts(): TrackCounts {
    return countTracks(this.#consumers.values());
  }

  /**
   * Starts to receive a producer of the room, paused: the client resumes when
   * it is ready, so that no first key frame is lost.
   *
   * @param options.transportId - The receiving transport; may be left out by a
   *   peer that has exactly one.
   * @param options.rtpCapabilities - Those of the join, unless given here.
   * @throws {AppError} FORBIDDEN, LIMIT_REACHED, PRODUCER_NOT_FOUND,
   *   TRANSPORT_NOT_FOUND, TRANSPORT_REQUIRED, WRONG_DIRECTION,
   *   VALIDATION_ERROR, MEDIA_REJECTED.
   */
  async open(options: {
    transportId?: string | undefined;
    producerId: string;
    rtpCapabilities?: types.RtpCapabilities | undefined;
  }): Promise<ConsumerInfo> {
    requireSubscribe(this.#peer.grants);
    const { peer, producer } = this.#room.producer(options.producerId);
    const transport = this.#peer.transports.pick('recv', options.transportId);
    const rtpCapabilities = options.rtpCapabilities ?? this.#rtpCapabilities;
    if (rtpCapabilities === undefined) {
      throw new AppError(
        coreErrors.VALIDATION_ERROR,
        'rtpCapabilities: expected an object, here or when joining, got nothing',
      );
    }
    using _place = this.#limit.acquire();
    const consumer = await openInEngine(
      'rtpCapabilities',
      [
        present(this.#peer),
        named('transportId', roomErrors.TRANSPORT_NOT_FOUND, transport),
        named('producerId', roomErrors.PRODUCER_NOT_FOUND, producer),
      ],
      () =>
        this.#room.routers
          .consume(transport, producer, {
            rtpCapabilities: capabilitiesFor(producer, rtpCapabilities),
            paused: true,
          })
          .catch((error: unknown) => {
            throw withCodecs(error, producer);
          }),
    );
    this.#add(consumer);
    this.#room.noteConsumer(producer);
    this.#room.tellWatchers(
      { type: 'consumerOpened', ...this.#ref(consumer) },
      this.#peer,
    );
    return {
      consumerId: consumer.id,
      producerId: producer.id,
      peerId: peer.id,
      kind: consumer.kind,
      rtpParameters: consumer.rtpParameters,
      type: consumer.type,
      paused: consumer.paused,
      producerPaused: consumer.producerPaused,
      score: scoreOf(consumer.score),
      appData: producer.appData,
    };
  }

  /** @throws {AppError} CONSUMER_NOT_FOUND. */
  async pause(consumerId: string): Promise<void> {
    const consumer = this.#get(consumerId);
    await this.#ask('consumer', consumer, () => consumer.pause());
    this.#room.noteDemand(consumer);
    this.#room.tellWatchers(
      { type: 'consumerPaused', ...this.#ref(consumer) },
      this.#peer,
    );
  }

  /** @throws {AppError} CONSUMER_NOT_FOUND. */
  async resume(consumerId: string): Promise<void> {
    const consumer = this.#get(consumerId);
    await this.#ask('consumer', consumer, () => consumer.resume());
    this.#room.noteDemand(consumer);
    this.#room.tellWatchers(
      { type: 'consumerResumed', ...this.#ref(consumer) },
      this.#peer,
    );
  }

  /**
   * Chooses what to receive of a producer that sends in several layers.
   *
   * @throws {AppError} CONSUMER_NOT_FOUND, VALIDATION_ERROR when the producer
   *   has no such layer.
   */
  async setPreferredLayers(
    consumerId: string,
    layers: types.ConsumerLayers,
  ): Promise<void> {
    const consumer = this.#get(consumerId);
    requireLayers(consumer, layers);
    await this.#ask('layers', consumer, () =>
      consumer.setPreferredLayers(layers),
    );
    this.#room.noteDemand(consumer);
  }

  /**
   * Says which consumers get what they want first where the client's network
   * does not take it all.
   *
   * @param priority - 1 to 255, the highest first.
   * @throws {AppError} CONSUMER_NOT_FOUND.
   */
  async setPriority(consumerId: string, priority: number): Promise<void> {
    const consumer = this.#get(consumerId);
    await this.#ask('priority', consumer, () => consumer.setPriority(priority));
  }

  /**
   * Asks the sender of a video track for a picture that stands alone.
   *
   * @throws {AppError} CONSUMER_NOT_FOUND, VALIDATION_ERROR for audio.
   */
  async requestKeyFrame(consumerId: string): Promise<void> {
    const consumer = this.#get(consumerId);
    if (consumer.kind !== 'video') {
      throw new AppError(
        coreErrors.VALIDATION_ERROR,
        `consumerId: expected a consumer of video, which has key frames, got one of ${consumer.kind}`,
      );
    }
    await this.#ask('consumer', consumer, () => consumer.requestKeyFrame());
  }

  /**
   * What the server sends for a consumer, and what it receives of the stream
   * that is chosen for it.
   *
   * @see https://mediasoup.org/documentation/v3/mediasoup/rtc-statistics/
   * @throws {AppError} CONSUMER_NOT_FOUND.
   */
  async stats(
    consumerId: string,
  ): Promise<(types.ConsumerStat | types.ProducerStat)[]> {
    const consumer = this.#get(consumerId);
    return this.#ask('consumer', consumer, () => consumer.getStats());
  }

  /** @throws {AppError} CONSUMER_NOT_FOUND. */
  close(consumerId: string): void {
    const consumer = this.#get(consumerId);
    consumer.close();
    this.#room.tellWatchers(
      { type: 'consumerClosed', ...this.#ref(consumer) },
      this.#peer,
    );
  }

  #add(consumer: types.Consumer): void {
    this.#consumers.set(consumer.id, consumer);
    consumer.observer.once('close', () => {
      this.#consumers.delete(consumer.id);
      this.#room.noteDemand(consumer);
    });
    const ref = this.#ref(consumer);
    consumer.on('producerpause', () => {
      this.#tell({ type: 'consumerPaused', ...ref });
    });
    consumer.on('producerresume', () => {
      this.#tell({ type: 'consumerResumed', ...ref });
    });
    consumer.on('layerschange', (current) => {
      const layers = current && {
        spatialLayer: current.spatialLayer,
        temporalLayer: current.temporalLayer,
      };
      this.#tell({ type: 'consumerLayersChanged', ...ref, layers });
    });
    consumer.on('score', (score) => {
      this.#peer.tell({
        type: 'consumerScore',
        consumerId: consumer.id,
        ...scoreOf(score),
      });
    });
    consumer.on('producerclose', () => {
      this.#tell({ type: 'consumerClosed', ...ref });
    });
    consumer.on('transportclose', () => {
      // With a peer that goes, its consumers need no mention.
      if (!this.#peer.closed) {
        this.#room.tellWatchers({ type: 'consumerClosed', ...ref }, this.#peer);
      }
    });
  }

  /** Tells the peer and the watchers what others did to its consumer. */
  #tell(event: RoomEvent): void {
    this.#peer.tell(event);
    this.#room.tellWatchers(event, this.#peer);
  }

  #ref(consumer: types.Consumer): ConsumerRef {
    return {
      peerId: this.#peer.id,
      consumerId: consumer.id,
      producerId: consumer.producerId,
      kind: consumer.kind,
    };
  }

  #ask<Result>(
    what: string,
    consumer: types.Consumer,
    request: () => Promise<Result>,
  ): Promise<Result> {
    const needs = [
      present(this.#peer),
      named('consumerId', roomErrors.CONSUMER_NOT_FOUND, consumer),
    ];
    return callMediasoup(what, needs, request);
  }

  #get(consumerId: string): types.Consumer {
    return lookUp(this.#consumers, consumerId, 'CONSUMER_NOT_FOUND');
  }
}

/** mediasoup says that no codec fits, and not which would. */
function withCodecs(
  error: unknown,
  { rtpParameters }: types.Producer,
): unknown {
  if (!(error instanceof UnsupportedError)) {
    return error;
  }
  const sent = rtpParameters.codecs.map(({ mimeType }) => mimeType).join(', ');
  return new UnsupportedError(
    `expected a codec that the producer sends (${sent}), got none`,
  );
}

function scoreOf(score: types.ConsumerScore): ConsumerScore {
  const { producerScore, producerScores } = score;
  return { score: score.score, producerScore, producerScores };
}

/** mediasoup takes any layer, and waits for ever for one that never comes. */
function requireLayers(
  consumer: types.Consumer,
  { spatialLayer, temporalLayer = 0 }: types.ConsumerLayers,
): void {
  const mode = consumer.rtpParameters.encodings?.[0]?.scalabilityMode;
  const { spatialLayers, temporalLayers } = parseScalabilityMode(mode);
  for (const [name, wanted, there] of [
    ['spatialLayer', spatialLayer, spatialLayers],
    ['temporalLayer', temporalLayer, temporalLayers],
  ] as const) {
    if (wanted >= there) {
      throw new AppError(
        coreErrors.VALIDATION_ERROR,
        `${name}: expected less than ${there}, the number that the producer sends, got ${wanted}`,
      );
    }
  }
}
