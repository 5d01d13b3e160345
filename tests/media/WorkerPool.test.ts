import assert from 'node:assert/strict';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import process from 'node:process';
import { after, before, describe, test } from 'node:test';
import { setImmediate } from 'node:timers/promises';

import { observer } from 'mediasoup';
import type { types } from 'mediasoup';

import type { ConfigInput } from '../../lib/config/schema.ts';
import { WorkerPool } from '../../lib/media/WorkerPool.ts';
import { testConfig } from '../../tools/fixtures/server.ts';
import { isRunning, kill } from '../support/workers.ts';
import { freePort } from '../support/freePort.ts';

/** Every worker that was started here, dead or alive. */
const started: types.Worker[] = [];

function makePool(
  count: number,
  rtc: ConfigInput['rtc'] = {},
  probing: ConfigInput['workers'] = {},
): Promise<WorkerPool> {
  return WorkerPool.create(testConfig({ workers: { count, ...probing }, rtc }));
}

/** Probing times, ms: a slow worker does not count as hung. */
const patient = {
  probeInterval: 100,
  probeTimeout: 1_500,
  hangTimeout: 60_000,
};
const hasty = { probeInterval: 100, probeTimeout: 1_500, hangTimeout: 2_500 };

/** The next worker that listens on its ports and is in its pool. */
async function nextWorker(): Promise<types.Worker> {
  const [worker] = (await once(observer, 'newworker')) as [types.Worker];
  await once(worker.observer, 'newwebrtcserver');
  await setImmediate();
  return worker;
}

