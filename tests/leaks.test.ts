import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';

import { PROJECT_ROOT } from '../lib/core/projectRoot.ts';

/** Runs a test by its body, in a process of its own. */
function run(body: string) {
  const { NODE_TEST_CONTEXT: _, ...env } = process.env;
  const source = `
    import { mock, test } from 'node:test';
    test('a test', (t) => { ${body} });
  `;
  return spawnSync(
    process.execPath,
    ['--import', './tests/leaks.ts', '--input-type=module', '--eval', source],
    { cwd: PROJECT_ROOT, env, encoding: 'utf8' },
  );
}

// Node restores mocks in the order in which they were made.
const MOCKED_TWICE = `
  t.mock.method(performance, 'now', () => 1);
  t.mock.method(performance, 'now', () => 2);
`;

for (const [name, body] of [
  ['performance.now', MOCKED_TWICE],
  ['Date.now', "mock.timers.enable({ apis: ['Date'] });"],
] as const) {
  test(`a process that ends with ${name} mocked fails`, () => {
    const { status, stderr } = run(body);
    assert.equal(status, 1, stderr);
    assert.match(stderr, new RegExp(`^LEAK: ${name} is still mocked`, 'm'));
  });
}

test('a process whose mocks of the clock end with their test passes', () => {
  const { status, stderr } = run(
    "t.mock.method(performance, 'now', () => 1); t.mock.timers.enable({ apis: ['Date'] });",
  );
  assert.deepEqual({ status, stderr }, { status: 0, stderr: '' });
});
