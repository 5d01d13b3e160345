import type { types } from 'mediasoup';

import { roomErrors } from './errors.ts';
import {
  callMediasoup,
  named,
  openInMediasoup,
} from '../media/mediasoupErrors.ts';
import type { AppData, DataProducerInfo } from './events.ts';
import { lookUp, present } from './lookup.ts';
import { ConcurrencyLimit } from '../limits/ConcurrencyLimit.ts';
import { requireData, stillHas } from './permissions.ts';
import type { Transports } from './Transports.ts';
import type { PeerContext, RoomContext } from './types.ts';

/** The data channels that one peer sends over. */
export class DataProducers {
  readonly #peer: PeerContext;
  readonly #room: RoomContext;
  readonly #transports: Transports;
  readonly #limit: ConcurrencyLimit;
  readonly #producers = new Map<string, types.DataProducer<AppData>>();

  constructor(peer: PeerContext, room: RoomContext, transports: Transports) {
    this.#peer = peer;
    this.#room = room;
    this.#transports = transports;
    this.#limit = new ConcurrencyLimit(
      room.limits,
      'dataProducersPerPeer',
      'data channels that one peer sends over',
    );
  }

  get size(): number {
    return this.#producers.size;
  }

  get ids(): string[] {
    return Array.from(this.#producers.keys());
  }

  /** The public part of each, for the other members. */
  get infos(): DataProducerInfo[] {
    return Array.from(this.#producers.values(), dataProducerInfo);
  }

  /**
   * Creates a data producer: the peer sends data into the room.
   *
   * @param options.transportId - The send transport; optional for a peer that
   *   has exactly one.
   * @param options.sctpStreamParameters - The stream that the client sends on.
   *   Its ordering and retransmission apply to the receivers, too.
   * @param options.dataProducerId - An id chosen by the client; by default, by the
   *   server.
   * @throws {AppError} FORBIDDEN, LIMIT_REACHED, ID_TAKEN, TRANSPORT_NOT_FOUND,
   *   TRANSPORT_REQUIRED, WRONG_DIRECTION, VALIDATION_ERROR when the transport
   *   was made without SCTP, MEDIA_REJECTED when the stream is in use.
   */
  async open(options: {
    transportId?: string | undefined;
    dataProducerId?: string | undefined;
    sctpStreamParameters: types.SctpStreamParameters;
    label?: string | undefined;
    protocol?: string | undefined;
    appData?: AppData | undefined;
  }): Promise<DataProducerInfo> {
    requireData(this.#peer.grants);
    const transport = this.#transports.pickForData('send', options.transportId);
    using _place = this.#limit.acquire(this.#producers.size);
    using _id = this.#room.producers.reserve(options.dataProducerId);
    const appData = options.appData ?? {};
    using attached = new DisposableStack();
    attached.use(this.#peer.appDataLimit.acquire(appData));
    const producer = await openInMediasoup(
      'sctpStreamParameters',
      [
        present(this.#peer),
        named('transportId', roomErrors.TRANSPORT_NOT_FOUND, transport),
        stillHas('data', () => this.#peer.grants.data),
      ],
      () =>
        this.#room.routers.produceData(transport, {
          ...(options.dataProducerId !== undefined && {
            id: options.dataProducerId,
          }),
          sctpStreamParameters: options.sctpStreamParameters,
          label: options.label ?? '',
          protocol: options.protocol ?? '',
          appData,
        }),
    );
    this.#producers.set(producer.id, producer);
    const kept = attached.move();
    producer.observer.once('close', () => {
      this.#producers.delete(producer.id);
      kept.dispose();
    });
    const info = dataProducerInfo(producer);
    this.#room.producers.addData(this.#peer, producer, info);
    this.#peer.logger.debug('produces data %s', producer.id);
    return info;
  }

  /**
   * Statistics of one of the peer's data producers.
   *
   * @see https://mediasoup.org/documentation/v3/mediasoup/rtc-statistics/
   * @throws {AppError} DATA_PRODUCER_NOT_FOUND.
   */
  async stats(dataProducerId: string): Promise<types.DataProducerStat[]> {
    const producer = this.#get(dataProducerId);
    const needs = [
      present(this.#peer),
      named('dataProducerId', roomErrors.DATA_PRODUCER_NOT_FOUND, producer),
    ];
    return callMediasoup('data producer', needs, () => producer.getStats());
  }

  /**
   * Closes one of the peer's data producers.
   *
   * @throws {AppError} DATA_PRODUCER_NOT_FOUND.
   */
  close(dataProducerId: string): void {
    this.#get(dataProducerId).close();
  }

  /** Closes all if the peer may no longer send data, and tells it. */
  closeDenied(): void {
    if (!this.#peer.grants.data) {
      for (const producer of this.#producers.values()) {
        producer.close();
        this.#peer.notify({
          type: 'dataProducerClosed',
          peerId: this.#peer.id,
          dataProducerId: producer.id,
        });
      }
    }
  }

  #get(dataProducerId: string): types.DataProducer<AppData> {
    return lookUp(this.#producers, dataProducerId, 'DATA_PRODUCER_NOT_FOUND');
  }
}

function dataProducerInfo({
  id,
  label,
  protocol,
  appData,
}: types.DataProducer<AppData>): DataProducerInfo {
  return { dataProducerId: id, label, protocol, appData };
}
