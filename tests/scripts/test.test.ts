import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';

import { PROJECT_ROOT } from '../../lib/core/projectRoot.ts';

/** Fails in the first process that runs it, and passes in later ones. */
const FLAKY = `
  import assert from 'node:assert/strict';
  import { existsSync, writeFileSync } from 'node:fs';
  import { test } from 'node:test';
  const seen = import.meta.filename + '.seen';
  const again = existsSync(seen);
  writeFileSync(seen, '');
  test('is steady', () => {});
  test('is flaky', () => assert.ok(again, 'it is the first run'));
`;

/** Passes in a process that one other such file shares. */
const SHARES = `
  import assert from 'node:assert/strict';
  import { test } from 'node:test';
  globalThis.files = (globalThis.files ?? 0) + 1;
  test('has company', () => assert.equal(globalThis.files, 2));
`;

const PASSES = `
  import { test } from 'node:test';
  test('passes', () => {});
`;

const BROKEN = `
  import assert from 'node:assert/strict';
  import { test } from 'node:test';
  test('is broken', () => assert.fail('it never works'));
`;

describe('a run of the tests', () => {
  let project: string;

  before(() => {
    project = mkdtempSync(join(tmpdir(), 'atrium-run-'));
    for (const part of [
      'package.json',
      'lib',
      'scripts',
      'tests/asyncIds.ts',
      'tests/leaks.ts',
      'tests/suppressed.ts',
      'tests/mockedTimers.ts',
    ]) {
      cpSync(join(PROJECT_ROOT, part), join(project, part), {
        recursive: true,
      });
    }
    // These tests need no databases.
    mkdirSync(join(project, 'tests', 'support'));
    writeFileSync(join(project, 'tests', 'support', 'prepare.ts'), '');
    symlinkSync(
      join(PROJECT_ROOT, 'node_modules'),
      join(project, 'node_modules'),
    );
  });

  after(() => rmSync(project, { recursive: true, force: true }));

  /** Runs the tests of the project, which are these. */
  async function run(files: Record<string, string>, ...options: string[]) {
    const paths = Object.keys(files);
    for (const [path, source] of Object.entries(files)) {
      mkdirSync(join(project, path, '..'), { recursive: true });
      await writeFile(join(project, path), source);
    }
    const { NODE_TEST_CONTEXT: _, ...env } = process.env;
    const tests = paths.filter((path) => path.endsWith('.test.ts'));
    const child = execFile(
      process.execPath,
      ['scripts/test.ts', ...options, ...tests],
      { cwd: project, env },
    );
    let output = '';
    child.stdout?.on('data', (text) => (output += String(text)));
    child.stderr?.on('data', (text) => (output += String(text)));
    const [status] = (await once(child, 'close')) as [number];
    for (const path of paths) {
      rmSync(join(project, `${path}.seen`), { force: true });
    }
    return { status, output };
  }

  test('passes with --retry if a file passes alone, and says so', async () => {
    const { status, output } = await run(
      { 'tests/chaos/flaky.test.ts': FLAKY },
      '--retry',
    );
    assert.equal(status, 0, output);
    assert.match(output, /it is the first run/);
    assert.match(
      output,
      /^FLAKY: tests\/chaos\/flaky\.test\.ts failed at first and passed alone$/m,
    );
    assert.match(output, /^2 passed, 0 failed, 0 skipped\n$/m);
  });

  test('fails with --retry if a file fails twice, and counts it once', async () => {
    const { status, output } = await run(
      { 'tests/process/broken.test.ts': BROKEN },
      '--retry',
    );
    assert.equal(status, 1, output);
    assert.match(output, /^ℹ RETRY: tests\/process\/broken\.test\.ts/m);
    assert.doesNotMatch(output, /FLAKY/);
    assert.match(output, /^0 passed, 1 failed, 0 skipped\n$/m);
  });

  test('gives no second run to files of other folders with --retry', async () => {
    const { status, output } = await run(
      { 'tests/rooms/flaky.test.ts': FLAKY },
      '--retry',
    );
    assert.equal(status, 1, output);
    assert.doesNotMatch(output, /RETRY|FLAKY/);
    assert.match(output, /^1 passed, 1 failed, 0 skipped\n$/m);
  });

  test('gives no second run without --retry', async () => {
    const { status, output } = await run({
      'tests/chaos/flaky.test.ts': FLAKY,
    });
    assert.equal(status, 1, output);
    assert.doesNotMatch(output, /RETRY|FLAKY/);
    assert.match(output, /^1 passed, 1 failed, 0 skipped\n$/m);
  });

  test('shares a process among the files of folders, and names the file of a failure', async () => {
    const { status, output } = await run({
      'tests/feed/one.test.ts': SHARES,
      'tests/rooms/two.test.ts': SHARES,
      'tests/rooms/broken.test.ts': BROKEN,
    });
    assert.equal(status, 1, output);
    assert.match(output, /^ℹ tests\/feed, tests\/rooms \(/m);
    assert.match(output, /^test at tests\/rooms\/broken\.test\.ts:4:/m);
    assert.match(output, /^2 passed, 1 failed, 0 skipped\n$/m);
  });

  test('gives a file that awaits something at its top a process of its own', async () => {
    const { output } = await run({
      'tests/feed/one.test.ts': SHARES,
      'tests/rooms/two.test.ts':
        `await import('node:fs');\n${SHARES}`.replaceAll('\n  ', '\n'),
    });
    assert.match(output, /^ℹ tests\/rooms\/two\.test\.ts \(/m);
    assert.match(output, /^0 passed, 2 failed, 0 skipped\n$/m);
  });

  test('fails if a file holds no test, beside others or alone', async () => {
    const { status, output } = await run({
      'tests/feed/one.test.ts': SHARES,
      'tests/rooms/two.test.ts': SHARES,
      'tests/rooms/empty.test.ts': '',
      'tests/chaos/empty.test.ts': '',
    });
    assert.equal(status, 1, output);
    assert.match(output, /^ℹ tests\/rooms\/empty\.test\.ts holds no test$/m);
    assert.match(output, /^ℹ tests\/chaos\/empty\.test\.ts holds no test$/m);
    assert.match(output, /^2 passed, 2 failed, 0 skipped\n$/m);
  });

  test('accepts a file that imports what declares its tests', async () => {
    const { status, output } = await run({
      'tests/chaos/smoke.ts': PASSES,
      'tests/chaos/one.test.ts': `import './smoke.ts';\n`,
    });
    assert.equal(status, 0, output);
    assert.match(output, /^1 passed, 0 failed, 0 skipped\n$/m);
  });

  test('gives each file that may run again a process of its own', async () => {
    const { output } = await run({
      'tests/process/one.test.ts': SHARES,
      'tests/process/two.test.ts': SHARES,
    });
    assert.match(output, /^0 passed, 2 failed, 0 skipped\n$/m);
  });
});
