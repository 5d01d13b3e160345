import type { types } from 'mediasoup';

import { roomErrors } from './errors.ts';
import {
  callMediasoup,
  named,
  openInMediasoup,
} from '../media/mediasoupErrors.ts';
import type { AppData } from './events.ts';
import { lookUp, present } from './lookup.ts';
import { ConcurrencyLimit } from '../limits/ConcurrencyLimit.ts';
import { requireData, requireSubscribe, stillHas } from './permissions.ts';
import type { Transports } from './Transports.ts';
import type { PeerContext, RoomContext } from './types.ts';

/** The parameters with which a client receives a data producer. */
export interface DataConsumerInfo {
  dataConsumerId: string;
  dataProducerId: string;
  /** The owner of the data producer. */
  peerId: string;
  /** The SCTP stream that carries it. */
  sctpStreamParameters: types.SctpStreamParameters;
  label: string;
  protocol: string;
  appData: AppData;
}

/** The data channels that one peer receives from. */
export class DataConsumers {
  readonly #peer: PeerContext;
  readonly #room: RoomContext;
  readonly #transports: Transports;
  readonly #limit: ConcurrencyLimit;
  readonly #consumers = new Map<string, types.DataConsumer>();

  constructor(peer: PeerContext, room: RoomContext, transports: Transports) {
    this.#peer = peer;
    this.#room = room;
    this.#transports = transports;
    this.#limit = new ConcurrencyLimit(
      room.limits,
      'dataConsumersPerPeer',
      'data channels that one peer receives from',
    );
  }

  get size(): number {
    return this.#consumers.size;
  }

  get ids(): string[] {
    return Array.from(this.#consumers.keys());
  }

  /**
   * Creates a consumer of one of the room's data producers. It receives what is
   * sent from now on.
   *
   * @param options.transportId - The receiving transport; optional for a peer
   *   that has exactly one.
   * @throws {AppError} FORBIDDEN, LIMIT_REACHED, DATA_PRODUCER_NOT_FOUND,
   *   TRANSPORT_NOT_FOUND, TRANSPORT_REQUIRED, WRONG_DIRECTION,
   *   VALIDATION_ERROR when the transport was made without SCTP,
   *   MEDIA_REJECTED.
   */
  async open(options: {
    transportId?: string | undefined;
    dataProducerId: string;
  }): Promise<DataConsumerInfo> {
    requireData(this.#peer.grants);
    requireSubscribe(this.#peer.grants);
    const { dataProducerId } = options;
    const { owner, producer } = this.#room.producers.findData(dataProducerId);
    const transport = this.#transports.pickForData('recv', options.transportId);
    using _place = this.#limit.acquire(this.#consumers.size);
    const consumer = await openInMediasoup(
      'dataProducerId',
      [
        present(this.#peer),
        named('transportId', roomErrors.TRANSPORT_NOT_FOUND, transport),
        named('dataProducerId', roomErrors.DATA_PRODUCER_NOT_FOUND, producer),
        stillHas('data and subscribe', () => {
          const { data, subscribe } = this.#peer.grants;
          return data && subscribe;
        }),
      ],
      () => this.#room.routers.consumeData(transport, producer),
    );
    const { id: dataConsumerId, label, protocol } = consumer;
    this.#consumers.set(dataConsumerId, consumer);
    consumer.observer.once('close', () =>
      this.#consumers.delete(dataConsumerId),
    );
    consumer.on('dataproducerclose', () => {
      this.#peer.notify({ type: 'dataConsumerClosed', dataConsumerId });
    });
    return {
      dataConsumerId,
      dataProducerId,
      peerId: owner.id,
      sctpStreamParameters: streamOf(consumer),
      label,
      protocol,
      appData: producer.appData,
    };
  }

  /**
   * Statistics of one of the peer's data consumers.
   *
   * @see https://mediasoup.org/documentation/v3/mediasoup/rtc-statistics/
   * @throws {AppError} DATA_CONSUMER_NOT_FOUND.
   */
  async stats(dataConsumerId: string): Promise<types.DataConsumerStat[]> {
    const consumer = this.#get(dataConsumerId);
    const needs = [
      present(this.#peer),
      named('dataConsumerId', roomErrors.DATA_CONSUMER_NOT_FOUND, consumer),
    ];
    return callMediasoup('data consumer', needs, () => consumer.getStats());
  }

  /** @throws {AppError} DATA_CONSUMER_NOT_FOUND. */
  close(dataConsumerId: string): void {
    this.#get(dataConsumerId).close();
  }

  /** Closes all if the peer may no longer receive data, and tells it. */
  closeDenied(): void {
    const { data, subscribe } = this.#peer.grants;
    if (!data || !subscribe) {
      for (const consumer of this.#consumers.values()) {
        const { id: dataConsumerId } = consumer;
        consumer.close();
        this.#peer.notify({ type: 'dataConsumerClosed', dataConsumerId });
      }
    }
  }

  #get(dataConsumerId: string): types.DataConsumer {
    return lookUp(this.#consumers, dataConsumerId, 'DATA_CONSUMER_NOT_FOUND');
  }
}

/** The stream of a data consumer; over a WebRTC transport it always has one. */
function streamOf(consumer: types.DataConsumer): types.SctpStreamParameters {
  const { sctpStreamParameters } = consumer;
  if (sctpStreamParameters === undefined) {
    throw new Error(`the data consumer ${consumer.id} has no stream`);
  }
  return sctpStreamParameters;
}
