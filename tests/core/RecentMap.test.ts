import assert from 'node:assert/strict';
import { test } from 'node:test';

import { RecentMap } from '../../lib/core/RecentMap.ts';

test('a map of recent entries forgets the one that was used least recently', () => {
  const forgotten: number[] = [];
  const map = new RecentMap<string, number>(2, (it) => forgotten.push(it));
  map.set('a', 1);
  map.set('b', 2);
  assert.equal(map.get('a'), 1);
  map.set('c', 3);
  assert.deepEqual([map.get('b'), forgotten], [undefined, [2]]);
  map.set('a', 4);
  assert.deepEqual(map.values, [3, 4]);
  assert.deepEqual(forgotten, [2]);
  map.clear();
  assert.deepEqual([map.values, map.get('a'), forgotten], [[], undefined, [2]]);
});
