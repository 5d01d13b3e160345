import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { test } from 'node:test';

import { PROJECT_ROOT } from '../../lib/core/projectRoot.ts';

const MISSING = '/nonexistent/chromium';

async function runWithoutChromium(env: NodeJS.ProcessEnv) {
  const { NODE_TEST_CONTEXT: _, CI: __, ...inherited } = process.env;
  const child = execFile(
    process.execPath,
    ['scripts/test.ts', 'tests/e2e/limits.test.ts'],
    {
      cwd: PROJECT_ROOT,
      env: { ...inherited, CHROMIUM_BIN: MISSING, ...env },
    },
  );
  let output = '';
  child.stdout?.on('data', (text) => (output += String(text)));
  child.stderr?.on('data', (text) => (output += String(text)));
  const [status] = (await once(child, 'close')) as [number];
  return { status, output };
}

test('a test in a browser fails in CI where there is no Chromium', async () => {
  const { status, output } = await runWithoutChromium({ CI: 'true' });
  assert.equal(status, 1, output);
  assert.match(output, /There is no Chromium at \/nonexistent\/chromium/);
});

test('a test in a browser is skipped elsewhere where there is no Chromium', async () => {
  const { output } = await runWithoutChromium({});
  assert.match(output, /^SKIPPED:\n.*There is no Chromium/m);
});
