import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { RateLimit } from '../../lib/access/RateLimit.ts';

const refused = {
  code: 'LIMIT_REACHED',
  message:
    /^limits\.things: expected at most 2 a minute from one address; try again in \d+ s$/,
};

describe('a limit a minute', () => {
  test('refuses the network that does it too often, and no other', async () => {
    const limit = new RateLimit('limits.things', () => 2);
    await limit.take('a');
    await limit.take('a');
    await assert.rejects(limit.take('a'), refused);
    await limit.take('b');
  });

  test('forgets in a minute', async (t) => {
    t.mock.timers.enable({ apis: ['Date', 'setTimeout'] });
    const limit = new RateLimit('limits.things', () => 2);
    await limit.take('a');
    await limit.take('a');
    t.mock.timers.tick(59_000);
    await assert.rejects(limit.take('a'), refused);
    t.mock.timers.tick(1_001);
    await limit.take('a');
  });

  test('is what it is when it is asked', async () => {
    let perMinute = 1;
    const limit = new RateLimit('limits.things', () => perMinute);
    await limit.take('a');
    perMinute = 2;
    await limit.take('a');
    await assert.rejects(limit.take('a'), refused);
  });
});
