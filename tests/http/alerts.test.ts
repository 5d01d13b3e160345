import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { execFile, spawn, spawnSync } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { describe, test } from 'node:test';
import { promisify } from 'node:util';

import { PROJECT_ROOT } from '../../lib/core/projectRoot.ts';
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

test('every alert has a case in which it fires and one in which it does not', async () => {
  const read = (file: string): Promise<string> =>
    readFile(path.join(PROJECT_ROOT, file), 'utf8');
  const rules = await read('docs/alerts.yml');
  const cases = await read('tests/http/alerts.test.yml');
  const alerts = Array.from(rules.matchAll(/- alert: (\w+)/g), ([, it]) => it);
  assert.ok(alerts.includes('AtriumDown'));
  const outcomes = Array.from(
    cases.matchAll(/alertname: (\w+),?\s+exp_alerts:( \[\])?/g),
    ([, name, none]) => `${name} ${none === undefined ? 'fires' : 'is silent'}`,
  );
  const wanted = alerts.flatMap((it) => [`${it} fires`, `${it} is silent`]);
  assert.deepEqual(new Set(outcomes), new Set(wanted));
});

describe('promtool', { skip: noPromtool }, () => {
  test('accepts the alert rules and passes their tests', async () => {
    await promtool('check', 'rules', 'docs/alerts.yml');
    await promtool('test', 'rules', 'tests/http/alerts.test.yml');
  });

  test('finds no violation of naming rules in the metrics', async (t) => {
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
