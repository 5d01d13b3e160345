import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { assert as holds, constantFrom, property, string } from 'fast-check';

import { fitsPattern } from '../../lib/auth/roomPattern.ts';

const FITTING: [pattern: string, roomId: string][] = [
  ['room', 'room'],
  ['*', 'anything'],
  ['team-*', 'team-blue'],
  ['team-*', 'team-'],
  ['*-team', 'blue-team'],
  ['a*b*c', 'abc'],
  ['a*b*c', 'a-b-b-c'],
  ['a*aa', 'aaa'],
  ['**', 'x'],
  ['team.*', 'team.x'],
  ['a*b', 'a*b'],
];

const NOT_FITTING: [pattern: string, roomId: string][] = [
  ['room', 'Room'],
  ['room', 'rooms'],
  ['team-*', 'team'],
  ['team-*', 'my-team-blue'],
  ['*-team', 'blue-teams'],
  ['a*b*c', 'acb'],
  ['a*aa', 'aa'],
  ['ab*ba', 'aba'],
  ['team.*', 'teamxx'],
  ['[ab]', 'a'],
  ['a?', 'ab'],
];

describe('a room pattern', () => {
  for (const [pattern, roomId] of FITTING) {
    test(`${pattern} matches ${roomId}`, () => {
      assert.ok(fitsPattern(roomId, pattern));
    });
  }

  for (const [pattern, roomId] of NOT_FITTING) {
    test(`${pattern} does not match ${roomId}`, () => {
      assert.ok(!fitsPattern(roomId, pattern));
    });
  }

  test('agrees with the equivalent regular expression', () => {
    const text = string({ unit: constantFrom('a', 'b', '*') });
    holds(
      property(text, text, (pattern, roomId) => {
        const source = pattern.replaceAll('*', '[^]*');
        assert.equal(
          fitsPattern(roomId, pattern),
          new RegExp(`^${source}$`).test(roomId),
        );
      }),
    );
  });

  test('is fast for input that makes regular expressions backtrack', () => {
    const pattern = `${'a*'.repeat(10_000)}b`;
    const roomId = 'a'.repeat(20_000);
    // A regular expression would not come to an end.
    assert.ok(!fitsPattern(roomId, pattern));
  });
});
