import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, test } from 'node:test';

import type { EndReason } from '../../lib/rooms/events.ts';
import type { Peer } from '../../lib/rooms/Peer.ts';
import { heardBy, peerOptions, Rooms } from '../support/rooms.ts';

describe('a peer without signalling', () => {
  let rooms: Rooms;
  let number = 0;
  let ada: Peer;
  let recorder: Peer;
  let ends: EndReason[];

  before(async () => {
    rooms = await Rooms.open();
  });

  after(() => rooms.close());

  beforeEach(async () => {
    number += 1;
    ({ peer: ada } = await rooms.join(`room-${number}`, 'ada'));
    ends = [];
    ({ peer: recorder } = rooms.registry.get(ada.roomId).join({
      ...peerOptions('recorder'),
      encode: undefined,
      resumeTimeout: 60_000,
      onEnd: (reason) => ends.push(reason),
    }));
  });

  test('keeps no events, and leaves with its connection', async () => {
    const { queuedBytes: before } = rooms.registry;
    await ada.messages.send({ to: ['recorder'], data: 'hello' });
    assert.deepEqual(
      [
        recorder.connection.queuedBytes,
        recorder.connection.sentCount,
        rooms.registry.queuedBytes,
      ],
      [0, 0, before],
    );
    assert.equal(
      recorder.connection.resume(recorder.connection.resumeToken ?? '', 0),
      false,
    );
    recorder.connection.suspend('lost');
    assert.equal(recorder.closed, true);
    assert.deepEqual(ends, ['disconnected']);
    ada.close('left');
  });

  test('is not reachable before ICE connects it, as others are', async () => {
    await recorder.transports.create('recv');
    assert.equal(recorder.isReachable, false);
    assert.equal(ada.isReachable, true);
    recorder.close('left');
    ada.close('left');
  });

  test('leaves when its media is reset, as it cannot set it up again', () => {
    const heard = heardBy(ada);
    recorder.resetMedia();
    recorder.resetMedia();
    assert.deepEqual(ends, ['workerDied']);
    assert.deepEqual(heard.at(-1), {
      type: 'peerLeft',
      peerId: 'recorder',
      reason: 'disconnected',
    });
    ada.close('left');
  });

  test('leaves with its room', () => {
    rooms.registry.get(ada.roomId).close('shutdown');
    assert.deepEqual(ends, ['shutdown']);
  });
});
