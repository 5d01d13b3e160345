import assert from 'node:assert/strict';
import { test } from 'node:test';

import {
  array,
  assert as hold,
  integer,
  option,
  property,
  string,
} from 'fast-check';

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

test('the first entries are those that sorting all would put first', () => {
  hold(
    property(
      array(string({ maxLength: 3 }), { maxLength: 40 }),
      option(string({ maxLength: 3 }), { nil: undefined }),
      integer({ min: 1, max: 10 }),
      (keys, after, most) => {
        const expected = keys
          .filter((it) => after === undefined || byCodePoints(it, after) > 0)
          .toSorted(byCodePoints)
          .slice(0, most);
        assert.deepEqual(
          firstAfter(keys, (it) => it, after, most),
          expected,
        );
      },
    ),
  );
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
