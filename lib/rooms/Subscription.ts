import type { types } from 'mediasoup';

import type { Source } from '../auth/Permissions.ts';
import { AppError } from '../core/errors.ts';
import { Turns } from '../limits/Turns.ts';
import type { Consumers } from './Consumers.ts';
import type { ConsumerInfo, ProducerInfo, RoomEvent } from './events.ts';
import type { Size } from './layers.ts';
import type { Transports } from './Transports.ts';
import type { PeerContext, RoomContext } from './types.ts';

/** Consumers that one peer has opened at once, so that others get their turn. */
const AT_ONCE = 16;

/** Which producers are consumed; a field that is left out excludes none. */
export interface SubscriptionFilter {
  readonly kinds?: readonly types.MediaKind[] | undefined;
  readonly sources?: readonly Source[] | undefined;
}

/** The peer of a subscription. */
interface Subscriber extends PeerContext {
  readonly transports: Transports;
  readonly consumers: Consumers;
  /** Sends an event to the client. */
  deliver(event: RoomEvent): void;
}

type Announcement = Extract<RoomEvent, { type: 'producerOpened' }>;

/** A consumer that is about to be opened. */
interface Opening {
  /** The announcement of the producer, if the client has not received it. */
  held?: Announcement | undefined;
  /** The size at which the client is about to show it. */
  size?: Size | undefined;
  started?: true;
}

/**
 * Opens consumers for a client that does not request each of them: of all
 * producers that a filter lets through, once {@link start} has named a transport,
 * and of those that the client wants to see. It learns of each consumer by an
 * event, instead of the announcement of the producer.
 *
 * Where a consumer cannot be opened, the announcement is delivered after all. A
 * producer that closes before is not announced.
 */
export class Subscription {
  readonly #peer: Subscriber;
  readonly #room: Pick<RoomContext, 'producers'>;
  readonly #turns = new Turns(AT_ONCE);
  /** By their producers. */
  readonly #openings = new Map<string, Opening>();
  /** Undefined if nothing is consumed unless the client wants to see it. */
  #filter: SubscriptionFilter | undefined;
  #transportId: string | undefined;

  constructor(
    peer: Subscriber,
    room: Pick<RoomContext, 'producers'>,
    filter?: SubscriptionFilter,
  ) {
    this.#peer = peer;
    this.#room = room;
    this.#filter = filter;
  }

  /** The transport for consumers, if it is known. */
  get transportId(): string | undefined {
    return this.#transportId;
  }

  /**
   * Takes over an event about a producer that the client is to learn of by its
   * consumer.
   *
   * @returns False if the event is to be delivered.
   */
  takes(event: RoomEvent): boolean {
    switch (event.type) {
      case 'producerOpened':
        if (!this.#wants(event.producer)) {
          return false;
        }
        this.#schedule(event.producer.producerId, { held: event });
        return true;
      case 'producerPaused':
      case 'producerResumed': {
        const opening = this.#openings.get(event.producerId);
        if (opening?.held === undefined) {
          return false;
        }
        const paused = event.type === 'producerPaused';
        const { held } = opening;
        opening.held = { ...held, producer: { ...held.producer, paused } };
        return true;
      }
      case 'producerClosed': {
        const opening = this.#openings.get(event.producerId);
        this.#openings.delete(event.producerId);
        return opening?.held !== undefined;
      }
      default:
        return false;
    }
  }

