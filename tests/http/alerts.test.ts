import assert from 'node:assert/strict';
import { execFile, spawn, spawnSync } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { describe, test } from 'node:test';
import { promisify } from 'node:util';

import { PROJECT_ROOT } from '../../lib/config/load.ts';
import { get } from '../support/http.ts';
import { startServer } from '../../tools/fixtures/server.ts';
import { endSession, holdSession } from '../support/session.ts';
import { withTokens } from '../support/JsonClient.ts';

const noPromtool: string | false =
  spawnSync('promtool', ['--version']).error !== undefined &&
  'promtool is not installed; the package prometheus has it';

if (noPromtool) {
  console.error(`ALERTS AND METRICS ARE NOT TESTED: ${noPromtool}`);
}

function promtool(...args: string[]): Promise<{ stdout: string }> {
  return promisify(execFile)('promtool', args, { cwd: PROJECT_ROOT });
}

describe('promtool', { skip: noPromtool }, () => {
  test('takes the alert rules, and sees them fire as they should', async () => {
    await promtool('check', 'rules', 'docs/alerts.yml');
    await promtool('test', 'rules', 'tests/http/alerts.test.yml');
  });

  test('finds nothing against the naming rules in the metrics', async (t) => {
    const server = await startServer(withTokens);
    t.after(() => server.close());
    const session = await holdSession(server);
    const { body } = await get(server.url, '/metrics');
    await endSession(session);
    const check = spawn('promtool', ['check', 'metrics']);
    check.stdin.end(body);
    assert.equal(await text(check.stderr), '');
  });
});
