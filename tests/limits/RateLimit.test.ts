import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { TestContext } from 'node:test';

import { NetworkBuckets } from '../../lib/limits/NetworkBuckets.ts';
import { RateLimit } from '../../lib/limits/RateLimit.ts';
import { liveLimits } from '../support/limits.ts';

/** A limit per minute with a burst, and its options. */
function limitOf(perMinute: number, burst: number) {
  const limits = liveLimits({
    handshakesPerMinute: perMinute,
    handshakeBurst: burst,
  });
  const limit = new RateLimit(limits.view, {
    perMinute: 'handshakesPerMinute',
    burst: 'handshakeBurst',
  });
  return { limit, limits };
}

const refused = {
  code: 'LIMIT_REACHED',
  option: 'limits.handshakesPerMinute',
  retryAfter: 1,
  message:
    'limits.handshakesPerMinute: expected at most 60 a minute from one address after the first 2; try again in 1 s',
};

/** Stops the clock, and returns a function that advances it. */
function stopClock(t: TestContext): (time: number) => void {
  let now = performance.now();
  t.mock.method(performance, 'now', () => now);
  return (time) => {
    now += time;
  };
}

describe('a rate limit', () => {
  test('refuses only the network that exceeds it', () => {
    const { limit } = limitOf(60, 2);
    limit.take('a');
    limit.take('a');
    assert.throws(() => limit.take('a'), refused);
    assert.throws(() => limit.require('a'), refused);
    limit.require('b');
    limit.take('b');
  });

  test('refills at its rate regardless of refusals', (t) => {
    const pass = stopClock(t);
    const { limit } = limitOf(60, 2);
    limit.take('a');
    limit.take('a');
    for (let time = 0; time < 1_000; time += 10) {
      assert.throws(() => limit.take('a'), refused);
      pass(10);
    }
    limit.take('a');
    assert.throws(() => limit.take('a'), refused);
    pass(60_000);
    limit.take('a');
    limit.take('a');
    assert.throws(() => limit.take('a'), refused);
  });

  test('does not count a mere check', () => {
    const { limit } = limitOf(60, 2);
    for (let time = 0; time < 10; time += 1) {
      limit.require('a');
    }
    limit.take('a');
    limit.take('a');
  });

  test('returns how long to wait', (t) => {
    stopClock(t);
    const { limit } = limitOf(6, 1);
    limit.take('a');
    assert.throws(() => limit.take('a'), { retryAfter: 10 });
  });

  test('follows the configuration', () => {
    const { limit, limits } = limitOf(1, 1);
    limit.take('a');
    assert.throws(() => limit.take('a'), { retryAfter: 60 });
    limits.replace({ ...limits.current, handshakeBurst: 2 });
    limit.take('a');
    assert.throws(() => limit.take('a'), { code: 'LIMIT_REACHED' });
  });
});

describe('the buckets of networks', () => {
  const rate = { perSecond: 1, burst: 2 };

  test('are bounded, evicting the least recently used', () => {
    const buckets = new NetworkBuckets(rate, 3);
    for (const network of ['a', 'a', 'b', 'b', 'c', 'c', 'a', 'd', 'd']) {
      buckets.take(network);
    }
    assert.equal(buckets.size, 3);
    assert.equal(buckets.wait('b'), 0);
    assert.ok(buckets.wait('a') > 1);
    assert.ok(buckets.wait('c') > 0);
  });

  test('are removed once they are full again', (t) => {
    const pass = stopClock(t);
    const buckets = new NetworkBuckets(rate);
    for (let network = 0; network < 100; network += 1) {
      buckets.take(String(network));
    }
    assert.equal(buckets.size, 100);
    pass(2_000);
    for (let time = 0; time < 50; time += 1) {
      buckets.take('one');
    }
    assert.equal(buckets.size, 1);
  });
});
