import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';

import { PROJECT_ROOT } from '../lib/core/projectRoot.ts';

test('a test that fails, and then its disposals, tells of all of that', () => {
  const source = `
    import { it } from 'node:test';
    const failing = (text) => ({
      async [Symbol.asyncDispose]() {
        throw new Error(text);
      },
    });
    it('fails', async () => {
      await using one = failing('the first disposal');
      await using two = failing('the second disposal');
      throw new Error('the test itself');
    });
  `;
  const { NODE_TEST_CONTEXT: _, ...env } = process.env;
  const { stderr } = spawnSync(
    process.execPath,
    ['--import', './tests/suppressed.ts', '--input-type=module', '-e', source],
    { cwd: PROJECT_ROOT, env, encoding: 'utf8' },
  );
  const said = Array.from(stderr.matchAll(/^Error: (.*)$/gm), ([, it]) => it);
  assert.deepEqual(said, [
    'the test itself',
    'the second disposal',
    'the first disposal',
  ]);
});
