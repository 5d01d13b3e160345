import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { OpenRequests } from '../../lib/core/OpenRequests.ts';

describe('the wait for answers', () => {
  test('is over at once when no request is open', async () => {
    const requests = new OpenRequests();
    requests.begin()[Symbol.dispose]();
    await requests.answered();
  });

  test('ends with the last request that was open when it began', async () => {
    const requests = new OpenRequests();
    const order: string[] = [];
    const [first, second] = [requests.begin(), requests.begin()];
    const waiting = requests.answered().then(() => order.push('over'));
    const third = requests.begin();
    first[Symbol.dispose]();
    await Promise.resolve();
    order.push('first answered');
    second[Symbol.dispose]();
    await waiting;
    third[Symbol.dispose]();
    assert.deepEqual(order, ['first answered', 'over']);
  });
});
