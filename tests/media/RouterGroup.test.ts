import assert from 'node:assert/strict';
import { once } from 'node:events';
import process from 'node:process';
import { afterEach, beforeEach, describe, test } from 'node:test';

import { NotFoundError, WorkerClosedError } from 'mediasoup/errors';

import { AppError } from '../../lib/core/errors.ts';
import { Member, RouterHarness } from '../support/RouterHarness.ts';
import { until } from '../support/until.ts';
import { kill } from '../support/workers.ts';

describe('the routers of a room when a worker dies', () => {
  let routers: RouterHarness;

  beforeEach(async () => {
    routers = await RouterHarness.create();
  });

  afterEach(() => routers[Symbol.asyncDispose]());

  test('reset the peers on that worker, which are placed anew', async () => {
    const resets: number[] = [];
    routers.group.on('reset', (orphaned) => resets.push(orphaned));
    routers.group.on('lost', (error) => assert.fail(String(error)));
    const [ada, bob] = [await routers.enter(), await routers.enter()];
    const idler = new Member(routers.group);
    const gone = await ada.send();
    const stays = await bob.send();
    const lost = await bob.receive(gone);
    await ada.receive(stays);
    const own = await bob.receive(stays);
    assert.equal(routers.group.pipes, 2);

    const closed = once(lost, 'producerclose');
    await Promise.all([kill(await routers.workerOf(ada)), closed, ada.reset]);
    assert.deepEqual(resets, [1]);
    assert.equal(routers.group.pipes, 0);
    assert.equal(routers.group.ids.length, 1);
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

  test('reject pending requests with the error of the object that closed', async () => {
    routers.group.on('lost', (error) => assert.fail(String(error)));
    const [ada, bob] = [await routers.enter(), await routers.enter()];
    const producer = await ada.send();
    const other = await bob.send();
    const worker = await routers.workerOf(ada);
    // It no longer answers, so the requests stay pending.
    process.kill(worker.pid, 'SIGSTOP');
    const refused = Promise.all([
      assert.rejects(bob.receive(producer), NotFoundError),
      assert.rejects(ada.receive(other), WorkerClosedError),
    ]);
    let wasReset = false;
    const reset = ada.reset.then(() => {
      wasReset = true;
    });
    const opening = assert.rejects(ada.open(), WorkerClosedError);
    const died = kill(worker);
    await opening;
    assert.equal(
      wasReset,
      false,
      'expected the reset after the pending requests were rejected',
    );
    await Promise.all([died, reset, refused]);
    assert.equal(routers.group.pipes, 0);
    assert.equal(routers.group.ids.length, 1);
  });

  test('reset each peer after the answers to its requests, without waiting for those of others', async () => {
    const { group } = routers;
    routers.spreadAfter(100);
    const [ada, bob] = [await routers.enter(), await routers.enter()];
    const resets: number[] = [];
    group.on('reset', (orphaned) => resets.push(orphaned));
    const request = ada.requests.begin();
    await Promise.all([kill(await routers.workerOf(ada)), bob.reset]);
    // Until it has been told, it has no place on the router that took over.
    await assert.rejects(ada.open(), WorkerClosedError);
    assert.deepEqual([ada.resets, bob.resets], [0, 1]);
    request[Symbol.dispose]();
    await ada.reset;
    await ada.open();
    assert.deepEqual([ada.resets, bob.resets], [1, 1]);
    assert.deepEqual(resets, [2]);
  });

  test('do not take a router that its last peer leaves for one more death', async () => {
    const { group, pool } = routers;
    const [ada, bob] = [await routers.enter(), await routers.enter()];
    const request = ada.requests.begin();
    const resets: number[] = [];
    group.on('reset', (orphaned) => resets.push(orphaned));
    const reset = once(group, 'reset');
    await Promise.all([kill(await routers.workerOf(ada)), reset]);
    await until('the next worker', () => pool.usable.length === 2);
    const carol = await routers.enter();
    assert.notEqual(await routers.placeOf(carol), await routers.placeOf(bob));
    carol.transport.close();
    assert.equal(group.ids.length, 1);
    request[Symbol.dispose]();
    await ada.reset;
    assert.deepEqual(resets, [1]);
    assert.equal(ada.resets, 1);
  });

  test('leave no transport behind on the worker at the other end of a pipe', async () => {
    routers.group.on('lost', (error) => assert.fail(String(error)));
    const [ada, bob] = [await routers.enter(), await routers.enter()];
    const producer = await ada.send();
    const worker = await routers.workerOf(bob);
    const spared = routers.pool.alive.find((it) => it.worker !== worker);
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

  test('keep a producer that is being paused at the time', async () => {
    routers.group.on('lost', (error) => assert.fail(String(error)));
    const [ada, bob] = [await routers.enter(), await routers.enter()];
    const producer = await ada.send();
    await bob.receive(producer);
    const worker = await routers.workerOf(bob);
    process.kill(worker.pid, 'SIGSTOP');
    // The far end of the pipe is asked to pause, and never answers.
    await producer.pause();
    await producer.resume();
    await Promise.all([kill(worker), bob.reset]);
    assert.equal(producer.closed, false);
    assert.equal(ada.resets, 0);
  });

  test('make requests wait for the next worker if no router is left', async () => {
    routers.group.on('lost', (error) => assert.fail(String(error)));
    routers.spreadAfter(100);
    const [ada, bob] = [await routers.enter(), await routers.enter()];
    const idler = new Member(routers.group);
    await kill(await routers.workerOf(ada));
    assert.deepEqual(routers.group.ids, []);
    const waiting = idler.open();
    await assert.rejects(ada.open(), WorkerClosedError);
    assert.equal(ada.resets, 0);
    await Promise.all([ada.reset, bob.reset, waiting]);
    assert.deepEqual([ada.resets, bob.resets, idler.resets], [1, 1, 0]);
    await Promise.all([ada.open(), bob.open()]);
    await ada.receive(await bob.send());
    assert.equal(routers.group.ids.length, 1);
  });

  test('let a new peer wait while no worker answers, and place it once', async () => {
    await using patient = await RouterHarness.create({
      probeInterval: 100,
      probeTimeout: 1_500,
      hangTimeout: 60_000,
    });
    const { group, pool } = patient;
    await patient.enter();
    const idler = new Member(group);
    const stalled = pool.alive.map(({ probe }) => once(probe, 'stalled'));
    for (const { worker } of pool.alive) {
      process.kill(worker.pid, 'SIGSTOP');
    }
    await Promise.all(stalled);
    const opening = [idler.open(), idler.open(), idler.open()];
    const one = pool.alive.at(0);
    assert.ok(one);
    process.kill(one.worker.pid, 'SIGCONT');
    await Promise.all(opening);
    assert.equal(await patient.placeOf(idler), 0);
    assert.equal(idler.resets, 0);
    for (const { worker } of pool.alive) {
      process.kill(worker.pid, 'SIGCONT');
    }
  });

  test('report the loss if no worker takes over', async () => {
    const lost = Promise.withResolvers<unknown>();
    routers.group.on('reset', () => assert.fail('a member was reset'));
    routers.group.on('lost', lost.resolve);
    await routers.enter();
    await routers.pool.close();
    const error = await lost.promise;
    assert.ok(error instanceof AppError);
    assert.equal(error.code, 'NO_WORKER');
  });
});
