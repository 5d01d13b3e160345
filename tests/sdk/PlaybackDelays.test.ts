import assert from 'node:assert/strict';
import { beforeEach, describe, test } from 'node:test';

import type { types } from 'mediasoup-client';

import { PlaybackDelays } from '../../sdk/src/core/PlaybackDelays.ts';
import type { Look } from '../../sdk/src/core/StatsMonitor.ts';

/** Packets of a sound in a second. */
const PACKETS = 50;

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
  const sound = consumerOf('audio', '0');
  const picture = consumerOf('video', '1');
  let delays: PlaybackDelays;
  let second: number;
  let nacks: number;

  beforeEach(() => {
    delays = new PlaybackDelays();
    second = 0;
    nacks = 0;
  });

  /** Lets seconds pass in which packets of the sound are asked for again. */
  function pass(seconds: number, lost: number): void {
    for (let count = 0; count < seconds; count += 1) {
      second += 1;
      nacks += lost;
      const look = {
        direction: 'recv',
        roundTrip: 200,
        stats: [
          {
            type: 'inbound-rtp',
            kind: 'audio',
            mid: '0',
            packetsReceived: second * PACKETS,
            nackCount: nacks,
          },
          { type: 'inbound-rtp', kind: 'video', mid: '1' },
        ],
      };
      delays.adjust([picture, sound], look as unknown as Look);
    }
  }

  function targets() {
    return [sound, picture].map(
      ({ rtpReceiver }) => rtpReceiver.jitterBufferTarget,
    );
  }

  test('are those of the browser without losses, but for the first sound', () => {
    delays.begin(sound);
    pass(1, 0);
    assert.deepEqual(targets(), [200, null]);
    pass(START, 0);
    assert.deepEqual(targets(), [null, null]);
  });

  test('are longer for pictures than for the sound that waits for repeats', () => {
    pass(START, 0);
    pass(1, PACKETS / 10);
    assert.deepEqual(targets(), [260, 338]);
    pass(60, 0);
    assert.deepEqual(targets(), [null, null]);
  });
});
