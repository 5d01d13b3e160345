import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { piecesOf } from '../../../client/src/chat/links.ts';

/** The addresses in a text that become links, as they are written. */
function linksIn(text: string): string[] {
  return piecesOf(text).flatMap((it) => (it.href === undefined ? [] : it.text));
}

describe('the links of a text', () => {
  test('are the addresses of web pages', () => {
    assert.deepEqual(
      piecesOf('See https://atrium.test/a?b=c#d and HTTP://x.y'),
      [
        { text: 'See ' },
        {
          text: 'https://atrium.test/a?b=c#d',
          href: 'https://atrium.test/a?b=c#d',
        },
        { text: ' and ' },
        { text: 'HTTP://x.y', href: 'http://x.y/' },
      ],
    );
  });

  test('leave out the signs of the sentence around them', () => {
    for (const [text, link] of [
      ['Is it https://a.test/b?', 'https://a.test/b'],
      ['(https://a.test/b).', 'https://a.test/b'],
      ['https://a.test/b_(c)', 'https://a.test/b_(c)'],
      ['[x](https://a.test/(b)))', 'https://a.test/(b)'],
      ['"https://a.test"', 'https://a.test'],
      ['https://a.test…', 'https://a.test'],
    ] as const) {
      assert.deepEqual(linksIn(text), [link], text);
    }
  });

  test('are nothing that runs a script, and nothing that is no address', () => {
    for (const text of [
      'javascript:alert(1)',
      'data:text/html,<script>alert(1)</script>',
      'xhttps://a.test',
      'https://',
      'http://:1',
      'file:///etc/passwd',
      'https:/\u202Etset.a',
    ]) {
      assert.deepEqual(piecesOf(text), [{ text }], text);
    }
  });

  test('end where the direction of writing changes', () => {
    assert.deepEqual(linksIn('https://a.test/\u202Egpj.exe'), [
      'https://a.test/',
    ]);
    assert.deepEqual(linksIn('https://a.test/<img onerror=x>'), [
      'https://a.test/',
    ]);
  });

  test('lose nothing of the text', () => {
    const text = 'a https://b.test, c\n\nhttps://d.test. https://e.test/)';
    assert.equal(
      piecesOf(text)
        .map((it) => it.text)
        .join(''),
      text,
    );
  });

  test('are found in time in what looks like one for long', () => {
    const text = `https://a.test/${'('.repeat(900)}${')'.repeat(1_000)}`;
    assert.equal(linksIn(text)[0]?.length, 15 + 1_800);
  });
});
