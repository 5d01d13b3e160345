import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';

import { ENVIRONMENT, loadConfig } from '../../lib/config/load.ts';
import { wrong } from '../support/config.ts';

const SECRET = 'a secret of the tests that is long enough';

/** A value for each variable that is not the option's default. */
const VALUES: Readonly<
  Record<string, string | number | boolean | readonly string[]>
> = {
  ATRIUM_HOST: '::1',
  ATRIUM_PORT: 4_002,
  ATRIUM_TLS_CERT: 'a/cert.pem',
  ATRIUM_TLS_KEY: 'a/key.pem',
  ATRIUM_RTC_LISTEN_IP: '127.0.0.2',
  ATRIUM_RTC_PORT: 25_300,
  ATRIUM_ANNOUNCED_ADDRESS: 'localhost',
  ATRIUM_WORKERS: 3,
  ATRIUM_AUTH_MODE: 'token',
  ATRIUM_AUTH_ALLOW_OPEN: true,
  ATRIUM_OPS_HOST: '127.0.0.3',
  ATRIUM_OPS_PORT: 9_100,
  ATRIUM_STORE_FILE: 'a/atrium.db',
  ATRIUM_STORE_URL: 'postgres://atrium@localhost/atrium',
  ATRIUM_CLUSTER_REDIS: 'redis://localhost:6379',
  ATRIUM_CLUSTER_SECRET: 'a secret of nodes that is long enough',
  ATRIUM_CLUSTER_HOST: '127.0.0.4',
  ATRIUM_CLUSTER_PORT: 4_451,
  ATRIUM_CLUSTER_ADDRESS: 'node.example',
  ATRIUM_CLUSTER_REGION: 'eu-west',
  ATRIUM_LOG_FORMAT: 'json',
  ATRIUM_LOG_LEVEL: 'debug',
  ATRIUM_TRUST_PROXY: ['10.0.0.0/8', 'loopback'],
  ATRIUM_ORIGINS: ['https://meet.example'],
  ATRIUM_DRAIN_TIMEOUT: 3_600_000,
};

const key = { algorithm: 'HS256' as const, secret: SECRET };

describe('the environment', () => {
  let folder: string;
  let file: string;
  let plain: string;

  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'atrium-config-'));
    file = path.join(folder, 'config.ts');
    await writeFile(
      file,
      `export default { auth: { mode: 'open' }, listen: { host: '0.0.0.0' } };`,
    );
  });

  after(() => rm(folder, { recursive: true }));

  before(async () => {
    plain = path.join(folder, 'plain.ts');
    await writeFile(
      plain,
      `export default { listen: { port: 4001 }, log: { level: 'warn' } };`,
    );
  });

  for (const [variable, [section, option]] of Object.entries(ENVIRONMENT)) {
    test(`sets ${section}.${option} with ${variable}`, async () => {
      const value = VALUES[variable];
      assert.ok(value !== undefined, `the test has no value for ${variable}`);
      const config: Record<string, object> = await loadConfig({
        ATRIUM_CONFIG: plain,
        ATRIUM_AUTH_MODE: 'token',
        ATRIUM_AUTH_SECRET: SECRET,
        // A cluster is nothing without them.
        ATRIUM_CLUSTER_SECRET: SECRET,
        ATRIUM_STORE_URL: 'postgres://atrium@127.0.0.1/atrium',
        [variable]: String(value),
      });
      assert.deepEqual(
        { ...config[section], [option]: value },
        config[section],
      );
    });
  }

  test('sets nothing with an empty variable', async () => {
    const { listen } = await loadConfig({
      ATRIUM_CONFIG: plain,
      ATRIUM_PORT: '',
    });
    assert.equal(listen.port, 4_001);
  });

  test('is validated like the file', async () => {
    await assert.rejects(
      loadConfig({ ATRIUM_CONFIG: plain, ATRIUM_PORT: '80a' }),
      { message: wrong('listen.port: expected number, got "80a"') },
    );
  });

  test('keeps the other options of a section from the file', async () => {
    const { listen } = await loadConfig({
      ATRIUM_CONFIG: plain,
      ATRIUM_HOST: '::1',
    });
    assert.deepEqual(listen, { host: '::1', port: 4_001, tls: true });
  });

  const files: Record<string, [text: string, message: RegExp]> = {
    'does not parse': [
      'export default {',
      /broken-\d\.ts cannot be loaded: SyntaxError/,
    ],
    throws: [
      'throw new Error("no luck")',
      /broken-\d\.ts cannot be loaded: Error: no luck/,
    ],
    'exports nothing': [
      'export {}',
      /broken-\d\.ts has to export the options as its default/,
    ],
    'is empty': [
      '',
      /broken-\d\.ts: expected options as its default export, got none/,
    ],
    'exports no options': [
      'export default 7',
      /broken-\d\.ts has to export the options as its default/,
    ],
  };
  for (const [index, [what, [text, message]]] of Object.entries(
    files,
  ).entries()) {
    test(`names a file that ${what}`, async () => {
      const broken = path.join(folder, `broken-${index}.ts`);
      await writeFile(broken, text);
      await assert.rejects(loadConfig({ ATRIUM_CONFIG: broken }), {
        name: 'ConfigError',
        message,
      });
    });
  }

  test('names a missing file', async () => {
    const missing = path.join(folder, 'missing.ts');
    await assert.rejects(loadConfig({ ATRIUM_CONFIG: missing }), {
      message: wrong(`ATRIUM_CONFIG: there is no file ${missing}`),
    });
  });

  test('overrides the authentication options of the file', async () => {
    await assert.rejects(
      loadConfig({ ATRIUM_CONFIG: file }),
      /auth\.allowOpen/,
    );
    const open = await loadConfig({
      ATRIUM_CONFIG: file,
      ATRIUM_AUTH_ALLOW_OPEN: 'true',
    });
    assert.equal(open.auth.allowOpen, true);
    const { auth } = await loadConfig({
      ATRIUM_CONFIG: file,
      ATRIUM_AUTH_MODE: 'token',
      ATRIUM_AUTH_SECRET: SECRET,
    });
    assert.equal(auth.mode, 'token');
    assert.deepEqual(auth.keys, [key]);
  });
});
