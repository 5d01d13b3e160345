import assert from 'node:assert/strict';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import process from 'node:process';
import { after, before, beforeEach, describe, test } from 'node:test';

import { setLogLevel } from '../../lib/core/logger.ts';
import type { Peer } from '../../lib/rooms/Peer.ts';
import { describeLayouts, transportsInWorkers } from '../support/layouts.ts';
import { logged } from '../support/logs.ts';
import { heardBy, listenTo, peerOptions, Rooms } from '../support/rooms.ts';
import type { Heard } from '../support/rooms.ts';
import { freePort } from '../support/freePort.ts';
import { audioParameters } from '../../tools/fixtures/rtp.ts';

/** Short descriptions of events. */
function said(events: readonly Heard[]): string[] {
  return events.map((event) => {
    switch (event.type) {
      case 'peerJoined':
        return `${event.peer.peerId} joined`;
      case 'peerLeft':
        return `${event.peerId} left (${event.reason})`;
      case 'producerOpened':
      case 'producerClosed':
        return `${event.peerId}: ${event.type}`;
      case 'ended':
        return `ended (${event.reason})`;
      default:
        return event.type;
    }
  });
}

async function sendSound(peer: Peer): Promise<string> {
  await peer.transports.create('send');
  const { producerId } = await peer.producers.open({
    kind: 'audio',
    rtpParameters: audioParameters(),
  });
  return producerId;
}

describeLayouts('a room', (layout) => {
  let rooms: Rooms;
  let number = 0;
  let id: string;

  before(async () => {
    rooms = await Rooms.open(layout);
  });

  after(() => rooms.close());

  beforeEach(() => {
    number += 1;
    id = `room-${number}`;
  });

  test('shows a newcomer its members, and the newcomer to them', async () => {
    const ada = await rooms.join(id, 'ada');
    const producerId = await sendSound(ada.peer);
    const bob = await rooms.join(id, 'bob');
    assert.deepEqual(ada.others, []);
    assert.deepEqual(
      bob.others.map(({ peerId }) => peerId),
      ['ada'],
    );
    assert.deepEqual(
      bob.others[0]?.producers.map((producer) => producer.producerId),
      [producerId],
    );
    assert.deepEqual(said(ada.events), ['bob joined']);
    assert.deepEqual(bob.events, []);
    rooms.registry.get(id).close('shutdown');
  });

  test('keeps events in order until a peer listens', async () => {
    const { peer: ada } = await rooms.enter(id, 'ada');
    const { peer: bob } = await rooms.join(id, 'bob');
    await sendSound(bob);
    bob.close('left');
    await rooms.join(id, 'carol');
    assert.deepEqual(said(heardBy(ada)), [
      'bob joined',
      'bob: producerOpened',
      'bob: producerClosed',
      'bob left (left)',
      'carol joined',
    ]);
    rooms.registry.get(id).close('shutdown');
  });

  test('sends all peers the same event object, so that it is encoded once', async () => {
    const ada = await rooms.join(id, 'ada');
    const bob = await rooms.join(id, 'bob');
    const carol = await rooms.join(id, 'carol');
    assert.deepEqual(said(bob.events), ['carol joined']);
    assert.equal(ada.events.at(-1), bob.events.at(-1));
    await sendSound(carol.peer);
    assert.equal(ada.events.at(-1), bob.events.at(-1));
    assert.deepEqual(carol.events, []);
    rooms.registry.get(id).close('shutdown');
  });

  test('removes a peer for a newcomer with the same id', async () => {
    const watcher = await rooms.join(id, 'watcher');
    const old = await rooms.join(id, 'ada');
    await sendSound(old.peer);
    const ada = await rooms.join(id, 'ada');
    assert.equal(old.peer.closed, true);
    assert.deepEqual(said(old.events), ['ended (replaced)']);
    assert.deepEqual(said(watcher.events), [
      'ada joined',
      'ada: producerOpened',
      'ada: producerClosed',
      'ada left (replaced)',
      'ada joined',
    ]);
    assert.deepEqual(
      ada.others.map(({ peerId }) => peerId),
      ['watcher'],
    );
    assert.equal(rooms.registry.get(id).peers.get('ada'), ada.peer);
    rooms.registry.get(id).close('shutdown');
  });

  test('stays open for a lone peer that replaces itself', async () => {
    const old = await rooms.join(id, 'ada');
    const room = rooms.registry.get(id);
    const ada = await rooms.join(id, 'ada');
    assert.equal(old.peer.closed, true);
    assert.equal(rooms.registry.get(id), room);
    assert.ok(await sendSound(ada.peer));
    ada.peer.close('left');
    assert.equal(room.closed, true);
  });

  test('refuses peers when it is full, except to replace a member', async () => {
    const room = await rooms.registry.create({
      network: 'here',
      maxPeers: 2,
    });
    room.join(peerOptions('ada'));
    room.join(peerOptions('bob'));
    assert.throws(() => room.join(peerOptions('carol')), {
      code: 'ROOM_FULL',
      message: 'the room is full: it takes 2 peers',
    });
    room.join(peerOptions('bob'));
    room.peers.get('ada')?.close('left');
    room.join(peerOptions('carol'));
    assert.deepEqual(Array.from(room.peers.keys()), ['bob', 'carol']);
    room.close('shutdown');
  });

  test('releases everything of a peer that leaves, and announces it once', async () => {
    const ada = await rooms.join(id, 'ada');
    const bob = await rooms.join(id, 'bob');
    const producerId = await sendSound(ada.peer);
    const room = rooms.registry.get(id);
    assert.equal(room.producers.find(producerId).owner, ada.peer);
    ada.peer.close('left');
    ada.peer.close('disconnected');
    assert.deepEqual(said(bob.events), [
      'ada: producerOpened',
      'ada: producerClosed',
      'ada left (left)',
    ]);
    assert.deepEqual(said(ada.events), ['bob joined', 'ended (left)']);
    const { transports } = ada.peer.holdings;
    assert.equal(transports, 0);
    assert.throws(() => room.producers.find(producerId), {
      code: 'PRODUCER_NOT_FOUND',
      message: `there is no producer "${producerId}" in this room`,
    });
    assert.deepEqual(await transportsInWorkers(rooms.server), []);
    bob.peer.close('left');
  });

  test('closes once, for all peers together, and admits none afterwards', async () => {
    const ada = await rooms.join(id, 'ada');
    const bob = await rooms.join(id, 'bob');
    await sendSound(ada.peer);
    ada.events.length = 0;
    bob.events.length = 0;
    const room = rooms.registry.get(id);
    room.close('shutdown');
    room.close('empty');
    for (const { peer, events } of [ada, bob]) {
      assert.equal(peer.closed, true);
      assert.deepEqual(said(events), ['ended (shutdown)']);
    }
    assert.equal(room.peers.size, 0);
    assert.throws(() => room.join(peerOptions('carol')), {
      code: 'ROOM_CLOSED',
      message: `the room ${id} is closed`,
    });
    assert.equal(await rooms.countRouters(), 0);
  });
});

