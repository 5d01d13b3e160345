import assert from 'node:assert/strict';
import {
  after,
  afterEach,
  before,
  beforeEach,
  describe,
  test,
} from 'node:test';

import type { Server } from '../../../lib/Server.ts';
import { ProtooClient } from '../../../tools/fixtures/ProtooClient.ts';
import {
  audioParameters,
  rtpCapabilities,
} from '../../../tools/fixtures/rtp.ts';
import { startServer } from '../../../tools/fixtures/server.ts';
import { Leftovers } from '../../support/leftovers.ts';
import { until } from '../../support/until.ts';
import { kill } from '../../support/workers.ts';

describe('a join in one request that is interrupted', () => {
  let server: Server;
  let leftovers: Leftovers;
  let number = 0;
  let room: string;
  let alice: ProtooClient;
  let bob: ProtooClient;

  before(async () => {
    server = await startServer({
      rooms: { layerReleaseDelay: 600_000 },
      // It is stopped on purpose, for as long as a busy machine takes.
      workers: { probeTimeout: 50_000, hangTimeout: 60_000 },
    });
  });

  after(() => server.close());

  /** Alice sends, the worker stops, and Bob has sent a join that waits for it. */
  beforeEach(async () => {
    leftovers = new Leftovers(server);
    number += 1;
    room = `room-${number}`;
    ({ client: alice } = await ProtooClient.join(server.url, room, 'alice', {
      transports: ['send'],
    }));
    await alice.request('produce', {
      kind: 'audio',
      rtpParameters: audioParameters(),
    });
    bob = await ProtooClient.connect(server.url, room, 'bob');
    process.kill(worker().pid, 'SIGSTOP');
  });

  afterEach(async () => {
    await alice.close();
    await leftovers.assertNone();
  });

  function worker() {
    const { worker: found } = server.pool.alive[0] ?? assert.fail();
    return found;
  }

  function join(client: ProtooClient) {
    return client.request('joinRoom', {
      roomId: room,
      peerId: client.peerId,
      rtpCapabilities,
      transports: ['send', 'recv'],
      subscribe: 'auto',
    });
  }

  /** Lets the worker go on. */
  function proceed(): void {
    process.kill(worker().pid, 'SIGCONT');
  }

  test('leaves no peer if the connection is lost', async () => {
    const joining = assert.rejects(join(bob), /closed before the answer/);
    await alice.notified('peerJoined');
    bob.socket.terminate();
    await joining;
    proceed();
    assert.equal((await alice.notified('peerLeft'))['reason'], 'disconnected');
    assert.equal(server.registry.get(room).peers.size, 1);
  });

  test('leaves no peer if the client leaves, which may join again', async () => {
    const joining = assert.rejects(join(bob), { code: 410 });
    await alice.notified('peerJoined');
    await bob.request('leaveRoom');
    const again = join(bob);
    proceed();
    await joining;
    const { consumers } = await again;
    assert.equal(consumers?.length, 1);
    assert.deepEqual(
      bob.frames.map(({ ok, method }) => ok ?? method).slice(0, 3),
      [true, false, true],
    );
    await bob.close();
  });

  test('is closed if another connection takes its id', async () => {
    const joining = assert.rejects(join(bob));
    await alice.notified('peerJoined');
    const newcomer = await ProtooClient.connect(server.url, room, 'bob');
    const entering = join(newcomer);
    await alice.notified('peerLeft');
    proceed();
    await joining;
    assert.equal((await bob.closed).code, 4000);
    const { consumers } = await entering;
    assert.equal(consumers?.length, 1);
    await newcomer.close();
  });

  test('succeeds without transports if the worker dies, and gets them with the reset', async () => {
    const joining = join(bob);
    await alice.notified('peerJoined');
    await kill(worker());
    const reply = await joining;
    assert.equal('transports' in reply, false);
    assert.deepEqual(reply.consumers, []);
    const reset = await bob.notified('mediaReset');
    assert.equal((reset['transports'] as unknown[]).length, 2);
    const { transports } = await alice.notified('mediaReset');
    assert.equal((transports as unknown[]).length, 1);
    const { producerId } = await alice.request('produce', {
      kind: 'audio',
      rtpParameters: audioParameters(),
    });
    await bob.notified(
      'consumerOpened',
      (data) => data['producerId'] === producerId,
    );
    assert.equal(bob.frames[0]?.['response'], true);
    await until('the worker to be watched', () => server.pool.alive.length);
    leftovers.watchWorkers();
    await bob.close();
  });
});
