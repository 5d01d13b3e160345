import assert from 'node:assert/strict';
import { beforeEach, describe, test } from 'node:test';

import { Encoding } from '../../sdk/src/core/Encoding.ts';
import type { BrowserStat } from '../../sdk/src/core/StatsMonitor.ts';

/** A second: the shares of it spent on encoding, and taken of the sound. */
type Second = { busy?: number; heard?: number };

describe('encoding', () => {
  let encoding: Encoding;
  let now: number;
  let encoded: number;
  let heard: number;

  beforeEach(() => {
    encoding = new Encoding();
    now = 1_000_000;
    encoded = 40;
    heard = 300;
    encoding.take(report());
  });

  function report(): BrowserStat[] {
    return [
      {
        id: 'OT01V1',
        type: 'outbound-rtp',
        timestamp: now,
        totalEncodeTime: encoded / 2,
      },
      {
        id: 'OT01V2',
        type: 'outbound-rtp',
        timestamp: now,
        totalEncodeTime: encoded,
      },
      {
        id: 'SA1',
        type: 'media-source',
        timestamp: now,
        totalSamplesDuration: heard,
      },
      { id: 'T01', type: 'transport', timestamp: now },
    ];
  }

  /** Lets seconds pass. Returns the highest layer after them. */
  function pass(seconds: number, second: Second): number {
    for (let count = 0; count < seconds; count += 1) {
      now += 1_000;
      encoded += second.busy ?? 0.2;
      heard += second.heard ?? 1;
      encoding.take(report());
    }
    return encoding.maxLayer;
  }

  test('leaves layers out while the encoder takes most of the time', () => {
    assert.equal(pass(2, { busy: 0.8 }), 2);
    assert.equal(pass(1, { busy: 0.8 }), 1);
    assert.equal(pass(60, { busy: 0.8 }), 0);
    assert.equal(pass(14, {}), 0);
    assert.equal(pass(1, {}), 1);
  });

  test('leaves layers out while some of the own sound is missed', () => {
    assert.equal(pass(3, { heard: 0.85 }), 1);
    assert.equal(pass(15, {}), 2);
  });

  test('sends all layers while the device keeps up', () => {
    assert.equal(pass(60, { busy: 0.65, heard: 0.95 }), 2);
  });

  test('draws no conclusions from a microphone that takes nothing', () => {
    assert.equal(pass(60, { heard: 0 }), 2);
    assert.equal(pass(60, { heard: 0, busy: 0 }), 2);
  });
});