describe('a room whose worker died', () => {
  test('logs how many of its peers have to set up media again', async (t) => {
    const rooms = await Rooms.open({ log: { level: 'warn' } });
    t.after(() => rooms.close());
    setLogLevel('warn');
    t.after(() => setLogLevel('error'));
    const [ada] = [
      await rooms.join('hit', 'ada'),
      await rooms.join('hit', 'b'),
    ];
    await ada.peer.transports.create('send');
    const line = logged(/Room:hit/);
    const { worker } = rooms.server.pool.next();
    process.kill(worker.pid, 'SIGKILL');
    assert.match(await line, /warn:Room:hit a worker died under 1 of 2 peers/);
  });

  test('closes if no other worker takes over in time', async () => {
    const port = await freePort();
    const rooms = await Rooms.open({ rtc: { port } });
    const ada = await rooms.join('hit', 'ada');
    const { worker } = rooms.server.pool.next();
    const died = once(worker, 'died');
    process.kill(worker.pid, 'SIGKILL');
    await died;
    const blocker = createSocket('udp4').bind(port, '127.0.0.1');
    await once(blocker, 'listening');
    const ended = Promise.withResolvers<Heard>();
    listenTo(ada.peer, ended.resolve);
    assert.deepEqual(await ended.promise, {
      type: 'ended',
      reason: 'workerDied',
    });
    assert.equal(rooms.registry.rooms.size, 0);
    blocker.close();
    await rooms.close();
  });
});
