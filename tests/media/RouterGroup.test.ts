import assert from 'node:assert/strict';
import { once } from 'node:events';
import process from 'node:process';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { setImmediate } from 'node:timers/promises';

import type { types } from 'mediasoup';
import { NotFoundError, WorkerClosedError } from 'mediasoup/errors';

import { AppError } from '../../lib/core/errors.ts';
import { LiveOptions } from '../../lib/core/Live.ts';
import { RouterGroup } from '../../lib/media/RouterGroup.ts';
import type { RouterGroupOptions } from '../../lib/media/RouterGroup.ts';
import type { RoomsOptions } from '../../lib/rooms/options.ts';
import { WorkerPool } from '../../lib/media/WorkerPool.ts';
import { workerUnder } from '../support/layouts.ts';
import { audioParameters, rtpCapabilities } from '../../tools/fixtures/rtp.ts';
import { testConfig } from '../../tools/fixtures/server.ts';
import { kill } from '../support/workers.ts';

/** Somebody in a room who notes when media was reset. */
class Guest {
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

  /** The transport that was opened last. */
  get transport(): types.WebRtcTransport {
    assert.ok(this.#transport, 'nothing was opened');
    return this.#transport;
  }

  resetMedia(): void {
    this.resets += 1;
    this.#reset.resolve();
  }

  async open(): Promise<types.WebRtcTransport> {
    this.#transport = await this.#group.createWebRtcTransport(this, {
      forceTcp: false,
      enableSctp: false,
    });
    return this.#transport;
  }

  send(): Promise<types.Producer> {
    return this.transport.produce({
      kind: 'audio',
      rtpParameters: audioParameters() as types.RtpParameters,
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

describe('the routers of a room', () => {
  let rooms: LiveOptions<RoomsOptions>;
  let config: RouterGroupOptions;
  let pool: WorkerPool;
  let groups: RouterGroup[];
  let group: RouterGroup;

  beforeEach(async () => {
    const fixed = testConfig({ workers: { count: 2 } });
    rooms = new LiveOptions(fixed.rooms);
    spreadAfter(0);
    config = { ...fixed, rooms: rooms.view };
    pool = await WorkerPool.create(config);
    groups = [];
    group = await makeGroup();
  });

  afterEach(async () => {
    for (const made of groups) {
      made.close();
    }
    await pool.close();
  });

  function spreadAfter(consumersPerRouter: number): void {
    rooms.replace({ ...rooms.current, consumersPerRouter });
  }

  async function makeGroup(): Promise<RouterGroup> {
    const made = await RouterGroup.create(pool, config);
    groups.push(made);
    return made;
  }

  /** Lets somebody in, with a transport. */
  async function enter(into = group): Promise<Guest> {
    const guest = new Guest(into);
    await guest.open();
    return guest;
  }

  function workerOf({ transport }: Guest): Promise<types.Worker> {
    return workerUnder({ pool }, transport.id);
  }

  /** On which worker a guest is, by its number in the pool. */
  async function placeOf(guest: Guest): Promise<number> {
    const worker = await workerOf(guest);
    const found = pool.alive.find((it) => it.worker === worker);
    assert.ok(found);
    return found.index;
  }

  /** Everything that the workers hold: routers, transports and so on. */
  async function handlersInWorkers(): Promise<number[]> {
    const counts: number[] = [];
    // What one worker closes makes the server close something on another, so
    // everything is asked for twice.
    for (const round of [1, 2]) {
      for (const { worker } of pool.alive) {
        const { channelMessageHandlers } = await worker.dump();
        await setImmediate();
        if (round === 2) {
          counts.push(channelMessageHandlers.channelRequestHandlers.length);
        }
      }
    }
    return counts;
  }

  describe('and who is placed where', () => {
    test('one router does while it has place, whoever comes', async () => {
      spreadAfter(1);
      const [ada, bob, carol] = [await enter(), await enter(), await enter()];
      const home = await placeOf(ada);
      assert.deepEqual(
        [await placeOf(bob), await placeOf(carol)],
        [home, home],
      );
      assert.equal(group.ids.length, 1);
    });

    test('another is opened when it is full, and taken while there is no place', async () => {
      spreadAfter(2);
      const [ada, bob] = [await enter(), await enter()];
      const producer = await ada.send();
      const first = await bob.receive(producer);
      const carol = await enter();
      await bob.receive(producer);
      const dave = await enter();
      const home = await placeOf(ada);
      assert.equal(await placeOf(carol), home);
      assert.notEqual(await placeOf(dave), home);
      assert.equal(group.ids.length, 2);

      await dave.receive(producer);
      await dave.receive(producer);
      first.close();
      assert.equal(await placeOf(await enter()), home);
    });

    test('those who receive nothing yet are expected to receive what others do', async () => {
      spreadAfter(4);
      const ada = await enter();
      const producer = await ada.send();
      for (let count = 0; count < 3; count += 1) {
        await (await enter()).receive(producer);
      }
      const home = await placeOf(ada);
      // Who is gone is expected no more.
      (await enter()).transport.close();
      const [bob, carol] = await Promise.all([enter(), enter()]);
      assert.equal(await placeOf(bob), home);
      assert.notEqual(await placeOf(carol), home);
    });

    test('the worker counts that carries the fewest consumers, of all rooms', async () => {
      const other = await makeGroup();
      const [ada, bob] = [await enter(), await enter()];
      const producer = await ada.send();
      await ada.receive(producer);
      const busy = await placeOf(ada);
      const places = [];
      for (let count = 0; count < 3; count += 1) {
        places.push(await placeOf(await enter(other)));
      }
      const idle = await placeOf(bob);
      assert.notEqual(idle, busy);
      assert.deepEqual(places, [idle, idle, idle]);
      // The router that it started with was of no use.
      assert.equal(other.ids.length, 1);
    });

    test('those who come together are spread, and share the routers', async () => {
      const before = await handlersInWorkers();
      const guests = await Promise.all(
        Array.from({ length: 6 }, () => enter()),
      );
      const places = await Promise.all(guests.map(placeOf));
      assert.equal(places.filter((place) => place === 0).length, 3);
      assert.equal(group.ids.length, 2);
      const after = await handlersInWorkers();
      const sum = (counts: number[]) => counts.reduce((a, b) => a + b);
      // A router and its two listeners, and the transports.
      assert.equal(sum(after) - sum(before), 3 + 6);
    });

    test('somebody stays for as long as a transport does, and is placed anew then', async () => {
      const [ada, bob] = [await enter(), await enter()];
      const [home, away] = [await placeOf(ada), await placeOf(bob)];
      assert.notEqual(home, away);
      const first = ada.transport;
      const second = await ada.open();
      assert.equal(await placeOf(ada), home);
      first.close();
      await ada.open();
      assert.equal(await placeOf(ada), home);
      second.close();
      ada.transport.close();
      // Nobody is there any more.
      assert.equal(group.ids.length, 1);
      const carol = await enter();
      assert.equal(await placeOf(carol), home);
      await ada.open();
      assert.ok([home, away].includes(await placeOf(ada)));
    });

    test('a room keeps its last router, deserted or not', async () => {
      const [ada, bob] = [await enter(), await enter()];
      ada.transport.close();
      bob.transport.close();
      assert.equal(group.ids.length, 1);
      group.close();
      assert.deepEqual(group.ids, []);
      await assert.rejects(enter(), NotFoundError);
    });
  });

  describe('and what is piped', () => {
    let ada: Guest;
    let bob: Guest;
    let producer: types.Producer;

    beforeEach(async () => {
      ada = await enter();
      bob = await enter();
      producer = await ada.send();
      assert.notEqual(await placeOf(ada), await placeOf(bob));
    });

    test('nothing is where nobody wants it', async () => {
      const before = await handlersInWorkers();
      await ada.receive(producer);
      assert.equal(group.pipes, 0);
      const after = await handlersInWorkers();
      const home = await placeOf(ada);
      assert.deepEqual(
        after.map((count, index) => count - (before[index] ?? 0)),
        [0, 1].map((index) => (index === home ? 1 : 0)),
      );
    });

    test('pipes data to another router while it has consumers there', async () => {
      const open = () =>
        group.createWebRtcTransport(new Guest(group), {
          forceTcp: false,
          enableSctp: true,
        });
      const [sending, receiving] = [await open(), await open()];
      const producer = await sending.produceData({
        sctpStreamParameters: { streamId: 1 },
      });
      const first = await group.consumeData(receiving, producer);
      const second = await group.consumeData(receiving, producer);
      assert.equal(group.pipes, 1);
      first.close();
      assert.equal(group.pipes, 1);
      second.close();
      assert.equal(group.pipes, 0);
    });

    test('is piped once for all who want it, until the last has enough', async () => {
      const idle = await handlersInWorkers();
      const consumers = await Promise.all([
        bob.receive(producer),
        bob.receive(producer),
        bob.receive(producer),
      ]);
      assert.equal(group.pipes, 1);
      assert.equal(consumers[0].producerId, producer.id);
      const home = await placeOf(ada);
      const [here, there] = [home, 1 - home];
      let now = await handlersInWorkers();
      // A pipe transport and a pipe consumer; and there, a pipe producer.
      assert.equal((now[here] ?? 0) - (idle[here] ?? 0), 2);
      assert.equal((now[there] ?? 0) - (idle[there] ?? 0), 2 + 3);

      consumers[0].close();
      consumers[1].close();
      assert.equal(group.pipes, 1);
      consumers[2].close();
      assert.equal(group.pipes, 0);
      now = await handlersInWorkers();
      assert.deepEqual(
        now.map((count) => count - 1),
        idle,
        'more than the pair of transports is left',
      );
    });

    test('is piped anew for whoever wants it while the pipe goes', async () => {
      for (let round = 0; round < 5; round += 1) {
        const consumer = await bob.receive(producer);
        const again = bob.receive(producer);
        consumer.close();
        const second = await again;
        assert.equal(second.closed, false);
        assert.equal(group.pipes, 1);
        second.close();
        assert.equal(group.pipes, 0);
      }
    });

    test('leaves nothing behind when the wish was in vain', async () => {
      (await bob.receive(producer)).close();
      const before = await handlersInWorkers();
      await assert.rejects(bob.receive(producer, { codecs: [] }), /Error/);
      assert.equal(group.pipes, 0);
      assert.deepEqual(await handlersInWorkers(), before);
    });

    test('is paused and resumed as the producer is', async () => {
      await producer.pause();
      const consumer = await bob.receive(producer);
      assert.equal(consumer.producerPaused, true);
      await Promise.all([once(consumer, 'producerresume'), producer.resume()]);
      await Promise.all([once(consumer, 'producerpause'), producer.pause()]);
      // While the pipe is laid.
      consumer.close();
      const [late] = await Promise.all([
        bob.receive(producer),
        producer.resume(),
      ]);
      while (late.producerPaused) {
        await once(late, 'producerresume');
      }
      assert.equal(late.producerPaused, false);
    });

    test('goes with the producer', async () => {
      const consumer = await bob.receive(producer);
      const closed = once(consumer, 'producerclose');
      producer.close();
      await closed;
      assert.equal(group.pipes, 0);
      await assert.rejects(bob.receive(producer), NotFoundError);
      const wish = bob.receive(await ada.send());
      ada.transport.close();
      await assert.rejects(wish, NotFoundError);
    });
  });

  describe('and a worker that dies', () => {
    test('takes its share, and who was there is placed anew', async () => {
      const resets: number[] = [];
      group.on('reset', (orphaned) => resets.push(orphaned));
      group.on('lost', (error) => assert.fail(String(error)));
      const [ada, bob] = [await enter(), await enter()];
      const idler = new Guest(group);
      const gone = await ada.send();
      const stays = await bob.send();
      const lost = await bob.receive(gone);
      await ada.receive(stays);
      const own = await bob.receive(stays);
      assert.equal(group.pipes, 2);

      const closed = once(lost, 'producerclose');
      await Promise.all([kill(await workerOf(ada)), closed, ada.reset]);
      assert.deepEqual(resets, [1]);
      assert.equal(group.pipes, 0);
      assert.equal(group.ids.length, 1);
      assert.deepEqual(
        [gone.closed, stays.closed, own.closed],
        [true, false, false],
      );
      assert.equal(ada.transport.closed, true);
      await assert.rejects(bob.receive(gone), NotFoundError);

      await ada.open();
      await ada.receive(stays);
      await idler.open();
      assert.deepEqual([ada.resets, bob.resets, idler.resets], [1, 0, 0]);
    });

    test('refuses what was under way as the one that died decides', async () => {
      group.on('lost', (error) => assert.fail(String(error)));
      const [ada, bob] = [await enter(), await enter()];
      const producer = await ada.send();
      const other = await bob.send();
      const worker = await workerOf(ada);
      // It answers nothing any more, so the wishes wait for it.
      process.kill(worker.pid, 'SIGSTOP');
      const refused = Promise.all([
        assert.rejects(bob.receive(producer), NotFoundError),
        assert.rejects(ada.receive(other), WorkerClosedError),
      ]);
      let told = false;
      const reset = ada.reset.then(() => {
        told = true;
      });
      const opening = assert.rejects(ada.open(), WorkerClosedError);
      const died = kill(worker);
      await opening;
      assert.equal(told, false, 'told before what was under way was refused');
      await Promise.all([died, reset, refused]);
      assert.equal(group.pipes, 0);
      assert.equal(group.ids.length, 1);
    });

    test('leaves no transport behind on the worker at the other end', async () => {
      group.on('lost', (error) => assert.fail(String(error)));
      const [ada, bob] = [await enter(), await enter()];
      const producer = await ada.send();
      const worker = await workerOf(bob);
      const spared = pool.alive.find((it) => it.worker !== worker);
      const before = await spared?.worker.dump();
      process.kill(worker.pid, 'SIGSTOP');
      const refused = assert.rejects(bob.receive(producer), WorkerClosedError);
      await Promise.all([kill(worker), refused, bob.reset]);
      const after = await spared?.worker.dump();
      assert.deepEqual(
        after?.channelMessageHandlers.channelRequestHandlers.toSorted(),
        before?.channelMessageHandlers.channelRequestHandlers.toSorted(),
      );
    });

    test('may do so while a producer is paused for it', async () => {
      group.on('lost', (error) => assert.fail(String(error)));
      const [ada, bob] = [await enter(), await enter()];
      const producer = await ada.send();
      await bob.receive(producer);
      const worker = await workerOf(bob);
      process.kill(worker.pid, 'SIGSTOP');
      // The other end of the pipe is asked to pause, and never answers.
      await producer.pause();
      await producer.resume();
      await Promise.all([kill(worker), bob.reset]);
      assert.equal(producer.closed, false);
      assert.equal(ada.resets, 0);
    });

    test('leaves a room without a router: the next worker takes over, and who asks waits', async () => {
      group.on('lost', (error) => assert.fail(String(error)));
      spreadAfter(100);
      const [ada, bob] = [await enter(), await enter()];
      const idler = new Guest(group);
      await kill(await workerOf(ada));
      assert.deepEqual(group.ids, []);
      const waiting = idler.open();
      await assert.rejects(ada.open(), WorkerClosedError);
      assert.equal(ada.resets, 0);
      await Promise.all([ada.reset, bob.reset, waiting]);
      assert.deepEqual([ada.resets, bob.resets, idler.resets], [1, 1, 0]);
      await Promise.all([ada.open(), bob.open()]);
      await ada.receive(await bob.send());
      assert.equal(group.ids.length, 1);
    });

    test('is told of where none takes over', async () => {
      const lost = Promise.withResolvers<unknown>();
      group.on('reset', () => assert.fail('a member was reset'));
      group.on('lost', lost.resolve);
      await enter();
      await pool.close();
      const error = await lost.promise;
      assert.ok(error instanceof AppError);
      assert.equal(error.code, 'NO_WORKER');
    });
  });
});
