import assert from 'node:assert/strict';
import { test } from 'node:test';

import {
  FiguresByPeer,
  PeerFigures,
} from '../../../client/admin/src/PeerFigures.ts';

/** The media of a peer that has lost so many packets. */
function losing(packetsLost: number, roundTripTime?: number) {
  return {
    transports: [
      {
        transportId: 't',
        iceState: 'completed',
        incomingBitrate: 10,
        outgoingBitrate: 20,
      } as const,
    ],
    sent: [
      {
        trackId: 'a',
        kind: 'audio',
        source: 'mic',
        paused: false,
        bitrate: 10,
        packetsLost,
        score: 10,
        ...(roundTripTime !== undefined && { roundTripTime }),
      } as const,
    ],
    received: [],
  };
}

test('losses are counted by the second, and never below 0', () => {
  const figures = new PeerFigures();
  figures.add(losing(100), 0);
  figures.add(losing(110), 5);
  figures.add(losing(3, 40), 7);
  assert.deepEqual(figures.losses.data, [
    [5, 7],
    [2, 0],
  ]);
  assert.deepEqual(figures.trips.data, [[7], [40]]);
  assert.deepEqual(figures.traffic.data, [
    [0, 5, 7],
    [10, 10, 10],
    [20, 20, 20],
  ]);
});

test('the figures of the peers looked at last are kept', () => {
  const store = new FiguresByPeer();
  const first = store.of('a', 'b');
  const second = store.of('a', 'c');
  for (let index = 0; index < 198; index += 1) {
    store.of('room', String(index));
  }
  assert.equal(store.of('a', 'b'), first);
  store.of('room', 'one more');
  assert.equal(store.of('a', 'b'), first);
  assert.notEqual(store.of('a', 'c'), second);
  assert.notEqual(store.of('a', 'b/c'), store.of('a/b', 'c'));
});
