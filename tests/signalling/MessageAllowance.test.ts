import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { MessageAllowance } from '../../lib/signalling/MessageAllowance.ts';
import { liveLimits } from '../support/limits.ts';

describe('the allowance of messages', () => {
  test('counts a request once more for each ten entries of its list', (t) => {
    const now = performance.now();
    t.mock.method(performance, 'now', () => now);
    const { view } = liveLimits({ messagesPerSecond: 1, messageBurst: 11 });
    const allowance = new MessageAllowance(view, {
      stopFlood: () => assert.fail('no flood'),
    });
    using first = allowance.count(100).admit();
    first.countEntries(9);
    first.countEntries(100);
    assert.throws(() => first.countEntries(100), {
      code: 'LIMIT_REACHED',
      message: /^limits\.messagesPerSecond: /,
    });
    const late = allowance.count(100);
    assert.throws(() => late.admit(), { code: 'LIMIT_REACHED' });
  });

  test('reports a flood beyond twice the burst', (t) => {
    const now = performance.now();
    t.mock.method(performance, 'now', () => now);
    const { view } = liveLimits({ messagesPerSecond: 1, messageBurst: 5 });
    const problems: string[] = [];
    const allowance = new MessageAllowance(view, {
      stopFlood: (problem) => problems.push(problem),
    });
    for (let count = 0; count < 10; count += 1) {
      allowance.count(1);
    }
    assert.deepEqual(problems, []);
    allowance.count(1);
    assert.deepEqual(problems, [
      'limits.messagesPerSecond: expected at most 1 messages a second, got far more',
    ]);
  });
});
