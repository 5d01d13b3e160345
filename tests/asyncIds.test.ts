import assert from 'node:assert/strict';
import { test } from 'node:test';

import { forgetsOldest } from './asyncIds.ts';

test('promises of tests are not tracked through the garbage collector', () => {
  assert.ok(
    forgetsOldest(),
    'the test runner no longer calls createHook of node:async_hooks when it starts',
  );
});
