import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { until } from './until.ts';

describe('until', () => {
  test('returns the first value that is there', async () => {
    const values = [undefined, null, false, 0, 1];
    assert.equal(await until('a value', () => values.shift()), 0);
    assert.deepEqual(values, [1]);
  });

  test('waits for probes that take a round trip', async () => {
    let probes = 0;
    await until('the third probe', async () => {
      probes += 1;
      return probes === 3;
    });
    assert.equal(probes, 3);
  });

  test('names what has not come in time', async () => {
    await assert.rejects(
      until('a miracle', () => false, 1),
      { message: 'not within 1 ms: a miracle' },
    );
  });

  test('fails with the error of a probe', async () => {
    await assert.rejects(
      until('nothing', () => Promise.reject(new Error('closed'))),
      /closed/,
    );
  });
});
