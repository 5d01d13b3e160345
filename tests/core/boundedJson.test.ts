import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { appDataSchema } from '../../lib/core/boundedJson.ts';
import { problems } from '../support/problems.ts';

describe('app data', () => {
  test('may be any object up to a length', () => {
    for (const appData of [{}, { a: null, b: [1, { c: 'd' }], 'e f': '\n' }]) {
      assert.deepEqual(appDataSchema.parse(appData), appData);
    }
    const longest = { a: 'x'.repeat(4_096 - '{"a":""}'.length) };
    assert.deepEqual(problems(appDataSchema, longest), []);
    const many = Object.fromEntries(
      Array.from({ length: 20_000 }, (_, index) => [`key-${index}`, null]),
    );
    for (const tooLong of [{ a: `${longest.a}x` }, many]) {
      assert.deepEqual(problems(appDataSchema, tooLong), [
        'input: expected at most 4096 characters of JSON, got an object',
      ]);
    }
  });

  test('may only be an object', () => {
    for (const [value, got] of [
      [null, 'null'],
      [[], 'a list of 0'],
      ['x', '"x"'],
    ]) {
      assert.deepEqual(problems(appDataSchema, value), [
        `input: expected object, got ${String(got)}`,
      ]);
    }
  });

  test('may not be nested too deeply', () => {
    const nested = (depth: number): unknown =>
      JSON.parse('{"a":'.repeat(depth) + '1' + '}'.repeat(depth));
    assert.deepEqual(problems(appDataSchema, nested(16)), []);
    for (const depth of [17, 1_000, 50_000]) {
      assert.deepEqual(problems(appDataSchema, nested(depth)), [
        'input: expected objects and lists nested at most 16 deep, got an object',
      ]);
    }
  });

  test('cannot modify prototypes', () => {
    const appData = appDataSchema.parse(
      JSON.parse('{"__proto__":{"admin":true},"constructor":1}'),
    );
    assert.equal(Object.getPrototypeOf(appData), Object.prototype);
    assert.equal('admin' in appData, false);
  });
});
