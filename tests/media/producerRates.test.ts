import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { ladderOf } from '../../lib/media/allocateLayers.ts';
import { ratesIn } from '../../lib/media/producerRates.ts';

/** The layers as "spatial.temporal", with their bitrates. */
function named(rates: ReturnType<typeof ratesIn>): [string, number][] {
  return rates.map(({ spatialLayer, temporalLayer, bitrate }) => [
    `${spatialLayer}.${temporalLayer}`,
    bitrate,
  ]);
}

/** The layers of a camera in the order in which it is raised. */
function climb(rates: ReturnType<typeof ratesIn>): string[] {
  const video = { id: 'camera', prefers: 'motion', priority: 1 } as const;
  return named(ladderOf({ ...video, layers: rates })).map(([name]) => name);
}

describe('the bitrates of a producer by layers', () => {
  test('are those of each stream in simulcast, by ssrc or rid', () => {
    const rates = ratesIn(
      [
        { ssrc: 2, bitrate: 290, bitrateByLayer: { '0.0': 110, '0.1': 290 } },
        { ssrc: 9, rid: 'r0', bitrate: 75, bitrateByLayer: { '0.0': 75 } },
        { ssrc: 4, bitrate: 0, bitrateByLayer: { '0.0': 0 } },
      ],
      [
        { rid: 'r0', scalabilityMode: 'L1T3' },
        { ssrc: 2, scalabilityMode: 'L1T3' },
        { ssrc: 4, scalabilityMode: 'L1T3' },
      ],
    );
    assert.deepEqual(named(rates), [
      ['1.0', 110],
      ['1.1', 290],
      ['0.0', 75],
    ]);
    assert.deepEqual(climb(rates), ['0.0', '1.1']);
  });

  test('leave out the resolutions below in VP9, which are not sent with a layer', () => {
    const rates = ratesIn(
      [
        {
          ssrc: 1,
          bitrate: 900,
          bitrateByLayer: {
            '0.0': 50,
            '0.1': 80,
            '0.2': 100,
            '1.0': 200,
            '1.1': 290,
            '1.2': 350,
            '2.0': 500,
            '2.1': 750,
            '2.2': 900,
          },
        },
      ],
      [{ ssrc: 1, scalabilityMode: 'L3T3_KEY' }],
    );
    assert.deepEqual(named(rates).slice(3), [
      ['1.0', 100],
      ['1.1', 190],
      ['1.2', 250],
      ['2.0', 150],
      ['2.1', 400],
      ['2.2', 550],
    ]);
    assert.deepEqual(climb(rates), ['0.0', '0.1', '0.2', '1.2', '2.2']);
  });

  test('keep the resolutions below where a layer builds on them', () => {
    const bitrateByLayer = { '0.0': 100, '1.0': 300 };
    const rates = ratesIn(
      [{ ssrc: 1, bitrate: 300, bitrateByLayer }],
      [{ ssrc: 1, scalabilityMode: 'L2T1' }],
    );
    assert.deepEqual(named(rates), [
      ['0.0', 100],
      ['1.0', 300],
    ]);
  });

  test('are frame rates alone in AV1', () => {
    const bitrateByLayer = { '0.0': 150, '0.1': 260, '0.2': 400 };
    const rates = ratesIn(
      [{ ssrc: 1, bitrate: 400, bitrateByLayer }],
      [{ ssrc: 1, scalabilityMode: 'L1T3' }],
    );
    assert.deepEqual(climb(rates), ['0.0', '0.1', '0.2']);
  });

  test('are one of all where a stream has no layers', () => {
    const rates = ratesIn(
      [{ ssrc: 1, bitrate: 1_200, bitrateByLayer: {} }],
      [{ ssrc: 1 }],
    );
    assert.deepEqual(named(rates), [['0.0', 1_200]]);
  });
});
