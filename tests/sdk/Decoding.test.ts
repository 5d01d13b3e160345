import assert from 'node:assert/strict';
import { beforeEach, describe, test } from 'node:test';

import { Decoding } from '../../sdk/src/core/Decoding.ts';
import type { BrowserStat } from '../../sdk/src/core/StatsMonitor.ts';

/** Arrivals of a second. */
type Second = { dropped: number; nacks?: number; received?: number };

describe('decoding', () => {
  let decoding: Decoding;
  let stat: Required<
    Pick<
      BrowserStat,
      'packetsReceived' | 'nackCount' | 'framesReceived' | 'framesDropped'
    >
  >;

  beforeEach(() => {
    decoding = new Decoding();
    stat = {
      packetsReceived: 1_000,
      nackCount: 0,
      framesReceived: 500,
      framesDropped: 400,
    };
    decoding.take(report());
  });

  function report(): BrowserStat[] {
    const type = 'inbound-rtp';
    const probes = { packetsReceived: stat.packetsReceived, nackCount: 9_999 };
    return [
      { id: 'IT01V1', type, ...stat },
      { id: 'IT01V2', type, ...probes, framesReceived: 0 },
      { id: 'IT01A1', type, packetsReceived: stat.packetsReceived },
    ];
  }

  /** Lets seconds pass. Returns the scale after them. */
  function pass(
    seconds: number,
    { dropped, nacks = 0, received = 20 }: Second,
  ): number {
    for (let second = 0; second < seconds; second += 1) {
      stat = {
        packetsReceived: stat.packetsReceived + 3 * received,
        nackCount: stat.nackCount + nacks,
        framesReceived: stat.framesReceived + received,
        framesDropped: stat.framesDropped + dropped,
      };
      decoding.take(report());
    }
    return decoding.scale;
  }

  test('gets smaller pictures while many are dropped that have come', () => {
    assert.equal(pass(2, { dropped: 6 }), 1);
    assert.equal(pass(1, { dropped: 6 }), 0.5);
    assert.equal(pass(3, { dropped: 10 }), 0.25);
    assert.equal(pass(60, { dropped: 20 }), 0.125);
    assert.equal(pass(14, { dropped: 1 }), 0.125);
    assert.equal(pass(1, { dropped: 1 }), 0.25);
  });

  test('gets them as they are shown while few are dropped', () => {
    assert.equal(pass(60, { dropped: 5 }), 1);
  });

  test('leaves drops to the network while that loses packets', () => {
    assert.equal(pass(60, { dropped: 10, nacks: 2 }), 1);
    pass(3, { dropped: 10 });
    assert.equal(pass(60, { dropped: 10, nacks: 2 }), 0.5);
  });

  test('draws no conclusions from a few pictures', () => {
    assert.equal(pass(60, { dropped: 5, received: 9 }), 1);
  });

  test('does not count what came before a video was looked at', () => {
    const videos = Array.from({ length: 4 }, (_, index) => ({
      ...report()[0],
      id: `new ${index}`,
    })) as BrowserStat[];
    for (let count = 1; count <= videos.length; count += 1) {
      decoding.take(videos.slice(0, count));
    }
    assert.equal(decoding.scale, 1);
  });
});
