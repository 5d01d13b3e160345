import assert from 'node:assert/strict';
import { test } from 'node:test';

import { assert as hold, property, string } from 'fast-check';

import { byCodePoints, firstAfter } from '../../lib/core/sorting.ts';

test('texts are compared as their bytes in UTF-8', () => {
  hold(
    property(
      string({ unit: 'binary' }),
      string({ unit: 'binary' }),
      (one, other) => {
        const expected = Buffer.compare(Buffer.from(one), Buffer.from(other));
        assert.equal(Math.sign(byCodePoints(one, other)), expected);
      },
    ),
  );
  assert.ok(byCodePoints('\u{ff5e}', '😀') < 0);
});

test('the first entries after a key are those that sort behind it', () => {
  const entries = ['c', 'a', '😀', 'b', '\u{ff5e}'];
  const first = (after: string | undefined, most: number) =>
    firstAfter(entries, (it) => it, after, most).join('');
  assert.equal(first(undefined, 2), 'ab');
  assert.equal(first('b', 9), 'c\u{ff5e}😀');
  assert.equal(first('aa', 1), 'b');
  assert.equal(first('😀', 9), '');
});
