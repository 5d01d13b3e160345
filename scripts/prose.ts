/**
 * Checks the English of the sources: a doc comment opens with a noun phrase or
 * a verb, never with a question word. Also prints the lines added since a
 * commit that contain words which read like a private dialect; those are only
 * warnings.
 *
 * Usage: node scripts/prose.ts [commit, the parent of the last one by default]
 */
import { execFileSync } from 'node:child_process';
import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';

import { PROJECT_ROOT } from '../lib/core/projectRoot.ts';
import { openingsIn, unusualWordsIn } from './prose/rules.ts';

/** The sources whose doc comments keep the rule. */
const CHECKED = [
  'server.ts',
  '{lib,client/src,sdk/src,sdk/example/src,tools,scripts,tests}/**/*.{ts,tsx}',
];

/** The test of this check, which has examples of what it finds. */
const OWN_TEST = 'tests/scripts/prose.test.ts';

/** Files whose added lines are read for unusual words. */
const PROSE = /\.(?:tsx?|jsx?|md|html|css)$/;

/** Most warnings that are printed. */
const MAX_WARNINGS = 30;

const broken = globSync(CHECKED, {
  cwd: PROJECT_ROOT,
  exclude: [OWN_TEST],
}).flatMap((file) =>
  openingsIn(readFileSync(path.join(PROJECT_ROOT, file), 'utf8')).map(
    ({ line, word }) =>
      `${file}:${line}: expected a doc comment that opens with a noun phrase or a verb, got "${word}"`,
  ),
);
for (const problem of broken) {
  console.error(problem);
}
warn(process.argv[2] ?? 'HEAD~1');
process.exitCode = broken.length > 0 ? 1 : 0;

function warn(base: string): void {
  let diff: string;
  try {
    diff = execFileSync(
      'git',
      ['diff', '--unified=0', '--no-color', '--no-ext-diff', base, '--'],
      {
        cwd: PROJECT_ROOT,
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'ignore'],
        maxBuffer: 268_435_456,
      },
    );
  } catch {
    console.log(`prose: added lines were not read, since ${base} is missing`);
    return;
  }
  const warnings = unusualWordsIn(diff).filter(
    ({ file }) => PROSE.test(file) && !file.startsWith('scripts/prose/'),
  );
  for (const { file, line, words } of warnings.slice(0, MAX_WARNINGS)) {
    console.log(`prose: ${file}:${line}: reword ${words.join(', ')}?`);
  }
  if (warnings.length > MAX_WARNINGS) {
    console.log(`prose: and ${warnings.length - MAX_WARNINGS} more lines`);
  }
}
