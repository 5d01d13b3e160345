import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import type { Forms, Sections } from '../../../client/src/texts/Translation.ts';

await import('../coreOfSdk.ts');
const { LANGUAGES, tagOf } =
  await import('../../../client/src/texts/languages.ts');
const { calls } = await import('../../../client/src/texts/en/calls.ts');
const { english } = await import('../../../client/src/texts/texts.ts');

/** Texts that may be the same in another language: they name no more than a thing. */
const SAME = 24;

const source = flat({ ...english, ...calls });

const tags = Object.keys(LANGUAGES).filter((tag) => tag !== 'en');

async function textsIn(tag: string): Promise<Map<string, string | Forms>> {
  const known = tagOf(tag);
  assert.ok(known && known !== 'en');
  const { parts } = LANGUAGES[known];
  const [one, two, three] = await Promise.all([
    parts.page(),
    parts.failures(),
    parts.calls(),
  ]);
  return flat({ ...one.page, ...two.failures, ...three.calls });
}

function flat(sections: Sections): Map<string, string | Forms> {
  return new Map(
    Object.entries(sections).flatMap(([section, texts]) =>
      Object.entries(texts).map(
        ([name, text]) => [`${section}.${name}`, text] as const,
      ),
    ),
  );
}

function namesIn(text: string): string[] {
  return [...new Set(text.match(/\{\w+\}/g))].toSorted();
}

function formsOf(text: string | Forms): [string, string][] {
  return typeof text === 'string' ? [['other', text]] : Object.entries(text);
}

describe('the catalogue of texts', () => {
  test('begins with English, and has seven more languages', () => {
    assert.deepEqual(Object.keys(LANGUAGES)[0], 'en');
    assert.deepEqual(tags.toSorted(), [
      'ar',
      'de',
      'es',
      'fr',
      'ja',
      'pt',
      'zh',
    ]);
  });

  for (const tag of tags) {
    test(`has every text in "${tag}", and no other`, async () => {
      const texts = await textsIn(tag);
      assert.deepEqual(
        [...texts.keys()].toSorted(),
        [...source.keys()].toSorted(),
      );
    });

    test(`fills in the same values in "${tag}" as in English`, async () => {
      for (const [key, text] of await textsIn(tag)) {
        const [, expected] = formsOf(source.get(key) ?? '').at(-1) ?? [];
        for (const [form, words] of formsOf(text)) {
          const names = namesIn(expected ?? '');
          // "one person" needs no figure.
          const needed =
            form === 'other' ? names : names.filter((it) => it !== '{count}');
          const has = namesIn(words);
          assert.deepEqual(
            has.filter((it) => form === 'other' || it !== '{count}'),
            needed,
            `${key}, ${form}`,
          );
        }
      }
    });

    test(`has the plurals of "${tag}", and is made of whole texts`, async () => {
      const { pluralCategories } = new Intl.PluralRules(tag).resolvedOptions();
      for (const [key, text] of await textsIn(tag)) {
        if (typeof text !== 'string') {
          assert.deepEqual(
            Object.keys(text).toSorted(),
            pluralCategories.toSorted(),
            key,
          );
        }
        for (const [, words] of formsOf(text)) {
          assert.equal(words, words.trim(), key);
          assert.notEqual(words, '', key);
        }
      }
    });

    test(`is translated in "${tag}", with few words as in English`, async () => {
      const same = [...(await textsIn(tag))].filter(([key, text]) => {
        const words = JSON.stringify(text).replaceAll(/\{\w+\}/g, '');
        return (
          /\p{L}{3}/u.test(words) &&
          JSON.stringify(text) === JSON.stringify(source.get(key))
        );
      });
      assert.ok(same.length <= SAME, same.map(([key]) => key).join(' '));
    });
  }

  test('ends sentences in every language where English ends one', async () => {
    for (const tag of tags) {
      for (const [key, text] of await textsIn(tag)) {
        const [, words = ''] = formsOf(text).at(-1) ?? [];
        const [, sentence = ''] = formsOf(source.get(key) ?? '').at(-1) ?? [];
        if (/[.…]$/.test(sentence)) {
          assert.match(words, /[.…。？؟?}]$/u, `${tag}: ${key}`);
        }
      }
    }
  });

  test('knows languages by the tags of browsers', () => {
    assert.equal(tagOf('de-AT'), 'de');
    assert.equal(tagOf('ZH-Hans-CN'), 'zh');
    assert.equal(tagOf('pt-BR'), 'pt');
    assert.equal(tagOf('tlh'), undefined);
    assert.equal(tagOf(''), undefined);
    assert.equal(tagOf('constructor'), undefined);
  });
});
