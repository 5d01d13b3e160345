import { setImmediate } from 'node:timers/promises';

import type { types } from 'mediasoup';
import { NotFoundError, WorkerClosedError } from 'mediasoup/errors';

import type { Config } from '../config/load.ts';
import { routerRtpCapabilities } from './codecs.ts';
import type { MediaWorker } from './MediaWorker.ts';
import { Pipes } from './Pipes.ts';
import { workerForNewcomer } from './placement.ts';
import { RoomRouter } from './RoomRouter.ts';
import type { AudioObservers, Member, TransportOptions } from './RoomRouter.ts';
import { whenClosed } from './whenClosed.ts';
import type { WorkerPool } from './WorkerPool.ts';

/** Who is told what workers that die do to a room. */
export interface RoomMedia {
  /** Some members have to set up their media again, and are told next. */
  onReset(orphaned: number): void;
  /** No worker takes over. */
  onLost(error: unknown): void;
}

/**
 * The routers of one room: what its members send reaches its members, on
 * however many workers they are.
 *
 * A room starts on the worker whose turn it is. A member is placed on a router
 * with its first transport and stays there until its last one is gone; when
 * the room's routers carry `rooms.consumersPerRouter` consumers each, newcomers
 * are placed on the worker that carries the fewest.
 */
export class RouterGroup {
  readonly #pool: WorkerPool;
  readonly #config: Config;
  readonly #routers = new Map<MediaWorker, RoomRouter>();
  readonly #pipes: Pipes;
  /** The router under each transport and each producer. */
  readonly #homes = new WeakMap<object, RoomRouter>();
  /** Members whose router is gone and who do not know yet. */
  readonly #orphaned = new Set<Member>();
  #room: RoomMedia | undefined;
  #resetting: Promise<void> | undefined;
  #closed = false;

  private constructor(pool: WorkerPool, config: Config) {
    this.#pool = pool;
    this.#config = config;
    this.#pipes = new Pipes(config);
  }

