import { EventEmitter } from 'node:events';

import type { types } from 'mediasoup';
import { NotFoundError, WorkerClosedError } from 'mediasoup/errors';

import type { Live } from '../core/Live.ts';
import type { MediaOptions } from './options.ts';
import { withCodecs } from './capabilities.ts';
import { routerRtpCapabilities } from './codecs.ts';
import { keepConsumableParameters } from './consumableParameters.ts';
import type { MediaWorker } from './MediaWorker.ts';
import { Pipes } from './Pipes.ts';
import { workerForNewMember } from './placement.ts';
import { ReceiverBandwidth } from './ReceiverBandwidth.ts';
import type { BandwidthListener } from './ReceiverBandwidth.ts';
import { RoomRouter } from './RoomRouter.ts';
import type { AudioObservers, Member, TransportOptions } from './RoomRouter.ts';
import { whenClosed } from './whenClosed.ts';
import type { WorkerPool } from './WorkerPool.ts';

/** The sections that the routers of a room need. */
export interface RouterGroupOptions extends MediaOptions {
  readonly rooms: Live<{ readonly consumersPerRouter: number }>;
}

/** Events of a room's routers. */
interface RouterGroupEvents {
  /** A worker died: some members have to set up their media again. */
  reset: [orphaned: number];
  /** A worker died, and no other takes over. */
  lost: [error: unknown];
}

/**
 * The routers of one room, on one or more workers: what a member sends reaches
 * every other member.
 *
 * A room starts on the worker whose turn it is. A member is placed on a router
 * by its first transport, and stays there until its last one closes. When each
 * of the room's routers carries `rooms.consumersPerRouter` consumers, new members
 * are placed on the worker that carries the fewest.
 */
export class RouterGroup extends EventEmitter<RouterGroupEvents> {
  readonly #pool: WorkerPool;
  readonly #config: RouterGroupOptions;
  readonly #routers = new Map<MediaWorker, RoomRouter>();
  readonly #pipes: Pipes;
  /** The router under each transport and each producer. */
  readonly #homes = new WeakMap<object, RoomRouter>();
  /** Members whose router has closed and who are not told yet. */
  readonly #orphaned = new Set<Member>();
  /** Pending while a first or another router is opened. */
  #opening: Promise<void> | undefined;
  #closed = false;

  private constructor(pool: WorkerPool, config: RouterGroupOptions) {
    super();
    this.#pool = pool;
    this.#config = config;
    this.#pipes = new Pipes(config);
  }

  /**
   * Places a room on the worker whose turn it is.
   *
   * @throws {AppError} NO_WORKER if none is alive.
   */
  static async create(
    pool: WorkerPool,
    config: RouterGroupOptions,
  ): Promise<RouterGroup> {
    const group = new RouterGroup(pool, config);
    try {
      group.#opening = group.#openNext();
      await group.#opening;
      return group;
    } finally {
      group.#opening = undefined;
    }
  }

  /** The ids of the routers, as the workers' dumps have them. */
  get ids(): string[] {
    return Array.from(this.#routers.values(), ({ id }) => id).filter(
      (id) => id !== undefined,
    );
  }

  get closed(): boolean {
    return this.#closed;
  }

  /** The number of piped producers, each once for each router it is piped to. */
  get pipes(): number {
    return this.#pipes.size;
  }

  get rtpCapabilities(): types.RtpCapabilities {
    return routerRtpCapabilities;
  }

  /**
   * Opens a transport for a member, on the router of its other transports.
   *
   * @throws {AppError} NO_WORKER if no worker is ready in time for a new member.
   * @throws {WorkerClosedError} If the worker died: wait for
   *   {@link Member.resetMedia}.
   */
  async createWebRtcTransport(
    member: Member,
    options: TransportOptions,
  ): Promise<types.WebRtcTransport> {
    // Selected and placed in one go: the member's next request finds it placed.
    let router = this.#routerFor(member);
    while (router === undefined) {
      await this.#ready();
      router = this.#routerFor(member);
    }
    const transport = await router.createWebRtcTransport(member, options);
    this.#homes.set(transport, router);
    return transport;
  }

