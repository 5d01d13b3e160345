import assert from 'node:assert/strict';
import { beforeEach, describe, test } from 'node:test';

import { Encoding } from '../../sdk/src/core/Encoding.ts';
import type { BrowserStat } from '../../sdk/src/core/StatsMonitor.ts';

/** A second: the shares of it spent on encoding, and taken of the sound. */
type Second = {
  busy?: number;
  heard?: number;
  /** Of a screen, which is sent in one layer. */
  screen?: number;
  milliseconds?: number;
};

describe('encoding', () => {
  let encoding: Encoding;
  let now: number;
  let encoded: number;
  let heard: number;
  let screen: number;
  let layers: Partial<BrowserStat>[];

  beforeEach(() => {
    encoding = new Encoding();
    now = 1_000_000;
    encoded = 40;
    heard = 300;
    screen = 20;
    layers = [{ rid: 'r0' }, { rid: 'r1' }];
    encoding.take(report());
  });

  function report(): BrowserStat[] {
    const type = 'outbound-rtp';
    const timestamp = now;
    const totalEncodeTime = encoded;
    return [
      ...layers.map((layer, index) => ({
        id: `OT01V${index}`,
        type,
        timestamp,
        totalEncodeTime,
        ...layer,
      })),
      { id: 'OT01V9', type, timestamp, totalEncodeTime: screen },
      {
        id: 'SA1',
        type: 'media-source',
        timestamp,
        totalSamplesDuration: heard,
      },
      { id: 'T01', type: 'transport', timestamp },
    ];
  }

  /** Lets seconds pass. Returns the highest layer after them. */
  function pass(seconds: number, second: Second): number {
    for (let count = 0; count < seconds; count += 1) {
      const { busy = 0.2, heard: sound = 1, milliseconds = 1_000 } = second;
      now += milliseconds;
      encoded += (busy * milliseconds) / 1_000;
      heard += (sound * milliseconds) / 1_000;
      screen += second.screen ?? 0.1;
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
    assert.equal(pass(3, { heard: 0.25 }), 1);
  });

  test('sends all layers while the device keeps up', () => {
    assert.equal(pass(60, { busy: 0.65, heard: 0.95 }), 2);
  });

  test('draws no conclusions from a microphone that takes nothing', () => {
    assert.equal(pass(60, { heard: 0 }), 2);
    assert.equal(pass(60, { heard: 0.02 }), 2);
  });

  test('does not count looks that come too soon', () => {
    assert.equal(pass(10, { busy: 0.8, milliseconds: 200 }), 2);
    assert.equal(pass(2, { busy: 0.8, milliseconds: 200 }), 1);
  });

  test('leaves a screen, and an encoder in hardware, to the browser', () => {
    assert.equal(pass(60, { screen: 0.9 }), 2);
    layers = [{ rid: 'r0', powerEfficientEncoder: true }];
    assert.equal(pass(60, { busy: 0.9, heard: 0.85 }), 2);
  });

  test('begins with all layers once the camera is sent again', () => {
    assert.equal(pass(6, { busy: 0.8 }), 0);
    assert.equal(pass(1, { busy: 0 }), 0);
    layers = [{ rid: 'r0', active: false }];
    assert.equal(pass(1, { busy: 0 }), 2);
    layers = [{ rid: 'r0' }];
    assert.equal(pass(2, { busy: 0.8 }), 2);
  });
});
