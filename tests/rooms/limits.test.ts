import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { TestContext } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import { format } from 'node:util';

import createDebug from 'debug';
import type { types } from 'mediasoup';

import type { ConfigInput } from '../../lib/config/schema.ts';
import type { Peer } from '../../lib/rooms/Peer.ts';
import { peerOptions } from '../support/rooms.ts';
import { setLogLevel } from '../../lib/core/logger.ts';
import { startServer, testConfig } from '../../tools/fixtures/server.ts';

/** The rooms of a server, and a function that joins them without a gateway. */
async function roomsWith(t: TestContext, limits: ConfigInput['limits']) {
  const server = await startServer({ limits });
  t.after(() => server.close());
  const { registry } = server;
  const join = async (
    roomId: string,
    id: string,
    network = 'here',
  ): Promise<Peer> => {
    const options = { ...peerOptions(id), network };
    const { peer } = await registry.join(roomId, options, (enter) => enter());
    return peer;
  };
  return { server, registry, join };
}

describe('rooms in total', () => {
  test('are limited, even if created at once', async (t) => {
    const { registry, join } = await roomsWith(t, { rooms: 3 });
    const outcomes = await Promise.allSettled([
      ...Array.from({ length: 5 }, (_, index) => join(`room-${index}`, 'ada')),
      ...Array.from({ length: 5 }, () => registry.create({ network: 'here' })),
    ]);
    const refused = outcomes.filter(({ status }) => status === 'rejected');
    assert.equal(refused.length, 7);
    for (const outcome of refused) {
      assert.ok(outcome.status === 'rejected');
      assert.equal(outcome.reason.code, 'SERVER_FULL');
      assert.match(
        outcome.reason.message,
        /^limits\.rooms: expected at most 3 rooms .*on this server, and that many exist/,
      );
    }
    assert.equal(registry.rooms.size, 3);
  });

  test('admit more peers at their limit, and make space when they close', async (t) => {
    const { registry, join } = await roomsWith(t, { rooms: 1 });
    const ada = await join('one', 'ada');
    const bob = await join('one', 'bob');
    await assert.rejects(join('two', 'ada'), { code: 'SERVER_FULL' });
    ada.close('left');
    bob.close('left');
    await join('two', 'ada');
    assert.deepEqual(Array.from(registry.rooms.keys()), ['two']);
  });
});

describe('rooms created by name from one address', () => {
  test('are limited until one closes', async (t) => {
    const { registry, join } = await roomsWith(t, { roomsPerAddress: 2 });
    const make = (network: string) => registry.create({ network });
    const outcomes = await Promise.allSettled([
      make('there'),
      make('there'),
      make('there'),
    ]);
    const rooms = outcomes.filter(({ status }) => status === 'fulfilled');
    assert.equal(rooms.length, 2);
    await assert.rejects(make('there'), {
      code: 'LIMIT_REACHED',
      message:
        'limits.roomsPerAddress: expected at most 2 rooms created on request from one address, and that many exist',
    });
    const { id } = await make('elsewhere');
    const peer = await join(id, 'ada', 'there');
    await join('made-by-joining', 'ada', 'there');
    peer.close('left');
    registry.get(id).close('empty');
    await assert.rejects(make('there'), { code: 'LIMIT_REACHED' });
    const [room] = registry.rooms.values();
    room?.close('empty');
    await make('there');
  });

  test('are not counted if their creation failed', async (t) => {
    const { registry } = await roomsWith(t, { roomsPerAddress: 1, rooms: 1 });
    const there = { name: 'N', network: 'there' };
    const room = await registry.create({ network: 'here' });
    await assert.rejects(registry.create(there), { code: 'SERVER_FULL' });
    room.close('empty');
    await registry.create(there);
  });
});

