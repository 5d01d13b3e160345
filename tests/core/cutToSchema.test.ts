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
      () => cutToSchema(z.object({ a: z.union([z.object({}), z.int()]) })),
      /a schema of type union cannot be cut to/,
    );
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