  /**
   * Consumes what the others send and will send, over a transport.
   *
   * @param most - The consumers to return at most; others follow as events.
   * @returns The consumers of producers that were there at the join, except
   *   those that could not be opened.
   */
  async start(transportId: string, most: number): Promise<ConsumerInfo[]> {
    this.#transportId = transportId;
    const known = Array.from(this.#wanted()).filter(
      (id) => !this.#openings.has(id),
    );
    const first = known.slice(0, most).map((id) => this.#consumeKnown(id));
    for (const id of this.#openings.keys()) {
      void this.#open(id);
    }
    for (const id of known.slice(most)) {
      this.#schedule(id, {});
    }
    const opened = await Promise.all(first);
    return opened.filter((info) => info !== undefined);
  }

  /** Consumes everything again over another transport, after the worker has died. */
  restart(transportId: string): void {
    this.#transportId = transportId;
    for (const id of this.#wanted()) {
      this.#schedule(id, { held: this.#openings.get(id)?.held });
    }
  }

  /** Ends with its transport; from now on producers are announced. */
  endWith(transportId: string): void {
    if (transportId === this.#transportId) {
      this.end();
    }
  }

  /** Consumes nothing more by itself, and announces what has been held. */
  end(): void {
    this.#filter = undefined;
    this.#transportId = undefined;
    const openings = Array.from(this.#openings.values());
    this.#openings.clear();
    for (const { held } of openings) {
      if (held !== undefined) {
        this.#peer.deliver(held);
      }
    }
  }

  /** Tells if a consumer of a producer is about to be opened. */
  isOpening(producerId: string): boolean {
    return this.#openings.has(producerId);
  }

  /**
   * Sets the size at which the client is about to show a producer whose consumer
   * is being opened; undefined if it will not.
   */
  setSize(producerId: string, size: Size | undefined): void {
    const opening = this.#openings.get(producerId);
    if (opening !== undefined) {
      opening.size = size;
    }
  }

  /**
   * Consumes a producer that the client is about to show.
   *
   * @throws {AppError} The errors of {@link Consumers.open}.
   */
  async show(producerId: string, size: Size): Promise<void> {
    const opening: Opening = { size };
    this.#openings.set(producerId, opening);
    try {
      await this.#consume(producerId, opening);
    } catch (error) {
      if (this.#openings.get(producerId) === opening) {
        this.#openings.delete(producerId);
      }
      throw error;
    }
  }

  #wants({ kind, source }: ProducerInfo): boolean {
    if (this.#filter === undefined || !this.#peer.grants.subscribe) {
      return false;
    }
    const { kinds, sources } = this.#filter;
    return (
      (kinds?.includes(kind) ?? true) && (sources?.includes(source) ?? true)
    );
  }

  /** The producers of others that the filter lets through. */
  *#wanted(): Generator<string> {
    for (const producer of this.#room.producers.others(this.#peer)) {
      const isHidden = this.#peer.hides(producer.producerId);
      if (!isHidden && this.#wants(producer)) {
        yield producer.producerId;
      }
    }
  }

  /** Opens a consumer once there is a transport for it. */
  #schedule(producerId: string, opening: Opening): void {
    this.#openings.set(producerId, opening);
    if (this.#transportId !== undefined) {
      void this.#open(producerId);
    }
  }

  async #open(producerId: string): Promise<void> {
    const opening = this.#openings.get(producerId);
    if (opening === undefined || opening.started === true) {
      return;
    }
    opening.started = true;
    try {
      await this.#consume(producerId, opening);
    } catch (error) {
      this.#onFailure(producerId, opening, error);
    }
  }

  /** Consumes a producer that the client knows; undefined if that fails. */
  async #consumeKnown(producerId: string): Promise<ConsumerInfo | undefined> {
    const { consumers } = this.#peer;
    using _place = await this.#turns.take();
    try {
      const { transportId } = this;
      return await consumers.open({ transportId, producerId });
    } catch (error) {
      this.#note(producerId, error);
      return undefined;
    }
  }

  /** Opens a consumer, and sends it to the client unless that is too late. */
  async #consume(producerId: string, opening: Opening): Promise<void> {
    const { consumers } = this.#peer;
    using _place = await this.#turns.take();
    if (this.#openings.get(producerId) !== opening) {
      return;
    }
    const { transportId } = this;
    const consumer = await consumers.open({ transportId, producerId });
    const { consumerId } = consumer;
    if (this.#openings.get(producerId) !== opening) {
      // The client knows neither this consumer nor, perhaps, its producer.
      if (consumers.has(consumerId)) {
        consumers.close(consumerId);
      }
      return;
    }
    this.#openings.delete(producerId);
    this.#peer.deliver({ type: 'subscribed', consumer });
    if (opening.size !== undefined) {
      await this.#fit(consumerId, opening.size);
    }
  }

  /** Fits a consumer that may close meanwhile, as the client is told. */
  async #fit(consumerId: string, size: Size): Promise<void> {
    try {
      await this.#peer.consumers.fit(consumerId, size);
    } catch (error) {
      this.#note(consumerId, error);
    }
  }

  #onFailure(producerId: string, opening: Opening, error: unknown): void {
    const { transports } = this.#peer;
    const id = this.#transportId;
    // Without its transport, which the worker has taken along, it waits for restart.
    const waits = id !== undefined && !transports.has(id);
    if (waits || this.#openings.get(producerId) !== opening) {
      return;
    }
    this.#openings.delete(producerId);
    this.#note(producerId, error);
    if (opening.held !== undefined) {
      this.#peer.deliver(opening.held);
    }
  }

  #note(id: string, error: unknown): void {
    const { logger } = this.#peer;
    if (error instanceof AppError) {
      logger.debug('receives no %s: %s', id, error.message);
    } else {
      logger.error('a consumer could not be opened: %o', error);
    }
  }
}
