import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { TestContext } from 'node:test';

import { ExpiryTimer } from '../../lib/signalling/ExpiryTimer.ts';

const DAY = 86_400_000;

/** A timer for a token that ends after a time, and what it has called. */
function expiringIn(t: TestContext, time: number) {
  t.mock.timers.enable({ apis: ['setTimeout', 'Date'] });
  const calls: string[] = [];
  const timer = new ExpiryTimer(Date.now() + time, {
    soon: () => calls.push('soon'),
    over: () => calls.push('over'),
  });
  return { timer, calls };
}

describe('the timer of a token', () => {
  test('calls a minute before the end and at the end', (t) => {
    const { calls } = expiringIn(t, 90_000);
    t.mock.timers.tick(29_999);
    assert.deepEqual(calls, []);
    t.mock.timers.tick(1);
    assert.deepEqual(calls, ['soon']);
    t.mock.timers.tick(59_999);
    assert.deepEqual(calls, ['soon']);
    t.mock.timers.tick(1);
    assert.deepEqual(calls, ['soon', 'over']);
  });

  test('waits longer than a single timer can', (t) => {
    const { calls } = expiringIn(t, 100 * DAY + 60_000);
    for (let day = 0; day < 100; day += 1) {
      assert.deepEqual(calls, []);
      t.mock.timers.tick(DAY);
    }
    assert.deepEqual(calls, ['soon']);
    t.mock.timers.tick(60_000);
    assert.deepEqual(calls, ['soon', 'over']);
  });

  test('calls at once if the end is near or past', (t) => {
    const { calls } = expiringIn(t, -5_000);
    t.mock.timers.tick(1);
    t.mock.timers.tick(1);
    assert.deepEqual(calls, ['soon', 'over']);
  });

  test('makes no calls once it is cancelled, before the warning or after', (t) => {
    const early = expiringIn(t, 90_000);
    early.timer.cancel();
    t.mock.timers.tick(DAY);
    assert.deepEqual(early.calls, []);
    t.mock.timers.reset();
    const late = expiringIn(t, 90_000);
    t.mock.timers.tick(30_000);
    late.timer.cancel();
    t.mock.timers.tick(DAY);
    assert.deepEqual(late.calls, ['soon']);
  });
});
