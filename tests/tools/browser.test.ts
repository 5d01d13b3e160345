import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import process from 'node:process';
import { describe, test } from 'node:test';
import { promisify } from 'node:util';

const LAUNCH = new URL(
  '../../tools/fixtures/browser/launch.ts',
  import.meta.url,
).href;

/** Imports what starts browsers on a machine without one; prints the reason to skip. */
async function importWithoutBrowser(CI: string): Promise<string> {
  const script = `
    const { noBrowser } = await import('${LAUNCH}');
    console.log(noBrowser);`;
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ['--input-type=module', '--eval', script],
    { env: { ...process.env, CI, CHROMIUM_BIN: '/nowhere/chromium' } },
  );
  return stdout;
}

describe('tests with a browser, on a machine without one', () => {
  const reason = /^There is no Chromium at \/nowhere\/chromium: install/m;

  test('are skipped with the reason', async () => {
    assert.match(await importWithoutBrowser(''), reason);
  });

  test('fail in CI', async () => {
    await assert.rejects(importWithoutBrowser('true'), /There is no Chromium/);
  });
});
