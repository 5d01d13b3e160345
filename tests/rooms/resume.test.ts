import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, test } from 'node:test';

import type { Peer } from '../../lib/rooms/Peer.ts';
import { heardBy, peerOptions, Rooms } from '../support/rooms.ts';

const RESUME_TIMEOUT = 60_000;

describe('a peer that loses its connection', () => {
  let rooms: Rooms;
  let number = 0;
  let ada: Peer;
  let bob: Peer;

  before(async () => {
    rooms = await Rooms.open();
  });

  after(() => rooms.close());

  beforeEach(async () => {
    number += 1;
    ({ peer: bob } = await rooms.enter(`room-${number}`, 'bob'));
    ({ peer: ada } = rooms.registry.get(bob.roomId).join({
      ...peerOptions('ada'),
      resumeTimeout: RESUME_TIMEOUT,
    }));
  });

  /** Sends messages to Ada. */
  function send(...texts: string[]): void {
    for (const data of texts) {
      void bob.messages.send({ to: ['ada'], data });
    }
  }

  /** The texts that a listener of Ada's receives from now on. */
  function listen(): unknown[] {
    const events = heardBy(ada);
    return events.map((event) =>
      event.type === 'message' ? event.data : event.type,
    );
  }

  test('is resumed with the events that did not arrive', () => {
    const events = heardBy(ada);
    send('one', 'two');
    const cost = ada.connection.queuedBytes;
    ada.connection.acknowledge(1);
    assert.ok(
      ada.connection.queuedBytes > 0 && ada.connection.queuedBytes < cost,
    );
    ada.connection.suspend('lost');
    send('three');
    assert.equal(ada.closed, false);
    assert.equal(events.length, 2);
    const token = ada.connection.resumeToken ?? assert.fail();
    assert.equal(ada.connection.resume(`${token}x`, 1), false);
    assert.equal(
      ada.connection.resume(token, 0),
      false,
      'the first event is dropped',
    );
    assert.equal(ada.connection.resume(token, 1), true);
    assert.deepEqual(listen(), ['two', 'three']);
    assert.equal(ada.connection.sentCount, 3);
    bob.close('left');
    ada.close('left');
  });

  test('is resumed with the token before the newest until the client has the newest', () => {
    heardBy(ada);
    const first = ada.connection.resumeToken ?? assert.fail();
    assert.equal(ada.connection.resume(first, 0), true);
    const second = ada.connection.resumeToken ?? assert.fail();
    assert.notEqual(second, first);
    assert.equal(ada.connection.resume(first, 0), true, 'the reply was lost');
    assert.equal(ada.connection.resumeToken, second);
    assert.equal(ada.connection.resume(second, 0), true);
    const third = ada.connection.resumeToken ?? assert.fail();
    assert.notEqual(third, second);
    assert.equal(
      ada.connection.resume(first, 0),
      false,
      'the client had the second',
    );
    assert.equal(ada.connection.resume(second, 0), true);
    ada.connection.confirmResume();
    assert.equal(ada.connection.resume(second, 0), false);
    assert.equal(ada.connection.resume(third, 0), true);
    bob.close('left');
    ada.close('left');
  });

  test('tells an older connection that a newer one has taken over', () => {
    const events = heardBy(ada);
    assert.equal(
      ada.connection.resume(ada.connection.resumeToken ?? '', 0),
      true,
    );
    send('after');
    assert.deepEqual(events, [{ type: 'ended', reason: 'resumed' }]);
    assert.deepEqual(listen(), ['after']);
    bob.close('left');
    ada.close('left');
  });

  test('ends if it is not resumed in time', (t) => {
    t.mock.timers.enable({ apis: ['setTimeout'] });
    const events = heardBy(bob);
    ada.connection.suspend('lost');
    t.mock.timers.tick(RESUME_TIMEOUT - 1);
    assert.equal(ada.closed, false);
    t.mock.timers.tick(1);
    assert.equal(ada.closed, true);
    assert.deepEqual(events.at(-1), {
      type: 'peerLeft',
      peerId: 'ada',
      reason: 'disconnected',
    });
    assert.equal(
      ada.connection.resume(ada.connection.resumeToken ?? '', 0),
      false,
    );
    bob.close('left');
  });

  test('is shown as reconnecting once it has been away for a while', (t) => {
    t.mock.timers.enable({ apis: ['setTimeout'] });
    heardBy(ada);
    const events = heardBy(bob);
    events.length = 0;
    const { absenceNotice } = rooms.server.registry.get(bob.roomId);
    ada.connection.suspend('lost');
    t.mock.timers.tick(absenceNotice - 1);
    assert.equal(
      ada.connection.resume(ada.connection.resumeToken ?? '', 0),
      true,
    );
    t.mock.timers.tick(absenceNotice);
    assert.deepEqual(events, [], 'a short absence is not told');
    heardBy(ada);
    ada.connection.suspend('announced');
    assert.equal(ada.info().reconnecting, undefined);
    t.mock.timers.tick(absenceNotice);
    assert.equal(ada.info().reconnecting, true);
    assert.equal(
      ada.connection.resume(ada.connection.resumeToken ?? '', 0),
      true,
    );
    assert.equal(ada.info().reconnecting, undefined);
    assert.deepEqual(events, [
      { type: 'peerUpdated', peerId: 'ada', reconnecting: true },
      { type: 'peerUpdated', peerId: 'ada', reconnecting: false },
    ]);
    bob.close('left');
    ada.close('left');
  });

  test('does not end if it was resumed in time', (t) => {
    t.mock.timers.enable({ apis: ['setTimeout'] });
    heardBy(ada);
    ada.connection.suspend('lost');
    assert.equal(
      ada.connection.resume(ada.connection.resumeToken ?? '', 0),
      true,
    );
    t.mock.timers.tick(2 * RESUME_TIMEOUT);
    assert.equal(ada.closed, false);
    bob.close('left');
    ada.close('left');
  });

  test('ends at once if it has no token', () => {
    const events = heardBy(ada);
    assert.equal(bob.connection.resumeToken, undefined);
    bob.connection.suspend('lost');
    assert.equal(bob.closed, true);
    assert.deepEqual(events.at(-1), {
      type: 'peerLeft',
      peerId: 'bob',
      reason: 'disconnected',
    });
    ada.close('left');
  });
});

describe('a room that drains', () => {
  test('announces it to its members and to each that joins, and closes when empty', async () => {
    const rooms = await Rooms.open();
    const { peer: ada } = await rooms.enter('room', 'ada');
    const room = rooms.registry.get('room');
    const draining = { type: 'serverDraining', deadline: 1_234 };
    const events = heardBy(ada);
    room.drain(1_234);
    assert.deepEqual(events, [draining]);
    const { peer: bob } = room.join(peerOptions('bob'));
    assert.deepEqual(heardBy(bob), [draining]);
    ada.close('left');
    assert.equal(room.closed, false);
    bob.close('left');
    assert.equal(room.closed, true);
    await rooms.close();
  });
});
