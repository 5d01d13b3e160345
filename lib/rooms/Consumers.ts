import type { types } from 'mediasoup';

import { roomErrors } from './errors.ts';
import { AppError, coreErrors } from '../core/errors.ts';
import { capabilitiesFor } from '../media/capabilities.ts';
import {
  callMediasoup,
  Condition,
  named,
  openInMediasoup,
} from '../media/mediasoupErrors.ts';
import { whenClosed } from '../media/whenClosed.ts';
import { ConsumerEvents } from './ConsumerEvents.ts';
import { consumerInfo, currentLayers } from './consumerInfo.ts';
import { countTracks } from './holdings.ts';
import type { TrackCounts } from './holdings.ts';
import type { ConsumerInfo, Layers } from './events.ts';
import { layerFor, priorityFor, requireLayers } from './layers.ts';
import type { Size } from './layers.ts';
import { isCode, lookUp, present } from './lookup.ts';
import { ConcurrencyLimit } from '../limits/ConcurrencyLimit.ts';
import { requireSubscribe, stillHas } from './permissions.ts';
import type { Transports } from './Transports.ts';
import { ReceivedTracks } from './ReceivedTracks.ts';
import type { PeerContext, RoomContext } from './types.ts';

const HIDDEN =
  'producerId: expected a producer that the client may receive; the operator of the server has chosen others';

/** The tracks that one peer receives. */
export class Consumers {
  readonly #peer: PeerContext;
  readonly #room: RoomContext;
  readonly #transports: Transports;
  readonly #limit: ConcurrencyLimit;
  readonly #rtpCapabilities: types.RtpCapabilities | undefined;
  readonly #consumers = new Map<string, types.Consumer>();
  readonly #events: ConsumerEvents;
  readonly #tracks: ReceivedTracks;

