import assert from 'node:assert/strict';
import { test } from 'node:test';

import { Series } from '../../../client/admin/src/Series.ts';

test('a series keeps what is not older than its span', () => {
  const series = new Series(2, 10);
  assert.equal(series.summary(0), undefined);
  series.add(0, [9, 1]);
  series.add(6, [5, 2]);
  series.add(11, [7, 3]);
  assert.deepEqual(series.data, [
    [6, 11],
    [5, 7],
    [2, 3],
  ]);
  assert.deepEqual(series.summary(0), { last: 7, highest: 7 });
});

test('a series takes no values that are not later than all before', () => {
  const series = new Series(1);
  series.add(5, [1]);
  series.add(5, [2]);
  series.add(4, [3]);
  assert.deepEqual(series.data, [[5], [1]]);
});
