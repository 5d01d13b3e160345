import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';

import { PROJECT_ROOT } from '../../lib/core/projectRoot.ts';

test('tests in order are not tried after one that fails', () => {
  const source = `
    import { describe, it } from 'node:test';
    import { inOrder } from './tests/support/inOrder.ts';
    describe('a story', () => {
      inOrder();
      it('begins', () => console.error('tried: begins'));
      it('breaks', () => { throw new Error('broken'); });
      it('goes on', () => console.error('tried: goes on'));
      it('ends', () => console.error('tried: ends'));
    });
    describe('another story', () => {
      inOrder();
      it('begins', () => console.error('tried: begins again'));
    });
  `;
  const { NODE_TEST_CONTEXT: _, ...env } = process.env;
  const { stdout, stderr } = spawnSync(
    process.execPath,
    ['--test-reporter=tap', '--input-type=module', '--eval', source],
    { cwd: PROJECT_ROOT, env, encoding: 'utf8' },
  );
  const tried = Array.from(stderr.matchAll(/^tried: (.*)$/gm), ([, it]) => it);
  assert.deepEqual(tried, ['begins', 'begins again']);
  const errors = Array.from(
    stdout.matchAll(/^ *error: '(.*)'$/gm),
    ([, it]) => it,
  );
  const notTried =
    'not tried: it goes on where "breaks" ends, which has failed';
  assert.deepEqual(errors, ['broken', notTried, notTried, '3 subtests failed']);
});
