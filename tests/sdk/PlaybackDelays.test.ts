import assert from 'node:assert/strict';
import { beforeEach, describe, test } from 'node:test';

import type { types } from 'mediasoup-client';

import { PlaybackDelays } from '../../sdk/src/core/PlaybackDelays.ts';
import type { Look } from '../../sdk/src/core/StatsMonitor.ts';

/** Packets of a sound in a second. */
const PACKETS = 50;

/** Packets of a second that are asked for again on a bad link. */
const LOST = 5;

/** Seconds after which the delay of the beginning is gone. */
const START = 4;

/** A track as a browser receives it. */
function consumerOf(kind: types.MediaKind, localId: string) {
  const rtpReceiver: { jitterBufferTarget?: number | null } = {};
  return { kind, localId, rtpReceiver } as unknown as types.Consumer & {
    rtpReceiver: typeof rtpReceiver;
  };
}

describe('the delays of what is played', () => {
  const [ada, ben] = [consumerOf('audio', '0'), consumerOf('audio', '1')];
  const picture = consumerOf('video', '2');
  let delays: PlaybackDelays;
  let counts: { packetsReceived: number; nackCount: number }[];

  beforeEach(() => {
    delays = new PlaybackDelays();
    counts = [
      { packetsReceived: 0, nackCount: 0 },
      { packetsReceived: 0, nackCount: 0 },
    ];
  });

  /** Lets seconds pass in which sounds lose packets; one that is undefined is silent. */
  function pass(seconds: number, ...lost: (number | undefined)[]): void {
    for (let second = 0; second < seconds; second += 1) {
      counts = counts.map((count, index) => {
        const nacks = lost[index];
        return nacks === undefined
          ? count
          : {
              packetsReceived: count.packetsReceived + PACKETS,
              nackCount: count.nackCount + nacks,
            };
      });
      const sounds = counts.map((count, index) => ({
        ...count,
        type: 'inbound-rtp',
        kind: 'audio',
        mid: String(index),
      }));
      const look = {
        direction: 'recv',
        roundTrip: 200,
        stats: [...sounds, { type: 'inbound-rtp', kind: 'video', mid: '2' }],
      };
      delays.adjust([picture, ada, ben], look as unknown as Look);
    }
  }

  function targets() {
    return [ada, ben, picture].map(
      ({ rtpReceiver }) => rtpReceiver.jitterBufferTarget,
    );
  }

  test('are those of the browser without losses, but for the first sounds', () => {
    delays.begin(ada);
    pass(2, 0);
    assert.deepEqual(targets(), [200, 200, null]);
    pass(START, 0, 0);
    assert.deepEqual(targets(), [null, null, null]);
  });

  test('are longer for pictures than for the sounds, all of which wait for repeats', () => {
    pass(START, 0, 0);
    pass(1, LOST, LOST);
    assert.deepEqual(targets(), [260, 260, 338]);
    pass(60, 0, 0);
    assert.deepEqual(targets(), [null, null, null]);
  });

  test('are those of the browser for pictures if only one of the sounds heard waits', () => {
    pass(START, 0, 0);
    pass(1, LOST, 0);
    assert.deepEqual(targets(), [260, null, null]);
    pass(1, LOST, undefined);
    assert.deepEqual(targets(), [260, null, 338]);
  });

  test('stay as they are for pictures while no sound is heard', () => {
    pass(START, 0, 0);
    pass(1, LOST, LOST);
    pass(60);
    assert.deepEqual(targets(), [260, 260, 338]);
    pass(60, undefined, 0);
    assert.deepEqual(targets(), [260, null, null]);
  });
});
