import assert from 'node:assert/strict';
import { once } from 'node:events';
import process from 'node:process';
import { after, before, describe, test } from 'node:test';

import { NodeLoad } from '../../../lib/http/system/NodeLoad.ts';
import type { LoadedParts } from '../../../lib/http/system/NodeLoad.ts';
import type { MediaWorker } from '../../../lib/media/MediaWorker.ts';
import { WorkerPool } from '../../../lib/media/WorkerPool.ts';
import { testConfig } from '../../../tools/fixtures/server.ts';

/** Probing times, ms: a slow worker does not count as hung. */
const patient = {
  probeInterval: 100,
  probeTimeout: 1_500,
  hangTimeout: 60_000,
};

const HEALTH: LoadedParts['health'] = {
  phase: 'serving',
  ready: true,
  cpuUsage: 25,
};

describe('the load of a node', () => {
  let pool: WorkerPool;
  let first: MediaWorker;
  let second: MediaWorker;

  before(async () => {
    pool = await WorkerPool.create(
      testConfig({ workers: { count: 2, ...patient } }),
    );
    [first, second] = pool.alive as [MediaWorker, MediaWorker];
  });

  after(() => pool.close());

  /** @param peers - The number of peers in each room. */
  function figures(
    peers: readonly number[] = [],
    health: LoadedParts['health'] = HEALTH,
  ) {
    const rooms = peers.map(
      (size, index) => [`${index}`, { peers: { size } }] as const,
    );
    const load = new NodeLoad({
      registry: { rooms: new Map(rooms) },
      pool,
      health,
      limits: { rooms: 3, peers: 10 },
      cluster: { consumersPerWorker: 10 },
    });
    return load.figures;
  }

  test('takes rooms while it serves, and has places for rooms and peers', () => {
    assert.deepEqual(figures([8, 1]), {
      state: 'serving',
      takesRooms: true,
      load: 0.25,
      rooms: 2,
      peers: 9,
      consumers: 0,
    });
    assert.equal(figures([8, 2]).takesRooms, false);
    assert.equal(figures([1, 1, 1]).takesRooms, false);
    const draining = { ...HEALTH, phase: 'draining', ready: false } as const;
    assert.deepEqual(figures([], draining), {
      state: 'draining',
      takesRooms: false,
      load: 0.25,
      rooms: 0,
      peers: 0,
      consumers: 0,
    });
  });

  test('is that of its process, or of its workers where that is more', async () => {
    assert.equal(figures([], { ...HEALTH, cpuUsage: 50 }).load, 0.5);
    const closed = Array.from({ length: 8 }, () => first.countConsumer());
    assert.equal(figures().load, 0.4);

    // A worker that does not answer has no capacity left.
    process.kill(second.worker.pid, 'SIGSTOP');
    await once(second.probe, 'stalled');
    assert.deepEqual(figures(), {
      state: 'serving',
      takesRooms: true,
      load: 0.9,
      rooms: 0,
      peers: 0,
      consumers: 8,
    });
    for (const close of closed) {
      close();
    }
    assert.equal(figures().load, 0.5);
    process.kill(first.worker.pid, 'SIGSTOP');
    await once(first.probe, 'stalled');
    assert.equal(figures().load, 1);
    assert.equal(figures().takesRooms, false);

    const again = [first, second].map(({ probe }) => once(probe, 'recovered'));
    for (const { worker } of [first, second]) {
      process.kill(worker.pid, 'SIGCONT');
    }
    await Promise.all(again);
    assert.equal(figures().load, 0.25);
  });
});