  /**
   * Creates a producer on a transport of one of the room's members.
   *
   * @throws {TypeError} If the parameters are invalid.
   * @throws {UnsupportedError} If the routers do not have the codecs.
   * @throws {WorkerClosedError} If the worker died.
   */
  async produce<AppData extends types.AppData>(
    transport: types.WebRtcTransport,
    options: types.ProducerOptions<AppData>,
  ): Promise<types.Producer<AppData>> {
    const producer = await transport.produce(options);
    this.#homes.set(producer, this.#homeOf(transport));
    keepConsumableParameters(producer);
    return producer;
  }

  /** Creates a data producer, as {@link produce} does for tracks. */
  async produceData<AppData extends types.AppData>(
    transport: types.WebRtcTransport,
    options: types.DataProducerOptions<AppData>,
  ): Promise<types.DataProducer<AppData>> {
    const producer = await transport.produceData(options);
    this.#homes.set(producer, this.#homeOf(transport));
    return producer;
  }

  /**
   * Creates a consumer of one of the room's producers. From another router the
   * producer is piped to this one while it has a consumer here.
   *
   * @throws {NotFoundError} If the producer closed meanwhile.
   * @throws {WorkerClosedError} If the worker of the transport died.
   * @throws {UnsupportedError} If the capabilities do not fit the producer.
   */
  async consume(
    transport: types.WebRtcTransport,
    producer: types.Producer,
    options: Omit<types.ConsumerOptions, 'producerId'>,
  ): Promise<types.Consumer> {
    const [from, to] = [this.#homeOf(producer), this.#homeOf(transport)];
    using claims = new DisposableStack();
    claims.use(to.countConsumer(transport));
    if (from !== to) {
      const pipe = this.#hold(from, to, (...routers) =>
        this.#pipes.hold(producer, ...routers),
      );
      claims.use(await pipe);
    }
    let consumer: types.Consumer;
    try {
      consumer = await transport.consume({
        ...options,
        producerId: producer.id,
        // mediasoup retransmits lost video by default, but not lost audio.
        enableRtx: true,
      });
    } catch (error) {
      throw withCodecs(error, producer);
    }
    const held = claims.move();
    whenClosed(consumer, () => held.dispose());
    return consumer;
  }

  /**
   * Creates a consumer of one of the room's data producers, as {@link consume}
   * does for tracks.
   *
   * @throws {NotFoundError} If the data producer closed meanwhile.
   * @throws {WorkerClosedError} If the worker of the transport died.
   */
  async consumeData(
    transport: types.WebRtcTransport,
    producer: types.DataProducer,
  ): Promise<types.DataConsumer> {
    const [from, to] = [this.#homeOf(producer), this.#homeOf(transport)];
    using claims = new DisposableStack();
    if (from !== to) {
      const pipe = this.#hold(from, to, (...routers) =>
        this.#pipes.holdData(producer, ...routers),
      );
      claims.use(await pipe);
    }
    const consumer = await transport.consumeData({
      dataProducerId: producer.id,
    });
    const held = claims.move();
    whenClosed(consumer, () => held.dispose());
    return consumer;
  }

  /**
   * Divides the bandwidth of a receiving transport among its videos; undefined if
   * that is left to mediasoup (`rtc.adaptLayers`).
   */
  divideBandwidth(
    transport: types.WebRtcTransport,
    listener: BandwidthListener,
  ): ReceiverBandwidth | undefined {
    return this.#config.rtc.adaptLayers
      ? new ReceiverBandwidth(transport, listener)
      : undefined;
  }

  /** The audio observers of a producer's router, unless it has closed. */
  audioObserversOf(producer: types.Producer): AudioObservers | undefined {
    return this.#homes.get(producer)?.audioObservers;
  }

  /** Closes the routers with every transport, producer and consumer. */
  close(): void {
    this.#closed = true;
    for (const router of this.#routers.values()) {
      router.close();
    }
  }