  /** @param rtpCapabilities - The default for requests that state none. */
  constructor(
    peer: PeerContext,
    room: RoomContext,
    transports: Transports,
    rtpCapabilities: types.RtpCapabilities | undefined,
  ) {
    this.#peer = peer;
    this.#room = room;
    this.#transports = transports;
    this.#limit = new ConcurrencyLimit(
      room.limits,
      'consumersPerPeer',
      'tracks that one peer receives',
    );
    this.#rtpCapabilities = rtpCapabilities;
    this.#events = new ConsumerEvents(peer, room);
    this.#tracks = new ReceivedTracks(room.routers, {
      onSuspension: (consumer, suspended) =>
        this.#events.toOwner(suspended, consumer),
      onWeakness: (transport, weak) =>
        peer.quality.setWeak(transport, weak && !transport.closed),
    });
  }

  get ids(): string[] {
    return Array.from(this.#consumers.keys());
  }

  get counts(): TrackCounts {
    return countTracks(
      Array.from(this.#consumers.values(), (consumer) => ({
        kind: consumer.kind,
        paused: this.#tracks.isPaused(consumer) || consumer.producerPaused,
      })),
    );
  }

  has(consumerId: string): boolean {
    return this.#consumers.has(consumerId);
  }

  /** Each consumer, with the layers that it receives at the moment. */
  get views(): {
    consumerId: string;
    producerId: string;
    kind: types.MediaKind;
    paused: boolean;
    layers: Layers | undefined;
  }[] {
    return Array.from(this.#consumers.values(), (consumer) => {
      const { id, producerId, kind, producerPaused } = consumer;
      return {
        consumerId: id,
        producerId,
        kind,
        paused: this.#tracks.isPaused(consumer) || producerPaused,
        layers: currentLayers(consumer),
      };
    });
  }

  /** The ids of the consumers by their producers. */
  byProducer(): Map<string, string[]> {
    const ids = new Map<string, string[]>();
    for (const { id, producerId } of this.#consumers.values()) {
      ids.set(producerId, [...(ids.get(producerId) ?? []), id]);
    }
    return ids;
  }

  /**
   * Makes sure that the client can receive something.
   *
   * @throws {AppError} FORBIDDEN, TRANSPORT_NOT_FOUND, TRANSPORT_REQUIRED,
   *   WRONG_DIRECTION, VALIDATION_ERROR.
   */
  requireReady(transportId: string | undefined): void {
    requireSubscribe(this.#peer.grants);
    this.#means({ transportId });
  }

  /**
   * Creates a consumer of one of the room's producers. It starts paused: the
   * client resumes it when it is ready, so that it misses no key frame.
   *
   * @param options.transportId - The receiving transport; optional for a peer
   *   that has exactly one.
   * @param options.rtpCapabilities - By default those of the join.
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
    const { owner, producer, info } = this.#room.producers.find(
      options.producerId,
    );
    this.#requireVisible(producer.id);
    const { transport, rtpCapabilities } = this.#means(options);
    using _place = this.#limit.acquire(this.#consumers.size);
    const consumer = await openInMediasoup(
      'rtpCapabilities',
      [
        present(this.#peer),
        named('transportId', roomErrors.TRANSPORT_NOT_FOUND, transport),
        named('producerId', roomErrors.PRODUCER_NOT_FOUND, producer),
        stillHas('subscribe', () => this.#peer.grants.subscribe),
        {
          thing: new Condition(() => !this.#peer.hides(producer.id)),
          code: roomErrors.PRODUCER_NOT_FOUND,
          message: HIDDEN,
        },
      ],
      () =>
        this.#room.routers.consume(transport, producer, {
          rtpCapabilities: capabilitiesFor(producer, rtpCapabilities),
          paused: true,
        }),
    );
    this.#add(consumer);
    this.#tracks.add(transport, consumer, producer, info.source);
    this.#room.producers.recordFirstConsumer(producer);
    this.#events.toWatchers('consumerOpened', consumer);
    return consumerInfo(consumer, owner.id, producer);
  }

  /**
   * Pauses consumers: all of them, or none if one does not exist.
   *
   * @throws {AppError} CONSUMER_NOT_FOUND.
   */
  async pause(...consumerIds: string[]): Promise<void> {
    await this.#each(consumerIds, (consumer) =>
      this.#setPaused(consumer, true),
    );
  }

  /**
   * Resumes consumers: all of them, or none if one does not exist.
   *
   * @throws {AppError} CONSUMER_NOT_FOUND.
   */
  async resume(...consumerIds: string[]): Promise<void> {
    await this.#each(consumerIds, (consumer) =>
      this.#setPaused(consumer, false),
    );
  }

  /**
   * Sets the layers to receive of a producer that sends several.
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
    await this.#request('layers', consumer, () =>
      this.#tracks.prefer(consumer, layers),
    );
    this.#updateDemand(consumer);
  }

  /**
   * Sets which consumers get their preferred layers first when the client's
   * network cannot carry all of them.
   *
   * @param priority - 1 to 255; the highest goes first.
   * @throws {AppError} CONSUMER_NOT_FOUND.
   */
  async setPriority(consumerId: string, priority: number): Promise<void> {
    const consumer = this.#get(consumerId);
    await this.#request('priority', consumer, () =>
      consumer.setPriority(priority),
    );
  }

  /**
   * Sets the layers and the priority that suit the size at which the client
   * shows a video; of audio there is nothing to set.
   *
   * @throws {AppError} CONSUMER_NOT_FOUND.
   */
  async fit(consumerId: string, size: Size): Promise<void> {
    const consumer = this.#get(consumerId);
    const { producerId, kind } = consumer;
    if (kind === 'video') {
      const { appData } = this.#room.producers.find(producerId).producer;
      const spatialLayer = layerFor(consumer, appData, size);
      await Promise.all([
        this.setPreferredLayers(consumerId, { spatialLayer }),
        this.setPriority(consumerId, priorityFor(size)),
      ]);
    }
  }

  /**
   * Requests a key frame, for example after decoding errors.
   *
   * @throws {AppError} CONSUMER_NOT_FOUND, VALIDATION_ERROR for audio.
   */
  async requestKeyFrame(consumerId: string): Promise<void> {
    const consumer = this.#get(consumerId);
    if (consumer.kind !== 'video') {
      throw new AppError(
        coreErrors.VALIDATION_ERROR,
        `consumerId: expected a video consumer, because only video has key frames, got one of kind ${consumer.kind}`,
      );
    }
    await this.#request('consumer', consumer, () => consumer.requestKeyFrame());
  }

  /**
   * Statistics of a consumer and of the stream selected for it.
   *
   * @see https://mediasoup.org/documentation/v3/mediasoup/rtc-statistics/
   * @throws {AppError} CONSUMER_NOT_FOUND.
   */
  async stats(
    consumerId: string,
  ): Promise<(types.ConsumerStat | types.ProducerStat)[]> {
    const consumer = this.#get(consumerId);
    return this.#request('consumer', consumer, () => consumer.getStats());
  }

  /**
   * Closes consumers: all of them, or none if one does not exist.
   *
   * @throws {AppError} CONSUMER_NOT_FOUND.
   */
  close(...consumerIds: string[]): void {
    for (const consumer of this.#getAll(consumerIds)) {
      consumer.close();
      this.#events.toWatchers('consumerClosed', consumer);
    }
  }

  /** Closes all consumers if the peer may no longer receive, and tells it. */
  closeDenied(): void {
    if (!this.#peer.grants.subscribe) {
      for (const consumer of this.#consumers.values()) {
        this.#end(consumer);
      }
    }
  }

  /** Closes the consumers of a producer, and tells the peer. */
  closeOf(producerId: string): void {
    for (const consumer of this.#consumers.values()) {
      if (consumer.producerId === producerId) {
        this.#end(consumer);
      }
    }
  }

  #end(consumer: types.Consumer): void {
    consumer.close();
    this.#events.notify('consumerClosed', consumer);
  }

  /** @throws {AppError} PRODUCER_NOT_FOUND. */
  #requireVisible(producerId: string): void {
    if (this.#peer.hides(producerId)) {
      throw new AppError(roomErrors.PRODUCER_NOT_FOUND, HIDDEN);
    }
  }

  /** The transport and the capabilities for a new consumer. */
  #means({
    transportId,
    rtpCapabilities = this.#rtpCapabilities,
  }: {
    transportId?: string | undefined;
    rtpCapabilities?: types.RtpCapabilities | undefined;
  }): {
    transport: types.WebRtcTransport;
    rtpCapabilities: types.RtpCapabilities;
  } {
    const transport = this.#transports.pick('recv', transportId);
    if (rtpCapabilities === undefined) {
      throw new AppError(
        coreErrors.VALIDATION_ERROR,
        'rtpCapabilities: expected an object, here or when joining, got nothing',
      );
    }
    return { transport, rtpCapabilities };
  }

  async #setPaused(consumer: types.Consumer, paused: boolean): Promise<void> {
    await this.#request('consumer', consumer, () =>
      this.#tracks.setPaused(consumer, paused),
    );
    this.#updateDemand(consumer);
    this.#events.toWatchers(
      paused ? 'consumerPaused' : 'consumerResumed',
      consumer,
    );
  }

  /**
   * Changes consumers at once. Of several, one that closes meanwhile is passed
   * over: its owner is told of that anyway.
   */
  async #each(
    consumerIds: readonly string[],
    change: (consumer: types.Consumer) => Promise<void>,
  ): Promise<void> {
    const consumers = this.#getAll(consumerIds);
    const [first] = consumers;
    if (first !== undefined && consumers.length === 1) {
      await change(first);
      return;
    }
    const changes = consumers.map(async (consumer) => {
      try {
        await change(consumer);
      } catch (error) {
        if (!isCode(error, 'CONSUMER_NOT_FOUND')) {
          throw error;
        }
      }
    });
    await Promise.all(changes);
  }

  #add(consumer: types.Consumer): void {
    this.#consumers.set(consumer.id, consumer);
    whenClosed(consumer, () => {
      this.#consumers.delete(consumer.id);
      this.#updateDemand(consumer);
      this.#peer.quality.setWeak(consumer, false);
    });
    this.#events.follow(consumer);
  }

  #updateDemand(consumer: types.Consumer): void {
    this.#room.producers.updateDemand(
      consumer.producerId,
      this.#tracks.requestedOf(consumer),
    );
  }

  #request<Result>(
    subject: string,
    consumer: types.Consumer,
    request: () => Promise<Result>,
  ): Promise<Result> {
    const needs = [
      present(this.#peer),
      named('consumerId', roomErrors.CONSUMER_NOT_FOUND, consumer),
    ];
    return callMediasoup(subject, needs, request);
  }

  #getAll(consumerIds: readonly string[]): types.Consumer[] {
    return Array.from(new Set(consumerIds), (id) => this.#get(id));
  }

  #get(consumerId: string): types.Consumer {
    return lookUp(this.#consumers, consumerId, 'CONSUMER_NOT_FOUND');
  }
}
