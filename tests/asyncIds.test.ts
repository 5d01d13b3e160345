import assert from 'node:assert/strict';
import { test } from 'node:test';

import { forgetsOldest, forgetting } from './asyncIds.ts';

test('promises of tests are not tracked through the garbage collector', () => {
  assert.ok(
    forgetsOldest(),
    'the test runner no longer calls createHook of node:async_hooks when it starts',
  );
});

test('the oldest resources are forgotten, and tests are not', () => {
  const known = new Set<number>();
  const init = forgetting(
    {
      init: (id) => known.add(id),
      destroy: (id) => known.delete(id),
    },
    2,
  );
  for (const [id, type] of ['Test', 'PROMISE', 'Suite', 'Timeout'].entries()) {
    init(id + 1, type, 0, {});
  }
  assert.deepEqual([...known], [1, 2, 3, 4]);
  init(5, 'PROMISE', 1, {});
  init(6, 'PROMISE', 1, {});
  assert.deepEqual([...known], [1, 3, 5, 6]);
});