  /**
   * Pipes a producer to another router, which may close meanwhile because its
   * worker died or because its last member has left.
   */
  async #hold(
    from: RoomRouter,
    to: RoomRouter,
    hold: (from: types.Router, to: types.Router) => Promise<Disposable>,
  ): Promise<Disposable> {
    try {
      return await hold(await from.opened, await to.opened);
    } catch (error) {
      throw to.worker.closed
        ? new WorkerClosedError('the worker of the receiving router died')
        : error;
    }
  }

  /** The router for a member's transport, if there is one already. */
  #routerFor(member: Member): RoomRouter | undefined {
    if (this.#orphaned.has(member)) {
      throw new WorkerClosedError('the member is not told of the reset yet');
    }
    if (this.#routers.size > 0) {
      return this.#routerOf(member) ?? this.#choose();
    }
    if (this.#closed) {
      throw new NotFoundError('the room is closed');
    }
    return undefined;
  }

  /** Fulfilled when a router is open, or a worker ready for one. */
  async #ready(): Promise<void> {
    await (this.#routers.size === 0 ? this.#opening : this.#pool.take());
  }

  #routerOf(member: Member): RoomRouter | undefined {
    return Array.from(this.#routers.values()).find(({ members }) =>
      members.has(member),
    );
  }

  #homeOf(thing: types.Transport | types.Producer | types.DataProducer) {
    const home = this.#homes.get(thing);
    if (home === undefined) {
      throw new Error(`${thing.id} belongs to another room`);
    }
    return home;
  }

  /** The router for a new member, if a worker is ready. */
  #choose(): RoomRouter | undefined {
    const worker = workerForNewMember(
      this.#routers,
      this.#pool.usable,
      this.#config.rooms.consumersPerRouter,
    );
    return worker && (this.#routers.get(worker) ?? this.#open(worker));
  }

  #open(worker: MediaWorker): RoomRouter {
    const router = new RoomRouter(worker, this.#config, {
      onDeserted: () => this.#closeDeserted(),
      onClose: (closed) => this.#drop(closed),
    });
    this.#routers.set(worker, router);
    router.opened.then(
      () => this.#closeDeserted(),
      () => undefined,
    );
    return router;
  }

  /** Opens a router on the worker whose turn it is. */
  async #openNext(): Promise<void> {
    for (;;) {
      const worker = await this.#pool.take();
      if (this.#closed) {
        return;
      }
      const router = this.#open(worker);
      try {
        await worker.whileResponsive(router.opened);
        return;
      } catch (error) {
        // Another worker is tried if this one died or stalled meanwhile.
        if (worker.responsive) {
          throw error;
        }
        router.close();
      }
    }
  }

  /** Closes routers without members, except the last router of the room. */
  #closeDeserted(): void {
    for (const router of this.#routers.values()) {
      if (router.members.size === 0 && this.#routers.size > 1) {
        router.close();
      }
    }
  }

  #drop(router: RoomRouter): void {
    this.#routers.delete(router.worker);
    if (this.#closed) {
      return;
    }
    const orphans = router.worker.responsive ? [] : router.members.keys();
    const known = this.#orphaned.size;
    for (const member of orphans) {
      this.#orphaned.add(member);
    }
    if (this.#orphaned.size > known || this.#routers.size === 0) {
      this.#opening ??= this.#reset(router.worker);
    }
  }

  /**
   * Opens a router if none is left, and tells the members that lost theirs, each
   * after the answers to its requests, which the death of the worker has refused.
   */
  async #reset(lost: MediaWorker): Promise<void> {
    try {
      await (lost.closed ? lost.settled : undefined);
      while (this.#routers.size === 0 && !this.#closed) {
        await this.#openNext();
      }
    } catch (error) {
      if (!this.#closed) {
        this.emit('lost', error);
      }
      return;
    } finally {
      this.#opening = undefined;
    }
    if (this.#closed) {
      return;
    }
    this.emit('reset', this.#orphaned.size);
    for (const member of this.#orphaned) {
      void this.#tell(member);
    }
  }

  async #tell(member: Member): Promise<void> {
    await member.answered();
    if (this.#orphaned.delete(member)) {
      member.resetMedia();
    }
  }
}
