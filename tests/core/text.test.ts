import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { assert as holds, constantFrom, property, string } from 'fast-check';

import { roomIdOf, roomIdProblem } from '../../client/src/roomId.ts';
import { isSeen, nameFrom, visible } from '../../lib/core/text.ts';
import { displayNameSchema, idSchema } from '../../lib/core/validation.ts';

/** Invisible characters, and some that change the direction of text. */
const UNSEEN = [
  '\u00ad',
  '\u034f',
  '\u061c',
  '\u115f',
  '\u180e',
  '\u200b',
  '\u200e',
  '\u200f',
  '\u202a',
  '\u202e',
  '\u2060',
  '\u2066',
  '\u2069',
  '\u3164',
  '\ufeff',
  '\ufff9',
  '\u{e0001}',
];
const LONE = ['\ud800', '\udfff'];

const anyText = string({ unit: 'binary', maxLength: 40 });
const words = string({ unit: 'grapheme', minLength: 1, maxLength: 20 });
const unseen = constantFrom(...UNSEEN, ...LONE);

describe('ids', () => {
  test('that look the same are the same', () => {
    assert.equal(idSchema.parse('cafe\u0301'), idSchema.parse('caf\u00e9'));
    holds(
      property(anyText, (text) => {
        const ids = ['NFC', 'NFD'].map((form) =>
          idSchema.safeParse(text.normalize(form)),
        );
        assert.equal(ids[0]?.success, ids[1]?.success);
        assert.equal(ids[0]?.data, ids[1]?.data);
        if (ids[0]?.data !== undefined) {
          assert.equal(idSchema.parse(ids[0].data), ids[0].data);
        }
      }),
    );
  });

  test('may not contain invisible characters', () => {
    holds(
      property(words, unseen, words, (before, character, after) => {
        const { success } = idSchema.safeParse(before + character + after);
        assert.equal(success, false);
      }),
    );
    for (const text of ['\ufffd', '\u2800', 'a\u{e0000}']) {
      assert.equal(idSchema.safeParse(text).success, false);
    }
  });

  test('of rooms are normalised alike by page and server', () => {
    holds(
      property(string({ unit: 'binary', maxLength: 140 }), (text) => {
        const { success, data } = idSchema.safeParse(text);
        const problem = roomIdProblem(roomIdOf(text));
        assert.equal(problem === undefined, success, JSON.stringify(text));
        assert.equal(success ? roomIdOf(text) : undefined, data);
      }),
    );
  });

  test('are escaped where they would be invisible', () => {
    assert.equal(visible('a\u202eb\u200b'), 'a\\u{202e}b\\u{200b}');
    const { error } = idSchema.safeParse('a\u202eb');
    assert.equal(
      error?.issues[0]?.message,
      'expected no spaces and no invisible or control characters',
    );
  });
});

describe('names of people', () => {
  test('are stripped of invisible characters', () => {
    assert.equal(displayNameSchema.parse(' \u200bAda\u202e '), 'Ada');
    assert.equal(displayNameSchema.parse('Jose\u0301'), 'Jos\u00e9');
    holds(
      property(anyText, constantFrom(...UNSEEN), (text, character) => {
        const one = displayNameSchema.safeParse(text);
        const other = displayNameSchema.safeParse(`${character}${text}`);
        assert.equal(one.success, other.success);
        assert.equal(one.data, other.data);
      }),
    );
  });

  test('have at least one visible character', () => {
    const empty = ['', '   ', '\u3000', '\u200b\u200d', '\u2800', '\ufe0f'];
    for (const text of [...empty, ...UNSEEN]) {
      assert.equal(displayNameSchema.safeParse(text).success, false, text);
      assert.equal(nameFrom(text, 128), undefined);
    }
    holds(
      property(anyText, (text) => {
        const { data } = displayNameSchema.safeParse(text);
        assert.ok(data === undefined || (isSeen(data) && data === data.trim()));
      }),
    );
  });

  test('keep the joiners that their scripts need', () => {
    for (const name of [
      '\u{1f469}\u200d\u{1f4bb}',
      'می\u200cخواهم',
      '❤\ufe0f',
    ]) {
      assert.equal(displayNameSchema.parse(name), name);
    }
  });

  test('may not contain control characters or lone surrogates', () => {
    for (const text of [
      'a\nb',
      'a\u0000b',
      ...LONE.map((half) => `a${half}b`),
    ]) {
      assert.equal(displayNameSchema.safeParse(text).success, false);
    }
  });

  test('from another service are cleaned and truncated', () => {
    assert.equal(nameFrom('Ada\nLovelace\ud800', 128), 'Ada Lovelace');
    holds(
      property(string({ unit: 'binary', maxLength: 300 }), (text) => {
        const name = nameFrom(text, 128);
        assert.ok(name === undefined || displayNameSchema.parse(name) === name);
      }),
    );
  });
});
