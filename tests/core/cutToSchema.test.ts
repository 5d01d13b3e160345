import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { z } from 'zod';

import { cutEvents, cutToSchema } from '../../lib/core/cutToSchema.ts';

describe('a value that is cut to a schema', () => {
  test('keeps only what the schema names, at every level', () => {
    const cut = cutToSchema(
      z.object({
        id: z.string(),
        list: z.array(z.object({ a: z.int() })).optional(),
        inner: z.object({ b: z.boolean().nullable() }).nullable(),
        strict: z.strictObject({ c: z.literal(1) }).optional(),
      }),
    );
    assert.deepEqual(
      cut({
        id: 'x',
        list: [{ a: 1, stray: 2 }, { a: 3 }],
        inner: { b: null, stray: 1 },
        strict: { c: 1, stray: 1 },
        stray: { id: 'y' },
      }),
      {
        id: 'x',
        list: [{ a: 1 }, { a: 3 }],
        inner: { b: null },
        strict: { c: 1 },
      },
    );
    assert.deepEqual(cut({ id: 'x', inner: null, list: undefined }), {
      id: 'x',
      inner: null,
    });
  });

  test('keeps parts for which the schema allows any value', () => {
    const open = { any: { deep: [1] }, more: 1 };
    const cut = cutToSchema(
      z.object({
        record: z.record(z.string(), z.unknown()),
        loose: z.looseObject({ a: z.int() }),
        unknown: z.unknown(),
      }),
    );
    const value = { record: open, loose: { a: 1, ...open }, unknown: open };
    assert.deepEqual(cut({ ...value, stray: 1 }), value);
  });

  test('is kept where it does not match, as cutting does not validate', () => {
    const cut = cutToSchema(
      z.object({ list: z.array(z.object({})), inner: z.object({}) }),
    );
    assert.deepEqual(cut({ list: 'none', inner: 1 }), {
      list: 'none',
      inner: 1,
    });
  });

  test('needs a schema of supported types', () => {
    assert.throws(
      () => cutToSchema(z.object({ a: z.tuple([z.object({})]) })),
      /a schema of type tuple cannot be cut to/,
    );
    assert.throws(
      () => cutToSchema(z.union([z.object({ a: z.date() }), z.int()])),
      /a schema of type date has no known form/,
    );
  });

  describe('with options', () => {
    const item = z.object({ id: z.int(), kind: z.enum(['a', 'b']) });
    const page = z.object({ results: z.array(item), next: z.url().nullable() });
    const cut = cutToSchema(
      z.object({
        list: z
          .union([z.array(item), page])
          .nullable()
          .optional(),
      }),
    );
    const one = { id: 1, kind: 'a' };

    test('keeps what the option of its form names', () => {
      const stray = { ...one, secret: 1 };
      assert.deepEqual(cut({ list: [stray, stray] }), { list: [one, one] });
      assert.deepEqual(
        cut({ list: { results: [stray], next: null, secret: 1 } }),
        { list: { results: [one], next: null } },
      );
    });

    test('may be null or missing where the schema allows it', () => {
      assert.deepEqual(cut({ list: null }), { list: null });
      assert.deepEqual(cut({ list: undefined }), {});
    });

    test('is not let through if it has the form of none', () => {
      for (const list of [
        { secret: 1 },
        [{ id: '1', kind: 'a' }],
        [{ id: 1, kind: 'c' }],
        { results: [one] },
        'text',
      ]) {
        assert.throws(
          () => cut({ list }),
          /^TypeError: the value has the form of no option of its schema$/,
        );
      }
    });

    test('takes the first that fits, and needs no optional field for it', () => {
      const error = cutToSchema(
        z.union([
          z.object({ detail: z.string(), code: z.string().optional() }),
          z.record(z.string(), z.array(z.string())),
        ]),
      );
      const detail = { detail: 'Not found.' };
      assert.deepEqual(error({ ...detail, secret: 'x' }), detail);
      const fields = { name: ['This field is required.'], detail: ['Wrong.'] };
      assert.deepEqual(error(fields), fields);
      assert.throws(() => error({ name: 'no list' }), TypeError);
    });

    test('passes whole if no option names fields', () => {
      const open = cutToSchema(
        z.union([z.string(), z.literal(1), z.record(z.string(), z.any())]),
      );
      assert.deepEqual(open({ any: [1] }), { any: [1] });
      assert.equal(open(1), 1);
    });

    test('may be in another of them, or the outcome of a pipe', () => {
      const nested = cutToSchema(
        z.union([
          z.union([z.boolean(), z.object({ a: z.unknown() })]),
          z.unknown().pipe(z.object({ b: z.custom<number>() })),
        ]),
      );
      assert.equal(nested(true), true);
      assert.deepEqual(nested({ c: 1, a: 2 }), { a: 2 });
    });
  });

  test('belongs to an event in the contract', () => {
    const table = {
      said: { summary: '', data: z.object({ text: z.string() }) },
    };
    const cut = cutEvents(table);
    assert.deepEqual(cut('said', { text: 'hi', stray: 1 }), { text: 'hi' });
    assert.throws(
      () => cut('sung' as 'said', {}),
      /the contract has no event sung/,
    );
  });
});
