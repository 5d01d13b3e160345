import assert from 'node:assert/strict';
import { test } from 'node:test';

import { Pace } from '../../../sdk/src/p2p/Pace.ts';

test('a pace allows a burst, and then a number a second, where long ones count more', (t) => {
  let now = 0;
  t.mock.method(performance, 'now', () => now);
  const pace = new Pace({ burst: 3, perSecond: 10 });
  assert.deepEqual([pace.take(), pace.take(16_383), pace.take()], [0, 0, 0]);
  assert.deepEqual([pace.take(), pace.take(16_384)], [100, 300]);
  now = 300;
  assert.equal(pace.take(), 100);
  now = 10_000;
  assert.equal(pace.take(), 0);
});