describe('peers in total', () => {
  test('are limited across all rooms', async (t) => {
    const { registry, join } = await roomsWith(t, { peers: 2 });
    const ada = await join('one', 'ada');
    await join('two', 'bob');
    const full = {
      code: 'SERVER_FULL',
      message:
        'limits.peers: expected at most 2 peers on this server, and that many exist; try again later',
    };
    await assert.rejects(join('one', 'eve'), full);
    await assert.rejects(join('three', 'eve'), full);
    assert.equal(registry.rooms.size, 2, 'expected no room without peers');
    // A peer that reconnects takes its own place.
    await join('one', 'ada');
    await assert.rejects(join('one', 'eve'), full);
    assert.equal(ada.closed, true);
    registry.get('two').close('shutdown');
    await join('one', 'eve');
  });

  test('leave no room behind when too many peers create one at once', async (t) => {
    const { registry, join } = await roomsWith(t, { peers: 1 });
    const outcomes = await Promise.allSettled(
      ['one', 'two', 'three'].map((room) => join(room, 'ada')),
    );
    assert.equal(
      outcomes.filter(({ status }) => status === 'fulfilled').length,
      1,
    );
    assert.equal(registry.rooms.size, 1);
  });
});

describe('limits that change while the server runs', () => {
  test('apply at once, and count the peers that are present', async (t) => {
    const { server, join } = await roomsWith(t, {});
    const ada = await join('one', 'ada');
    await ada.transports.create('send');
    server.reconfigure(
      testConfig({ limits: { peers: 1, transportsPerPeer: 1 } }),
    );
    await assert.rejects(join('one', 'bob'), { code: 'SERVER_FULL' });
    await assert.rejects(ada.transports.create('recv'), {
      code: 'LIMIT_REACHED',
    });
    server.reconfigure(testConfig());
    await join('one', 'bob');
    await ada.transports.create('recv');
  });
});

describe('peers from one address', () => {
  test('are limited across all rooms', async (t) => {
    const { join } = await roomsWith(t, { peersPerAddress: 2 });
    const ada = await join('one', 'ada', 'there');
    await join('two', 'bob', 'there');
    const full = {
      code: 'LIMIT_REACHED',
      message:
        'limits.peersPerAddress: expected at most 2 peers from one address, and that many exist',
    };
    await assert.rejects(join('one', 'eve', 'there'), full);
    await join('one', 'eve', 'elsewhere');
    // In the place of a peer from another address there would be three.
    await assert.rejects(join('one', 'eve', 'there'), full);
    ada.close('left');
    await join('one', 'eve', 'there');
  });
});

describe('the bitrate of a client', () => {
  test('is bounded on its sending transports', async (t) => {
    const { server, join } = await roomsWith(t, { incomingBitrate: 1_234_567 });
    const transports: types.Transport[] = [];
    for (const { worker } of server.pool.alive) {
      worker.observer.on('newrouter', (router) => {
        router.observer.on('newtransport', (it) => transports.push(it));
      });
    }
    const peer = await join('one', 'ada');
    await peer.transports.create('send');
    await peer.transports.create('recv');
    const bounds = await Promise.all(
      transports.map(async (transport) => {
        const [stats] = (await transport.getStats()) as {
          maxIncomingBitrate?: number;
        }[];
        return stats?.maxIncomingBitrate;
      }),
    );
    assert.deepEqual(bounds, [1_234_567, undefined]);
  });
});

describe('the log of peers whose event queue is full', () => {
  test('is sampled', async (t) => {
    const lines: string[] = [];
    t.mock.method(createDebug, 'log', (...args: unknown[]) => {
      lines.push(format(...args));
    });
    setLogLevel('warn');
    t.after(() => setLogLevel('error'));
    const server = await startServer({
      limits: { sendBufferBytes: 65_536, keptBytesPerPeer: 65_536 },
      log: { burst: 2, level: 'warn' },
    });
    t.after(() => server.close());
    const data = 'x'.repeat(65_536);
    for (let index = 0; index < 40; index += 1) {
      const options = {
        ...peerOptions(`peer-${index}`),
        resumeTimeout: 60_000,
      };
      const { peer } = await server.registry.join('r', options, (enter) =>
        enter(),
      );
      peer.notify({ type: 'message', from: 'eve', data });
      await setImmediate();
      assert.equal(peer.closed, true);
    }
    const told = lines.filter((line) =>
      /warn:Room:r the event queue of a peer is full option=limits\.keptBytesPerPeer peer=/.test(
        line,
      ),
    );
    assert.ok(told.length >= 2 && told.length < 40, `${told.length} lines`);
  });
});
