import type { types } from 'mediasoup';

import { roomErrors } from './errors.ts';
import type { PerNetworkLimit } from '../limits/PerNetworkLimit.ts';
import type { LiveSections } from '../config/LiveConfig.ts';
import type { Live } from '../core/Live.ts';
import type { Limits } from '../limits/options.ts';
import { AppError } from '../core/errors.ts';
import type { LogFields, LogLevel } from '../core/logFormat.ts';
import { Logger } from '../core/logger.ts';
import type { RouterGroup } from '../media/RouterGroup.ts';
import type { Metrics } from '../core/metrics.ts';
import type { SampledLog } from '../limits/SampledLog.ts';
import { LayerDemand } from './LayerDemand.ts';
import { EventBudget } from './EventBudget.ts';
import type {
  EndReason,
  AppData,
  DataProducerInfo,
  LeaveReason,
  PeerInfo,
  ProducerInfo,
  RoomEnd,
  RoomEvent,
} from './events.ts';
import { Peer } from './Peer.ts';
import type { PeerOptions } from './Peer.ts';
import { sourceOf } from './sources.ts';
import { Speakers } from './Speakers.ts';

const logger = new Logger('Room');

/** What a room is called and how it behaves. */
export interface RoomOptions {
  readonly id: string;
  readonly name?: string | undefined;
  readonly description?: string | undefined;
  /** Most peers at once. */
  readonly maxPeers: number;
  /** How long the room stays without anybody in it, ms. */
  readonly emptyTimeout: number;
}

/** What all rooms share. */
export interface RoomContext {
  readonly config: LiveSections;
  readonly metrics: Metrics;
  /** Entries about clients. */
  readonly log: SampledLog;
  /** The peers of all rooms. */
  readonly peerLimit: PerNetworkLimit;
  /** The events that are kept for the peers of all rooms. */
  readonly keptEvents: EventBudget;
}

/** A peer that was let in, and who was in the room before it. */
export interface Joined {
  peer: Peer;
  others: PeerInfo[];
}

/** A producer of the room, and what is known of it. */
interface RoomProducer {
  peer: Peer;
  producer: types.Producer;
  demand: LayerDemand;
  /** Since when somebody could receive it, and nobody has. */
  unconsumedSince: number | undefined;
}

/** Who is here, and who is told what. */
export class Room {
  readonly id: string;
  readonly options: RoomOptions;
  readonly logger: Logger;
  /** What carries the room's media. */
  readonly routers: RouterGroup;
  /** The events that are kept for the room's peers. */
  readonly keptEvents: EventBudget;
  readonly #peers = new Map<string, Peer>();
  readonly #producers = new Map<string, RoomProducer>();
  readonly #dataProducers = new Map<
    string,
    { peer: Peer; producer: types.DataProducer<AppData> }
  >();
  readonly #watchers = new Set<Peer>();
  readonly #context: RoomContext;
  readonly #onClose: (room: Room) => void;
  readonly #speakers: Speakers;
  #emptyTimeout: number;
  #emptyTimer: NodeJS.Timeout | undefined;
  /** When the server stops, ms since the epoch, once it drains. */
  #stopsAt: number | undefined;
  #closed = false;

