import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate } from 'node:timers/promises';

import { Turns } from '../../lib/limits/Turns.ts';

test('turns are taken by so many at once, in the order in which they were asked for', async () => {
  const turns = new Turns(2);
  const taken: { index: number; end: Disposable }[] = [];
  const asked = Array.from({ length: 5 }, async (_, index) => {
    taken.push({ index, end: await turns.take() });
  });
  await setImmediate();
  const indexes = () => taken.map(({ index }) => index);
  assert.deepEqual(indexes(), [0, 1]);
  taken[1]?.end[Symbol.dispose]();
  await setImmediate();
  assert.deepEqual(indexes(), [0, 1, 2]);
  taken[0]?.end[Symbol.dispose]();
  taken[2]?.end[Symbol.dispose]();
  await Promise.all(asked);
  assert.deepEqual(indexes(), [0, 1, 2, 3, 4]);
  taken[3]?.end[Symbol.dispose]();
  taken[4]?.end[Symbol.dispose]();
  using _place = await turns.take();
});
