import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { roomIdFrom, roomIdProblem } from '../../client/src/roomId.ts';

describe('the name of a room', () => {
  for (const [typed, name] of [
    ['Winter garden', 'winter-garden'],
    ['  Winter \t garden ', 'winter-garden'],
    ['winter\u3000garden', 'winter-garden'],
    ['winter\u200Bgarden\u00AD', 'wintergarden'],
    ['CAFE\u0301/1', 'café/1'],
    ['winter-garden', 'winter-garden'],
    [' \u200B ', ''],
  ] as const) {
    test(`is made of ${JSON.stringify(typed)}`, () => {
      assert.equal(roomIdFrom(typed), name);
    });
  }

  test('has 1 to 128 characters', () => {
    assert.equal(roomIdProblem('x'.repeat(128)), undefined);
    assert.equal(roomIdProblem('x'.repeat(129)), 'tooLong');
    assert.equal(roomIdProblem(''), 'missing');
  });
});
