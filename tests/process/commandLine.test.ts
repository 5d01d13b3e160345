import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';

import { generate } from 'selfsigned';

import { argumentsIn } from '../../lib/commandLine.ts';
import { ConfigFolder, ServerProcess } from '../support/ServerProcess.ts';

describe('the command line of the server', () => {
  let folder: ConfigFolder;

  before(async () => {
    folder = await ConfigFolder.create();
  });

  after(() => folder.remove());

  /** Runs the command and waits until it exits. */
  async function run(
    options: readonly string[],
    config: object = {},
    env: NodeJS.ProcessEnv = {},
  ) {
    const file = await folder.add(config);
    const server = ServerProcess.launch(file, [], env, options);
    const status = await server.ended();
    return { status, output: server.output.join('\n') };
  }

  test('prints its help and its version', async () => {
    const help = await run(['--help']);
    assert.equal(help.status, 0);
    assert.match(help.output, /^Usage: node server\.ts/);
    const version = await run(['--version']);
    assert.equal(version.status, 0);
    assert.match(version.output, /^\d+\.\d+\.\d+$/);
  });

  test('refuses unknown arguments', async () => {
    for (const argument of ['--port=443', 'config.ts']) {
      assert.throws(() => argumentsIn([argument]), {
        name: 'StartError',
        message: /\n\nUsage: node server\.ts/,
      });
    }
    const { status, output } = await run(['--check=no']);
    assert.equal(status, 1);
    assert.match(output, /\n\nUsage: node server\.ts/);
    assert.doesNotMatch(output, / {4}at /);
  });

  const wrong: Record<string, [config: object, env: object, said: RegExp]> = {
    'a certificate': [
      { listen: { host: '0.0.0.0', port: 0 }, auth: { allowOpen: true } },
      { ATRIUM_TLS_CERT: '/nonexistent/cert.pem' },
      /(?:^|\n)The configuration is wrong:\n {2}tls\.cert, tls\.key: expected a certificate with its key in PEM, got ENOENT.*$/,
    ],
    'an address of the host': [
      { rtc: { listenIp: '192.0.2.1' } },
      {},
      /^rtc\.listenIp: expected an address of this host, got 192\.0\.2\.1.*$/,
    ],
    'a worker': [
      {},
      { MEDIASOUP_WORKER_BIN: '/nonexistent/worker' },
      /^the media worker is not a program that can be run: put it in place with npm run setup, or correct the variable MEDIASOUP_WORKER_BIN$/,
    ],
  };
  for (const [what, [config, env, said]] of Object.entries(wrong)) {
    test(`reports the fault in ${what} with --check, and nothing after it`, async () => {
      const { status, output } = await run(
        ['--check'],
        config,
        env as NodeJS.ProcessEnv,
      );
      assert.equal(status, 1, output);
      assert.match(output, said);
    });
  }

  test('prints warnings at any log level, and succeeds', async () => {
    const made = await generate([{ name: 'commonName', value: 'short' }], {
      notAfterDate: new Date(Date.now() + 86_400_000),
    });
    const cert = path.join(folder.path, 'short.pem');
    const key = path.join(folder.path, 'short-key.pem');
    await writeFile(cert, made.cert);
    await writeFile(key, made.private);
    const { status, output } = await run(
      ['--check'],
      {
        listen: { host: '0.0.0.0', port: 0 },
        auth: { allowOpen: true, users: { url: 'http://users.example/{id}' } },
        log: { level: 'error' },
        tls: { cert, key },
        accounts: { hashMemory: 9_000, hashPasses: 3 },
      },
      { ATRIUM_LOGLEVEL: 'debug' },
    );
    assert.equal(status, 0, output);
    for (const warning of [
      /ATRIUM_LOGLEVEL: there is no such environment variable/,
      /rtc\.listenIp: expected an address that others reach, because listen\.host is 0\.0\.0\.0, got 127\.0\.0\.1/,
      /auth\.users\.url: expected https/,
      /auth\.keys: expected a key, because auth\.users\.url is set/,
      /auth\.keys: expected an HS256 key to sign logins with, because accounts\.registration is "open", got none/,
      /accounts\.hashPasses: expected at least 4, because accounts\.hashMemory is 9000, got 3/,
      /short\.pem/,
    ]) {
      assert.match(output, warning);
    }
    assert.match(output, /The configuration is valid\.$/m);
  });
});
