import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { openingsIn, unusualWordsIn } from '../../scripts/prose/rules.ts';

describe('the check of the English', () => {
  test('finds doc comments that open with a question word', () => {
    const source = [
      '/** What a room is. */',
      'const a = 1;',
      '/**',
      ' * Whether a room is open.',
      ' */',
      '  /** How. */',
    ].join('\n');
    assert.deepEqual(openingsIn(source), [
      { line: 1, word: 'What' },
      { line: 3, word: 'Whether' },
      { line: 6, word: 'How' },
    ]);
  });

  test('accepts other openings, and question words elsewhere', () => {
    for (const source of [
      '/** A room, and what is in it. */',
      '/** Howling microphones. */',
      '// What follows is no doc comment.',
      '/**\n * Tells if a room is open.\n * What is more: it tells why.\n */',
      '/* What is no doc comment. */',
    ]) {
      assert.deepEqual(openingsIn(source), []);
    }
  });

  test('finds unusual words in added lines, and in no others', () => {
    const diff = [
      'diff --git a/lib/x.ts b/lib/x.ts',
      '--- a/lib/x.ts',
      '+++ b/lib/x.ts',
      '@@ -3,2 +3,3 @@ class X',
      '-  // Nobody is here.',
      '+  // The room is empty.',
      '+  // Whoever comes, nobody stands.',
      '+  // It understands notebodies.',
      '@@ -20,0 +22 @@',
      '+  // It came to be.',
    ].join('\n');
    assert.deepEqual(unusualWordsIn(diff), [
      { file: 'lib/x.ts', line: 4, words: ['Whoever', 'nobody', 'stands'] },
      { file: 'lib/x.ts', line: 22, words: ['came to be'] },
    ]);
  });
});
