import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { SharedValues } from '../../lib/core/SharedValues.ts';

describe('shared values', () => {
  test('are one object for equal values', () => {
    const shared = new SharedValues<object>(2);
    const first = { a: [1] };
    assert.equal(shared.share(first), first);
    assert.equal(shared.share({ a: [1] }), first);
    const other = { a: [2] };
    assert.equal(shared.share(other), other);
  });

  test('are forgotten once so many others were used since', () => {
    const shared = new SharedValues<object>(2);
    const [first, second] = [{ a: 1 }, { a: 2 }];
    shared.share(first);
    shared.share(second);
    shared.share({ a: 1 });
    shared.share({ a: 3 });
    assert.equal(shared.share({ a: 1 }), first);
    assert.notEqual(shared.share({ a: 2 }), second);
  });
});
