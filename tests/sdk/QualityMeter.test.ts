import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { QualityMeter } from '../../sdk/src/core/QualityMeter.ts';
import type { BrowserStat } from '../../sdk/src/core/StatsMonitor.ts';

/** Samples of a second. */
const SECOND = 48_000;

/** One look: the shares of sound made up and of packets lost, and the path. */
type Second = {
  gaps?: number;
  lost?: number;
  freezes?: number;
  standstill?: boolean;
  roundTrip?: number;
};

/** A connection, second by second. */
class Line {
  readonly meter = new QualityMeter();
  #samples = 0;
  #concealed = 0;
  #freezes = 0;

  /** Returns the quality after a number of equal seconds. */
  pass(
    {
      gaps = 0,
      lost = 0,
      freezes = 0,
      standstill = false,
      roundTrip = 50,
    }: Second,
    seconds: number,
  ): string {
    for (let second = 0; second < seconds; second += 1) {
      this.#samples += SECOND;
      this.#concealed += gaps * SECOND;
      this.#freezes += freezes;
      const sound: BrowserStat = {
        id: 'sound',
        type: 'inbound-rtp',
        totalSamplesReceived: this.#samples,
        concealedSamples: this.#concealed + SECOND,
        silentConcealedSamples: SECOND,
      };
      const picture: BrowserStat = {
        id: 'picture',
        type: 'inbound-rtp',
        freezeCount: this.#freezes,
      };
      const sent: BrowserStat = {
        id: 'sent',
        type: 'remote-inbound-rtp',
        fractionLost: lost,
      };
      this.meter.take(
        { direction: 'recv', stats: [sound, picture], roundTrip },
        standstill,
      );
      this.meter.take({ direction: 'send', stats: [sent], roundTrip }, false);
    }
    return this.meter.quality;
  }
}

describe('QualityMeter', () => {
  test('is good at first, and with a few gaps and losses', () => {
    const line = new Line();
    assert.equal(line.meter.quality, 'good');
    assert.equal(line.pass({ gaps: 0.04, lost: 0.09 }, 60), 'good');
  });

  for (const [what, second] of Object.entries<Second>({
    'gaps in the sound': { gaps: 0.06 },
    'a picture that freezes': { freezes: 1 },
    'a picture that stands still': { standstill: true },
    'losses of what is sent': { lost: 0.2 },
    'a long way to the server': { roundTrip: 900 },
  })) {
    test(`is weak after three seconds with ${what}, until six without`, () => {
      const line = new Line();
      line.pass({}, 5);
      assert.equal(line.pass(second, 2), 'good');
      assert.equal(line.pass({}, 1), 'good');
      assert.equal(line.pass(second, 3), 'weak');
      assert.equal(line.pass({}, 5), 'weak');
      assert.equal(line.pass({}, 1), 'good');
    });
  }
});