describe('the pool of workers', () => {
  const note = (worker: types.Worker): void => {
    started.push(worker);
  };

  before(() => observer.on('newworker', note));

  after(() => {
    observer.off('newworker', note);
    assert.deepEqual(started.filter(isRunning), []);
  });

  test('returns its workers in turn', async () => {
    const pool = await makePool(3);
    const pids = pool.alive.map(({ worker }) => worker.pid);
    assert.equal(new Set(pids).size, 3);
    const handed = Array.from({ length: 7 }, () => pool.next());
    assert.deepEqual(
      handed.map(({ index }) => index),
      [0, 1, 2, 0, 1, 2, 0],
    );
    assert.deepEqual(
      handed.slice(0, 3).map(({ worker }) => worker.pid),
      pids,
    );
    assert.equal(pool.size, 3);
    assert.equal(pool.deaths, 0);
    await pool.close();
  });

  test('gives each worker the next port, for UDP and TCP', async () => {
    const port = await freePort();
    const pool = await makePool(2, { port });
    const dumps = await Promise.all(
      pool.alive.map(({ webRtcServer }) => webRtcServer.dump()),
    );
    assert.deepEqual(
      dumps.map(({ udpSockets, tcpServers }) => [
        udpSockets.map((it) => it.port),
        tcpServers.map((it) => it.port),
      ]),
      [
        [[port], [port]],
        [[port + 1], [port + 1]],
      ],
    );
    await pool.close();
  });

  for (const [udp, tcp] of [
    [true, false],
    [false, true],
  ]) {
    test(`listens only on ${udp ? 'UDP' : 'TCP'} if so configured`, async () => {
      const pool = await makePool(1, { udp, tcp });
      const dump = await pool.next().webRtcServer.dump();
      assert.equal(dump.udpSockets.length, udp ? 1 : 0);
      assert.equal(dump.tcpServers.length, tcp ? 1 : 0);
      await pool.close();
    });
  }

  test('skips and replaces a worker that was killed', async () => {
    const pool = await makePool(2);
    const [first, second] = pool.alive;
    assert.ok(first && second);
    const replaced = nextWorker();
    await kill(first.worker);
    assert.equal(pool.deaths, 1);
    assert.deepEqual(pool.alive, [second]);
    assert.deepEqual([pool.next(), pool.next()], [second, second]);
    const successor = await replaced;
    assert.equal(pool.alive.length, 2);
    const [again] = pool.alive;
    assert.equal(again?.worker, successor);
    assert.equal(again?.index, 0);
    assert.equal(isRunning(successor), true);
    await pool.close();
  });

  test('has no worker when all are dead, until one is replaced', async () => {
    const pool = await makePool(1);
    const [{ worker } = assert.fail()] = pool.alive;
    await kill(worker);
    assert.throws(() => pool.next(), {
      name: 'AppError',
      code: 'NO_WORKER',
      message: /try again in a few seconds/,
    });
    const taken = await pool.take();
    assert.notEqual(taken.worker.pid, worker.pid);
    assert.equal(pool.next(), taken);
    await pool.close();
  });

  test('replaces the replacement as well', async () => {
    const pool = await makePool(1);
    for (let deaths = 1; deaths <= 2; deaths += 1) {
      const { worker } = await pool.take();
      await kill(worker);
      assert.equal(pool.deaths, deaths);
    }
    assert.equal(isRunning((await pool.take()).worker), true);
    await pool.close();
  });

  test('skips a worker as long as it does not answer', async () => {
    const pool = await makePool(2, {}, patient);
    const [first, second] = pool.alive;
    assert.ok(first && second);
    process.kill(first.worker.pid, 'SIGSTOP');
    // Usage is requested before it is known to be stalled, and after.
    const early = pool.usage();
    await once(first.probe, 'stalled');
    for (const usages of [await early, await pool.usage()]) {
      assert.deepEqual(
        usages.map(({ index }) => index),
        [1],
      );
    }
    assert.deepEqual(pool.alive, [first, second]);
    assert.deepEqual(pool.usable, [second]);
    assert.deepEqual([pool.next(), pool.next()], [second, second]);
    assert.equal(pool.stalls, 1);

    const again = once(first.probe, 'recovered');
    process.kill(first.worker.pid, 'SIGCONT');
    await again;
    assert.deepEqual(pool.usable, [first, second]);
    assert.deepEqual(new Set([pool.next(), pool.next()]), new Set(pool.alive));
    assert.equal(pool.deaths, 0);
    await pool.close();
  });

  test('resolves pending requests when a worker answers again', async () => {
    const pool = await makePool(1, {}, patient);
    const only = pool.next();
    process.kill(only.worker.pid, 'SIGSTOP');
    await once(only.probe, 'stalled');
    assert.throws(() => pool.next(), { code: 'NO_WORKER' });
    const taking = pool.take();
    process.kill(only.worker.pid, 'SIGCONT');
    assert.equal(await taking, only);
    await pool.close();
  });

  test('kills a worker that never answers, rejects its requests, and replaces it', async () => {
    const pool = await makePool(1, {}, hasty);
    const hung = pool.next();
    process.kill(hung.worker.pid, 'SIGSTOP');
    const waiting = hung.worker.createRouter();
    const died = once(hung.worker, 'died');
    await assert.rejects(waiting, { name: 'WorkerClosedError' });
    await died;
    assert.equal(isRunning(hung.worker), false);
    const successor = await pool.take();
    assert.notEqual(successor, hung);
    assert.equal(successor.index, hung.index);
    assert.equal(pool.deaths, 1);
    await pool.close();
  });

  test('closes without leaving a process', async () => {
    const pool = await makePool(3);
    const workers = pool.alive.map(({ worker }) => worker);
    await pool.close();
    assert.deepEqual(workers.filter(isRunning), []);
    assert.equal(pool.deaths, 0);
  });

  test('closes even if a worker does not respond', async () => {
    const pool = await makePool(1);
    const { worker } = pool.next();
    process.kill(worker.pid, 'SIGSTOP');
    await pool.close();
    assert.equal(isRunning(worker), false);
  });

  test('closes while a worker is about to be replaced', async () => {
    const pool = await makePool(1);
    const count = started.length;
    await kill(pool.next().worker);
    await pool.close();
    assert.equal(started.length, count);
  });

  test('closes while a worker is being replaced', async () => {
    const pool = await makePool(1);
    const born = once(observer, 'newworker') as Promise<[types.Worker]>;
    await kill(pool.next().worker);
    const [successor] = await born;
    await pool.close();
    assert.equal(isRunning(successor), false);
    assert.deepEqual(pool.alive, []);
  });

  test('leaves no worker running if a port is taken', async () => {
    const socket = createSocket('udp4').bind(0, '127.0.0.1');
    await once(socket, 'listening');
    const { port } = socket.address();
    const count = started.length;
    await assert.rejects(makePool(2, { port: port - 1 }), /port/);
    const born = started.slice(count);
    // The worker whose port is taken is retried for a while.
    assert.ok(born.length >= 2);
    assert.deepEqual(born.filter(isRunning), []);
    socket.close();
  });

  test('leaves signal handling to the server', async () => {
    const before = process.listeners('SIGTERM').length;
    const pool = await makePool(2);
    assert.equal(process.listeners('SIGTERM').length, before);
    assert.equal(process.listeners('SIGINT').length, 0);
    await pool.close();
  });
});
