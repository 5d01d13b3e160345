import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { getSupportedRtpCapabilities } from 'mediasoup';

import { copyPlainly, plainCopy } from '../../lib/media/plainCopies.ts';

describe('a plain copy', () => {
  test('equals its original, and shares nothing with it', () => {
    const original = {
      list: [{ a: 1 }, 'text', null, [true]],
      missing: undefined,
      nan: NaN,
    };
    const copy = plainCopy(original);
    assert.deepEqual(copy, structuredClone(original));
    assert.notEqual(copy.list, original.list);
    assert.notEqual(copy.list[0], original.list[0]);
    assert.notEqual(copy.list[3], original.list[3]);
  });

  test('can be changed though its original is frozen', () => {
    const copy = plainCopy(Object.freeze({ a: Object.freeze([1]) }));
    assert.ok(!Object.isFrozen(copy) && !Object.isFrozen(copy.a));
  });

  test('has a key called __proto__ as a key', () => {
    const original: unknown = JSON.parse('{"__proto__":{"admin":true},"a":{}}');
    const copy = plainCopy(original) as Record<string, unknown>;
    assert.equal(Object.getPrototypeOf(copy), Object.prototype);
    assert.equal(JSON.stringify(copy), JSON.stringify(original));
    assert.equal('admin' in copy, false);
  });
});

test('mediasoup copies plainly', (t) => {
  copyPlainly();
  const serialised = t.mock.method(globalThis, 'structuredClone');
  const [one, other] = [
    getSupportedRtpCapabilities(),
    getSupportedRtpCapabilities(),
  ];
  assert.deepEqual(one, other);
  assert.notEqual(one.codecs, other.codecs);
  assert.equal(serialised.mock.callCount(), 0);
});
