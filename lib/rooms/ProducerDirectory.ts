import type { types } from 'mediasoup';

import type { Source } from '../auth/Permissions.ts';
import { AppError } from '../core/errors.ts';
import type { Metrics } from '../core/metrics.ts';
import type { Broadcast, Recipient } from './Broadcast.ts';
import { roomErrors } from './errors.ts';
import type { AppData, DataProducerInfo, ProducerInfo } from './events.ts';
import { LayerDemand } from './LayerDemand.ts';
import type { Requested } from './LayerDemand.ts';
import type { RoomFact } from './RoomObserver.ts';
import type { Speakers } from './Speakers.ts';

/** The member that a producer belongs to. */
export interface ProducerOwner extends Recipient {
  readonly id: string;
}

/** A data producer and its owner. */
interface DataEntry {
  owner: ProducerOwner;
  producer: types.DataProducer<AppData>;
}

/** A producer, its owner, and the demand for it. */
interface Entry {
  owner: ProducerOwner;
  producer: types.Producer;
  info: ProducerInfo;
  demand: LayerDemand;
  /** The time from which another member could consume it and none has, ms. */
  unconsumedSince: number | undefined;
}

/** Collaborators of a directory. */
export interface DirectoryContext {
  readonly broadcast: Broadcast;
  readonly speakers: Speakers;
  readonly metrics: Pick<Metrics, 'firstConsumers'>;
  /** The delay after which a fall in demand is announced, as it is now, ms. */
  readonly layerReleaseDelay: () => number;
  /** Passes what happens to tracks on to the observers of all rooms. */
  readonly observe: (fact: RoomFact) => void;
}

/**
 * A room's producers and data producers. Announces to the other members when
 * one of them opens, pauses, resumes or closes, and to its owner how much of it
 * is consumed.
 */
export class ProducerDirectory {
  readonly #context: DirectoryContext;
  readonly #producers = new Map<string, Entry>();
  readonly #dataProducers = new Map<string, DataEntry>();
  /** Ids that clients have chosen for what is being opened. */
  readonly #chosen = new Set<string>();

  constructor(context: DirectoryContext) {
    this.#context = context;
  }

  /** The producers of all members except one. */
  *others(owner: ProducerOwner): Generator<ProducerInfo> {
    for (const entry of this.#producers.values()) {
      if (entry.owner !== owner) {
        yield entry.info;
      }
    }
  }

  /** The producers of one member, as they are now. */
  of(peerId: string): ProducerInfo[] {
    return Array.from(this.#producers.values())
      .filter(({ owner }) => owner.id === peerId)
      .map(({ info, producer }) => ({ ...info, paused: producer.paused }));
  }

  /** The producers of one source, with their owners. */
  *ofSource(source: Source): Generator<Pick<Entry, 'owner' | 'producer'>> {
    for (const entry of this.#producers.values()) {
      if (entry.info.source === source) {
        yield entry;
      }
    }
  }

  has(producerId: string): boolean {
    return this.#producers.has(producerId);
  }

  /**
   * Finds a producer and its owner.
   *
   * @throws {AppError} PRODUCER_NOT_FOUND.
   */
  find(producerId: string): Pick<Entry, 'owner' | 'producer' | 'info'> {
    const entry = this.#producers.get(producerId);
    if (entry === undefined) {
      throw new AppError(
        roomErrors.PRODUCER_NOT_FOUND,
        `there is no producer ${JSON.stringify(producerId)} in this room`,
      );
    }
    return entry;
  }

  /**
   * Finds a data producer and its owner.
   *
   * @throws {AppError} DATA_PRODUCER_NOT_FOUND.
   */
  findData(dataProducerId: string): DataEntry {
    const entry = this.#dataProducers.get(dataProducerId);
    if (entry === undefined) {
      throw new AppError(
        roomErrors.DATA_PRODUCER_NOT_FOUND,
        `there is no data producer ${JSON.stringify(dataProducerId)} in this room`,
      );
    }
    return entry;
  }

  /**
   * Reserves an id that a client has chosen, while a producer or data producer with
   * it is being opened. An id that the server chooses needs no reservation.
   *
   * @throws {AppError} ID_TAKEN.
   */
  reserve(id: string | undefined): Disposable {
    if (id === undefined) {
      return new DisposableStack();
    }
    const taken = [this.#producers, this.#dataProducers, this.#chosen];
    if (taken.some((it) => it.has(id))) {
      throw new AppError(
        roomErrors.ID_TAKEN,
        `expected an id that the room does not have, got ${JSON.stringify(id)}`,
      );
    }
    this.#chosen.add(id);
    return { [Symbol.dispose]: () => void this.#chosen.delete(id) };
  }

  /** Announces a producer, and lists it until it closes. */
  add(
    owner: ProducerOwner,
    producer: types.Producer,
    info: ProducerInfo,
  ): void {
    const { broadcast, speakers, layerReleaseDelay, observe } = this.#context;
    const { id: peerId } = owner;
    const { id: producerId } = producer;
    this.#producers.set(producerId, {
      owner,
      producer,
      info,
      demand: new LayerDemand(producer, layerReleaseDelay, (maxSpatialLayer) =>
        owner.notify({ type: 'producerWanted', producerId, maxSpatialLayer }),
      ),
      unconsumedSince: broadcast.size > 1 ? performance.now() : undefined,
    });
    producer.observer.on('pause', () => {
      broadcast.toAll({ type: 'producerPaused', peerId, producerId }, owner);
    });
    producer.observer.on('resume', () => {
      broadcast.toAll({ type: 'producerResumed', peerId, producerId }, owner);
    });
    producer.observer.once('close', () => {
      this.#producers.delete(producerId);
      broadcast.toAll({ type: 'producerClosed', peerId, producerId }, owner);
      observe({ type: 'trackUnpublished', peerId, track: info });
    });
    broadcast.toAll({ type: 'producerOpened', peerId, producer: info }, owner);
    observe({ type: 'trackPublished', peerId, track: info });
    if (info.source === 'mic') {
      speakers.add(peerId, producer);
    }
  }

  /** Announces a data producer, and lists it until it closes. */
  addData(
    owner: ProducerOwner,
    producer: types.DataProducer<AppData>,
    info: DataProducerInfo,
  ): void {
    const { broadcast } = this.#context;
    const { id: peerId } = owner;
    const { dataProducerId } = info;
    this.#dataProducers.set(dataProducerId, { owner, producer });
    producer.observer.once('close', () => {
      this.#dataProducers.delete(dataProducerId);
      broadcast.toAll(
        { type: 'dataProducerClosed', peerId, dataProducerId },
        owner,
      );
    });
    broadcast.toAll(
      { type: 'dataProducerOpened', peerId, dataProducer: info },
      owner,
    );
  }

  /** Updates the demand for a producer after a change of one of its consumers. */
  updateDemand(producerId: string, consumer: Requested): void {
    this.#producers.get(producerId)?.demand.update(consumer);
  }

  /** Measures how long a producer waited for its first consumer. */
  recordFirstConsumer({ id, kind }: types.Producer): void {
    const entry = this.#producers.get(id);
    if (entry?.unconsumedSince !== undefined) {
      const waited = performance.now() - entry.unconsumedSince;
      entry.unconsumedSince = undefined;
      this.#context.metrics.firstConsumers.observe({ kind }, waited / 1_000);
    }
  }
}