  /**
   * Places a room on the worker whose turn it is.
   *
   * @throws {AppError} NO_WORKER when none is alive.
   */
  static async create(pool: WorkerPool, config: Config): Promise<RouterGroup> {
    const group = new RouterGroup(pool, config);
    await group.#openNext();
    return group;
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

  /** How many producers are piped, once for each router that they go to. */
  get pipes(): number {
    return this.#pipes.size;
  }

  get rtpCapabilities(): types.RtpCapabilities {
    return routerRtpCapabilities;
  }

  /** Tells the room from now on what workers that die do to it. */
  serve(room: RoomMedia): void {
    this.#room = room;
  }

  /**
   * Opens a transport for a member, where its others are.
   *
   * @throws {AppError} NO_WORKER when no worker takes a newcomer.
   * @throws {WorkerClosedError} When the worker died: wait for
   *   {@link Member.resetMedia}.
   */
  async createWebRtcTransport(
    member: Member,
    options: TransportOptions,
  ): Promise<types.WebRtcTransport> {
    while (this.#routers.size === 0 && !this.#orphaned.has(member)) {
      if (this.#closed) {
        throw new NotFoundError('the room is closed');
      }
      await this.#resetting;
    }
    if (this.#orphaned.has(member)) {
      throw new WorkerClosedError('the member does not know yet');
    }
    const router = this.#routerOf(member) ?? this.#choose();
    const transport = await router.createWebRtcTransport(member, options);
    this.#homes.set(transport, router);
    const adopt = (producer: object) => void this.#homes.set(producer, router);
    transport.observer.on('newproducer', adopt);
    transport.observer.on('newdataproducer', adopt);
    return transport;
  }

  /**
   * Sends a producer of the room over a transport of a member. From another
   * router it is piped here, as long as anybody here consumes it.
   *
   * @throws {NotFoundError} When the producer closed meanwhile.
   * @throws {WorkerClosedError} When the worker of the transport died.
   * @throws {UnsupportedError} When the capabilities do not fit the producer.
   */
  async consume(
    transport: types.WebRtcTransport,
    producer: types.Producer,
    options: Omit<types.ConsumerOptions, 'producerId'>,
  ): Promise<types.Consumer> {
    const [from, to] = [this.#homeOf(producer), this.#homeOf(transport)];
    using wish = new DisposableStack();
    wish.use(to.countConsumer(transport));
    if (from !== to) {
      const held = this.#hold(from, to, (...routers) =>
        this.#pipes.hold(producer, ...routers),
      );
      wish.use(await held);
    }
    const consumer = await transport.consume({
      ...options,
      producerId: producer.id,
      // mediasoup sends lost video again by default, and no lost audio.
      enableRtx: true,
    });
    const used = wish.move();
    whenClosed(consumer, () => used.dispose());
    return consumer;
  }

  /**
   * Sends a data producer of the room over a transport of a member, as
   * {@link consume} does with tracks.
   *
   * @throws {NotFoundError} When the data producer closed meanwhile.
   * @throws {WorkerClosedError} When the worker of the transport died.
   */
  async consumeData(
    transport: types.WebRtcTransport,
    producer: types.DataProducer,
  ): Promise<types.DataConsumer> {
    const [from, to] = [this.#homeOf(producer), this.#homeOf(transport)];
    using wish = new DisposableStack();
    if (from !== to) {
      const held = this.#hold(from, to, (...routers) =>
        this.#pipes.holdData(producer, ...routers),
      );
      wish.use(await held);
    }
    const consumer = await transport.consumeData({
      dataProducerId: producer.id,
    });
    const used = wish.move();
    whenClosed(consumer, () => used.dispose());
    return consumer;
  }

  /** What listens where a producer comes in, unless the router is gone. */
  audioObserversOf(producer: types.Producer): AudioObservers | undefined {
    return this.#homes.get(producer)?.audioObservers;
  }

  /** Closes the routers and with them every transport, producer and consumer. */
  close(): void {
    this.#closed = true;
    for (const router of this.#routers.values()) {
      router.close();
    }
  }

  /**
   * Brings something from one router to another. The other one may close
   * because its worker died, or because its last member has gone.
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
        ? new WorkerClosedError('the worker that it should go to died')
        : error;
    }
  }

  #routerOf(member: Member): RoomRouter | undefined {
    return Array.from(this.#routers.values()).find(({ members }) =>
      members.has(member),
    );
  }

  #homeOf(thing: types.Transport | types.Producer | types.DataProducer) {
    const home = this.#homes.get(thing);
    if (home === undefined) {
      throw new Error(`${thing.id} is of another room`);
    }
    return home;
  }

  /** Where a newcomer is placed. */
  #choose(): RoomRouter {
    const worker =
      workerForNewcomer(
        this.#routers,
        this.#pool.usable,
        this.#config.rooms.consumersPerRouter,
      ) ?? this.#pool.next();
    return this.#routers.get(worker) ?? this.#open(worker);
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
        // A worker that dies or stalls under the request is not asked again.
        if (worker.responsive) {
          throw error;
        }
        router.close();
      }
    }
  }

  /** A room does with as few routers as it can, and always has one. */
  #closeDeserted(): void {
    for (const router of this.#routers.values()) {
      if (router.members.size === 0 && this.#routers.size > 1) {
        router.close();
      }
    }
  }

  #drop(router: RoomRouter): void {
    this.#routers.delete(router.worker);
    if (this.#closed || this.#room === undefined) {
      return;
    }
    if (!router.worker.responsive) {
      for (const member of router.members.keys()) {
        this.#orphaned.add(member);
      }
    }
    if (this.#orphaned.size > 0 || this.#routers.size === 0) {
      this.#resetting ??= this.#reset(this.#room);
    }
  }

  /** Makes sure of a router, and tells those who have lost theirs. */
  async #reset(room: RoomMedia): Promise<void> {
    // What was under way on the worker is refused before.
    await setImmediate();
    try {
      if (this.#routers.size === 0 && !this.#closed) {
        await this.#openNext();
      }
    } catch (error) {
      if (!this.#closed) {
        room.onLost(error);
      }
      return;
    } finally {
      this.#resetting = undefined;
    }
    if (this.#closed) {
      return;
    }
    const orphaned = Array.from(this.#orphaned);
    this.#orphaned.clear();
    room.onReset(orphaned.length);
    for (const member of orphaned) {
      member.resetMedia();
    }
  }
}
