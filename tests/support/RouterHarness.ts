import assert from 'node:assert/strict';
import { setImmediate } from 'node:timers/promises';

import type { types } from 'mediasoup';

import type { ConfigInput } from '../../lib/config/schema.ts';
import { LiveOptions } from '../../lib/core/Live.ts';
import { OpenRequests } from '../../lib/core/OpenRequests.ts';
import { RouterGroup } from '../../lib/media/RouterGroup.ts';
import type { RouterGroupOptions } from '../../lib/media/RouterGroup.ts';
import { WorkerPool } from '../../lib/media/WorkerPool.ts';
import type { RoomsOptions } from '../../lib/rooms/options.ts';
import { audioParameters, rtpCapabilities } from '../../tools/fixtures/rtp.ts';
import { testConfig } from '../../tools/fixtures/server.ts';
import { workerUnder } from './layouts.ts';

/** A member of a room that records media resets. */
export class Member {
  readonly requests = new OpenRequests();
  readonly #group: RouterGroup;
  readonly #reset = Promise.withResolvers<void>();
  #transport: types.WebRtcTransport | undefined;
  resets = 0;

  constructor(group: RouterGroup) {
    this.#group = group;
  }

  /** Resolves with the first reset. */
  get reset(): Promise<void> {
    return this.#reset.promise;
  }

  /** The transport opened last. */
  get transport(): types.WebRtcTransport {
    assert.ok(this.#transport, 'no transport was opened');
    return this.#transport;
  }

  answered(): Promise<void> {
    return this.requests.answered();
  }

  resetMedia(): void {
    this.resets += 1;
    this.#reset.resolve();
  }

  async open(): Promise<types.WebRtcTransport> {
    using _request = this.requests.begin();
    this.#transport = await this.#group.createWebRtcTransport(this, {
      forceTcp: false,
      enableSctp: false,
    });
    return this.#transport;
  }

  send(): Promise<types.Producer> {
    return this.#group.produce(this.transport, {
      kind: 'audio',
      rtpParameters: audioParameters(),
    });
  }

  receive(
    producer: types.Producer,
    capabilities: types.RtpCapabilities = rtpCapabilities,
  ): Promise<types.Consumer> {
    return this.#group.consume(this.transport, producer, {
      rtpCapabilities: capabilities,
    });
  }
}

/** The routers of rooms on two workers, without rooms. */
export class RouterHarness implements AsyncDisposable {
  readonly pool: WorkerPool;
  /** The routers of a first room. */
  readonly group: RouterGroup;
  readonly #groups: RouterGroup[];
  readonly #rooms: LiveOptions<RoomsOptions>;
  readonly #options: RouterGroupOptions;

  private constructor(
    pool: WorkerPool,
    group: RouterGroup,
    rooms: LiveOptions<RoomsOptions>,
    options: RouterGroupOptions,
  ) {
    this.pool = pool;
    this.group = group;
    this.#groups = [group];
    this.#rooms = rooms;
    this.#options = options;
  }

  static async create(
    workers: ConfigInput['workers'] = {},
  ): Promise<RouterHarness> {
    const config = testConfig({
      workers: { ...workers, count: 2 },
      rooms: { consumersPerRouter: 0 },
    });
    const rooms = new LiveOptions(config.rooms);
    const options = { ...config, rooms: rooms.view };
    const pool = await WorkerPool.create(options);
    const group = await RouterGroup.create(pool, options);
    return new RouterHarness(pool, group, rooms, options);
  }

  spreadAfter(consumersPerRouter: number): void {
    this.#rooms.replace({ ...this.#rooms.current, consumersPerRouter });
  }

  /** Creates the routers of another room. */
  async createGroup(): Promise<RouterGroup> {
    const group = await RouterGroup.create(this.pool, this.#options);
    this.#groups.push(group);
    return group;
  }

  /** Adds a member with a transport. */
  async enter(group = this.group): Promise<Member> {
    const member = new Member(group);
    await member.open();
    return member;
  }

  workerOf({ transport }: Member): Promise<types.Worker> {
    return workerUnder({ pool: this.pool }, transport.id);
  }

  /** The number of a member's worker in the pool. */
  async placeOf(member: Member): Promise<number> {
    const worker = await this.workerOf(member);
    const found = this.pool.alive.find((it) => it.worker === worker);
    assert.ok(found);
    return found.index;
  }

  /** The number of objects in each worker: routers, transports and so on. */
  async objectsInWorkers(): Promise<number[]> {
    const counts: number[] = [];
    // An object that closes in one worker makes the server close another in the
    // other worker, so both are asked twice.
    for (const round of [1, 2]) {
      for (const { worker } of this.pool.alive) {
        const { channelMessageHandlers } = await worker.dump();
        await setImmediate();
        if (round === 2) {
          counts.push(channelMessageHandlers.channelRequestHandlers.length);
        }
      }
    }
    return counts;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const group of this.#groups) {
      group.close();
    }
    await this.pool.close();
  }
}
