import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';

import { PROJECT_ROOT } from '../../lib/core/projectRoot.ts';

/** The first program in JavaScript below a heading of a page. */
export function codeBlock(page: string, heading: string): string {
  const text = readFileSync(path.join(PROJECT_ROOT, page), 'utf8');
  const [, below = ''] = text.split(new RegExp(`^#+ ${heading}$`, 'm'));
  const code = below.split('\n```js\n')[1]?.split('\n```')[0];
  assert.ok(code, `${page} has no program below "${heading}"`);
  return code;
}