  /**
   * @param options - What the room is called and how it behaves.
   * @param routers - What carries the media; closes with the room.
   * @param onClose - Called once, when the room has closed.
   */
  constructor(
    options: RoomOptions,
    routers: RouterGroup,
    context: RoomContext,
    onClose: (room: Room) => void,
  ) {
    this.id = options.id;
    this.options = options;
    this.routers = routers;
    this.#context = context;
    this.logger = logger.child('room', options.id);
    this.#onClose = onClose;
    this.keptEvents = new EventBudget(
      'limits.keptBytesPerRoom',
      () => this.limits.keptBytesPerRoom,
      context.keptEvents,
    );
    this.#emptyTimeout = options.emptyTimeout;
    this.#speakers = new Speakers(
      routers,
      context.config.speakers.maxLevels,
      (event) => this.emit(event),
      this.logger,
    );
    routers.serve({
      onReset: (orphaned) => {
        this.logger.warn(
          'a worker died under %d of %d peers',
          orphaned,
          this.#peers.size,
        );
      },
      onLost: (error) => {
        this.logger.error('no worker takes over: %o', error);
        this.close('workerDied');
      },
    });
  }

  get closed(): boolean {
    return this.#closed;
  }

  /** What one peer may take. */
  get limits(): Live<Limits> {
    return this.#context.config.limits;
  }

  get peers(): ReadonlyMap<string, Peer> {
    return this.#peers;
  }

  /**
   * Lets a peer in. One with the same id that is here already is replaced:
   * everybody sees it leave before the newcomer joins.
   *
   * @param place - A place among the peers of the server, if one was acquired
   *   already. Unless the peer is let in, it remains the caller's.
   * @returns The peer, and who was here before it: every later event about
   *   the room comes to the peer, none is in both.
   * @throws {AppError} ROOM_CLOSED, ROOM_FULL, SERVER_FULL, LIMIT_REACHED.
   */
  join(options: PeerOptions, place?: Disposable): Joined {
    if (this.#closed) {
      throw new AppError(
        roomErrors.ROOM_CLOSED,
        `the room ${this.id} is closed`,
      );
    }
    const replaced = this.#peers.get(options.id);
    if (replaced === undefined && this.#peers.size >= this.options.maxPeers) {
      throw new AppError(
        roomErrors.ROOM_FULL,
        `the room takes ${this.options.maxPeers} peers, and that many exist`,
        { option: 'rooms.maxPeers' },
      );
    }
    const held =
      place ??
      this.#context.peerLimit.acquire(options.network, replaced?.network);
    clearTimeout(this.#emptyTimer);
    replaced?.close('replaced');
    const others = Array.from(this.#peers.values(), (other) => other.info());
    const peer = new Peer(this, options, held);
    this.emit({ type: 'peerJoined', peer: peer.info() });
    this.#peers.set(peer.id, peer);
    if (this.#stopsAt !== undefined) {
      peer.tell({ type: 'serverDraining', deadline: this.#stopsAt });
    }
    this.#speakers.introduce((event) => peer.tell(event));
    if (options.watchesConsumers === true) {
      this.#watchers.add(peer);
    }
    this.note('info', 'peer joined', peer, {});
    peer.logger.debug('is called %s', peer.displayName);
    return { peer, others };
  }

  /** Takes a closed peer off the list and tells the others. */
  remove(peer: Peer, reason: LeaveReason): void {
    this.#peers.delete(peer.id);
    this.#watchers.delete(peer);
    this.#noteEnd(peer, reason);
    this.emit({ type: 'peerLeft', peerId: peer.id, reason });
    // A replaced peer makes room for one that is about to enter.
    if (reason !== 'replaced') {
      this.closeIfEmpty();
    }
  }

  /**
   * The producer and whose it is.
   *
   * @throws {AppError} PRODUCER_NOT_FOUND.
   */
  producer(producerId: string): { peer: Peer; producer: types.Producer } {
    const found = this.#producers.get(producerId);
    if (found === undefined) {
      throw new AppError(
        roomErrors.PRODUCER_NOT_FOUND,
        `there is no producer ${JSON.stringify(producerId)} in this room`,
      );
    }
    return found;
  }

  /** Makes a producer known to the others, and what becomes of it. */
  addProducer(peer: Peer, producer: types.Producer, info: ProducerInfo): void {
    const peerId = peer.id;
    const producerId = producer.id;
    const demand = new LayerDemand(
      producer,
      () => this.#context.config.rooms.layerReleaseDelay,
      (maxSpatialLayer) => {
        peer.tell({ type: 'producerWanted', producerId, maxSpatialLayer });
      },
    );
    const unconsumedSince =
      this.#peers.size > 1 ? performance.now() : undefined;
    this.#producers.set(producerId, {
      peer,
      producer,
      demand,
      unconsumedSince,
    });
    producer.observer.on('pause', () => {
      this.emit({ type: 'producerPaused', peerId, producerId }, peer);
    });
    producer.observer.on('resume', () => {
      this.emit({ type: 'producerResumed', peerId, producerId }, peer);
    });
    producer.observer.once('close', () => {
      this.#producers.delete(producerId);
      this.emit({ type: 'producerClosed', peerId, producerId }, peer);
    });
    this.emit({ type: 'producerOpened', peerId, producer: info }, peer);
    if (sourceOf(info.kind, info.appData) === 'mic') {
      this.#speakers.add(peerId, producer);
    }
  }

  /**
   * The data producer and whose it is.
   *
   * @throws {AppError} DATA_PRODUCER_NOT_FOUND.
   */
  dataProducer(dataProducerId: string): {
    peer: Peer;
    producer: types.DataProducer<AppData>;
  } {
    const found = this.#dataProducers.get(dataProducerId);
    if (found === undefined) {
      throw new AppError(
        roomErrors.DATA_PRODUCER_NOT_FOUND,
        `there is no data producer ${JSON.stringify(dataProducerId)} in this room`,
      );
    }
    return found;
  }

  /** Makes a data producer known to the others, and its end. */
  addDataProducer(
    peer: Peer,
    producer: types.DataProducer<AppData>,
    info: DataProducerInfo,
  ): void {
    const peerId = peer.id;
    const { dataProducerId } = info;
    this.#dataProducers.set(dataProducerId, { peer, producer });
    producer.observer.once('close', () => {
      this.#dataProducers.delete(dataProducerId);
      this.emit({ type: 'dataProducerClosed', peerId, dataProducerId }, peer);
    });
    this.emit({ type: 'dataProducerOpened', peerId, dataProducer: info }, peer);
  }

  /** Counts what a consumer wants of its producer now. */
  noteDemand(consumer: types.Consumer): void {
    this.#producers.get(consumer.producerId)?.demand.note(consumer);
  }

  /** Measures how long a producer waited for the first to receive it. */
  noteConsumer({ id, kind }: types.Producer): void {
    const found = this.#producers.get(id);
    if (found?.unconsumedSince !== undefined) {
      const waited = performance.now() - found.unconsumedSince;
      found.unconsumedSince = undefined;
      this.#context.metrics.firstConsumers.observe({ kind }, waited / 1_000);
    }
  }

  /** Tells everybody, except the peer named. In a closed room nobody listens. */
  emit(event: RoomEvent, except?: Peer): void {
    if (this.#closed) {
      return;
    }
    for (const peer of this.#peers.values()) {
      if (peer !== except) {
        peer.tell(event);
      }
    }
  }

  /** Tells those who watch consumers, except the peer named. */
  tellWatchers(event: RoomEvent, except: Peer): void {
    if (this.#closed) {
      return;
    }
    for (const peer of this.#watchers) {
      if (peer !== except) {
        peer.tell(event);
      }
    }
  }

  /** Closes the room, now or in time, if nobody is in it. */
  closeIfEmpty(): void {
    if (this.#closed || this.#peers.size > 0) {
      return;
    }
    if (this.#emptyTimeout === 0) {
      this.close('empty');
      return;
    }
    clearTimeout(this.#emptyTimer);
    this.#emptyTimer = setTimeout(
      () => this.close('empty'),
      this.#emptyTimeout,
    );
  }

  /**
   * Lets the room go with the last one in it, however it was made, and tells
   * those who are in it and those who join when the server stops.
   *
   * @param deadline - When it stops at the latest, ms since the epoch.
   */
  drain(deadline: number): void {
    this.#emptyTimeout = 0;
    this.#stopsAt = deadline;
    this.emit({ type: 'serverDraining', deadline });
    this.closeIfEmpty();
  }

  /** Puts everybody out and frees what the room held in the workers. */
  close(reason: RoomEnd): void {
    if (this.#closed) {
      return;
    }
    this.#closed = true;
    clearTimeout(this.#emptyTimer);
    for (const peer of this.#peers.values()) {
      peer.end(reason);
      this.#noteEnd(peer, reason);
    }
    this.#peers.clear();
    this.#watchers.clear();
    this.routers.close();
    this.logger.write('info', 'closed', { reason });
    this.#onClose(this);
  }

  /** Logs and counts the end of a peer's stay. */
  #noteEnd(peer: Peer, reason: EndReason): void {
    const { gateway, joinedAt } = peer;
    this.#context.metrics.stays.inc({ gateway, reason });
    const duration = (Date.now() - joinedAt) / 1_000;
    this.note('info', 'peer left', peer, { reason, duration });
  }

  /** Logs something about a peer that its client may cause time and again. */
  note(level: LogLevel, message: string, peer: Peer, fields: LogFields): void {
    const { id, userId, gateway, network } = peer;
    this.#context.log.write(
      level,
      message,
      {
        ...fields,
        peer: id,
        user: userId,
        gateway,
        network,
        peers: this.#peers.size,
      },
      this.logger,
    );
  }
}
