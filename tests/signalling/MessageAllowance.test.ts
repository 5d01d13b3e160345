import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { MessageAllowance } from '../../lib/signalling/MessageAllowance.ts';
import { liveLimits } from '../support/limits.ts';

describe('the allowance of messages', () => {
  test('counts a request once more for each ten entries of its list', () => {
    const { view } = liveLimits({ messagesPerSecond: 1, messageBurst: 12 });
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
});
