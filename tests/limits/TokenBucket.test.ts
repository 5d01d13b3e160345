import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { TestContext } from 'node:test';

import { TokenBucket } from '../../lib/limits/TokenBucket.ts';

/** A bucket of 10 per second with a burst of 20, and a function that advances time. */
function bucketOf(t: TestContext) {
  let now = 0;
  t.mock.method(performance, 'now', () => now);
  const bucket = new TokenBucket({ perSecond: 10, burst: 20 });
  const pass = (time: number): void => {
    now += time;
  };
  return { bucket, pass };
}

describe('a token bucket', () => {
  test('starts with a full burst', (t) => {
    const { bucket } = bucketOf(t);
    assert.equal(bucket.take(20), 0);
    assert.equal(bucket.take(1), -1);
  });

  test('refills over time up to the burst', (t) => {
    const { bucket, pass } = bucketOf(t);
    bucket.take(20);
    pass(500);
    assert.equal(bucket.take(1), 4);
    pass(3_600_000);
    assert.equal(bucket.take(1), 19);
  });

  test('makes a larger overdraft wait longer', (t) => {
    const { bucket, pass } = bucketOf(t);
    assert.equal(bucket.take(40), -20);
    pass(1_000);
    assert.equal(bucket.take(0), -10);
    pass(1_100);
    assert.equal(bucket.take(1), 0);
  });
});
