import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, test } from 'node:test';

import { peerOptions, Rooms } from '../support/rooms.ts';
import { until } from '../support/until.ts';

const onRequest = { network: 'here' };
const gone = new Error('the client has gone');

/** The entrance of a client that has gone while the room was created. */
function refuse(): never {
  throw gone;
}

describe('the registry of rooms', () => {
  let rooms: Rooms;
  let number = 0;
  let id: string;

  before(async () => {
    rooms = await Rooms.open({ workers: { count: 2 } });
  });

  after(() => rooms.close());

  beforeEach(() => {
    number += 1;
    id = `room-${number}`;
  });

  test('has no room before its first peer, and a look-up creates none', () => {
    assert.throws(() => rooms.registry.get(id), {
      name: 'AppError',
      code: 'ROOM_NOT_FOUND',
      message: `there is no room "${id}"; a room exists while it has members`,
    });
    assert.equal(rooms.registry.rooms.has(id), false);
  });

  test('creates one room for peers that arrive together', async () => {
    const before = await rooms.countRouters();
    const arrivals = await Promise.all(
      Array.from({ length: 20 }, (_, index) => rooms.enter(id, `p${index}`)),
    );
    const room = rooms.registry.get(id);
    assert.equal(room.peers.size, 20);
    assert.deepEqual(
      arrivals.map(({ others }) => others.length),
      Array.from({ length: 20 }, (_, index) => index),
    );
    assert.equal(await rooms.countRouters(), before + 1);
    room.close('shutdown');
  });

  test('gives each room the next worker', async () => {
    const ids = [`${id}-a`, `${id}-b`, `${id}-c`, `${id}-d`];
    await Promise.all(ids.map((roomId) => rooms.enter(roomId, 'ada')));
    const dumps = await Promise.all(
      rooms.server.pool.alive.map(({ worker }) => worker.dump()),
    );
    assert.deepEqual(
      dumps.map(({ routerIds }) => routerIds.length),
      [2, 2],
    );
    for (const roomId of ids) {
      rooms.registry.get(roomId).close('shutdown');
    }
    assert.equal(await rooms.countRouters(), 0);
  });

  test('removes a room with its last peer, and creates a new one', async () => {
    const { peer: ada } = await rooms.join(id, 'ada');
    const { peer: bob } = await rooms.join(id, 'bob');
    const room = rooms.registry.get(id);
    ada.close('left');
    assert.equal(rooms.registry.get(id), room);
    bob.close('left');
    assert.equal(room.closed, true);
    assert.equal(rooms.registry.rooms.has(id), false);
    const { peer: carol } = await rooms.join(id, 'carol');
    assert.notEqual(rooms.registry.get(id), room);
    carol.close('left');
    assert.equal(await rooms.countRouters(), 0);
  });

  test('admits no peer to a room that closed while it waited', async () => {
    const { peer: ada } = await rooms.join(id, 'ada');
    const old = rooms.registry.get(id);
    // The room obtained now has closed by the time that the peer enters it.
    const arriving = rooms.enter(id, 'bob');
    ada.close('left');
    const { peer: bob } = await arriving;
    assert.notEqual(rooms.registry.get(id), old);
    assert.equal(bob.closed, false);
    bob.close('left');
  });

  test('keeps no room for a peer that has left in the meantime', async () => {
    await assert.rejects(rooms.enter(id, 'ada', refuse), gone);
    assert.equal(rooms.registry.rooms.has(id), false);
    assert.equal(await rooms.countRouters(), 0);
  });

  test('keeps a room that another peer is in', async () => {
    const { peer: ada, events } = await rooms.join(id, 'ada');
    await assert.rejects(rooms.enter(id, 'bob', refuse), gone);
    assert.equal(rooms.registry.get(id).closed, false);
    assert.deepEqual(events, []);
    ada.close('left');
  });

  test('keeps rooms that were created by name for a while', async () => {
    const short = await Rooms.open({ rooms: { emptyTimeout: 50 } });
    const room = await short.registry.create(onRequest);
    assert.equal(short.registry.get(room.id), room);
    const { peer } = room.join(peerOptions('ada'));
    peer.close('left');
    assert.equal(room.closed, false);
    await until('the closing of the room', () => room.closed);
    assert.equal(short.registry.rooms.size, 0);
    assert.equal(await short.countRouters(), 0);
    await short.close();
  });

  test('applies another timeout to a room that is empty already', async () => {
    const room = await rooms.registry.create(onRequest);
    room.configure({ maxPeers: room.maxPeers, emptyTimeout: 50 });
    await until('the closing of the room', () => room.closed);
  });

  test('refuses more peers than a room may have', async () => {
    await assert.rejects(
      rooms.registry.create({ ...onRequest, maxPeers: 501 }),
      {
        code: 'VALIDATION_ERROR',
        message: 'maxParticipants: expected at most 500, got 501',
      },
    );
  });

  test('creates no room when it closed during the creation', async () => {
    const closing = await Rooms.open();
    const { worker } = closing.server.pool.next();
    const joining = closing.enter(id, 'ada');
    const creating = closing.registry.create(onRequest);
    closing.registry.close('shutdown');
    for (const promise of [joining, creating]) {
      await assert.rejects(promise, { code: 'SHUTTING_DOWN' });
    }
    assert.equal(closing.registry.rooms.size, 0);
    assert.deepEqual((await worker.dump()).routerIds, []);
    await closing.close();
  });

  test('has drained at once without a room', async () => {
    const idle = await Rooms.open();
    await idle.registry.drain(Date.now());
    await idle.close();
  });

  test('has drained when the last of its rooms has closed, not the first', async () => {
    const busy = await Rooms.open();
    const { peer: ada } = await busy.join('a', 'ada');
    const { peer: bob } = await busy.join('b', 'bob');
    let drained = false;
    const draining = busy.registry.drain(Date.now()).then(() => {
      drained = true;
    });
    ada.close('left');
    await busy.countRouters();
    assert.equal(drained, false);
    bob.close('left');
    await draining;
    assert.equal(busy.registry.rooms.size, 0);
    await busy.close();
  });

  test('announces its end to every peer, and nothing else', async () => {
    const closing = await Rooms.open();
    const people = await Promise.all([
      closing.join('a', 'ada'),
      closing.join('a', 'bob'),
      closing.join('b', 'carol'),
    ]);
    for (const { events } of people) {
      events.length = 0;
    }
    closing.registry.close('shutdown');
    for (const { events, peer } of people) {
      assert.deepEqual(events, [{ type: 'ended', reason: 'shutdown' }]);
      assert.equal(peer.closed, true);
    }
    assert.equal(closing.registry.rooms.size, 0);
    await assert.rejects(closing.enter('c', 'dave'), { code: 'SHUTTING_DOWN' });
    await closing.close();
  });
});
