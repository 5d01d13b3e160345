import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { after, before, describe, test } from 'node:test';

import { PROJECT_ROOT } from '../../../lib/core/projectRoot.ts';
import type { ConfigInput } from '../../../lib/config/schema.ts';
import type { Server } from '../../../lib/Server.ts';
import { startServer } from '../../../tools/fixtures/server.ts';
import { SECRET } from '../../support/JsonClient.ts';

const SCRIPT = path.join(PROJECT_ROOT, 'tools', 'load.ts');

/** A load of two peers with one audio track each. */
const SMALL =
  '--peers 2 --publishers 1 --publish audio --ramp 50 --processes 1'.split(' ');

function spawnLoad(args: readonly string[], secret = '') {
  return spawn(process.execPath, [SCRIPT, ...args], {
    env: { ...process.env, ATRIUM_AUTH_SECRET: secret },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

/** Runs the command to its end. */
async function load(args: readonly string[], secret?: string) {
  const child = spawnLoad(args, secret);
  const [stdout, stderr] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'close'),
  ]);
  return { status: child.exitCode, stdout, stderr };
}

/** Runs the command until all peers have joined, and presses Ctrl-C. */
async function loadUntilIn(args: readonly string[], secret?: string) {
  const child = spawnLoad([...SMALL, '--duration=600', ...args], secret);
  const errors = text(child.stderr);
  const lines: string[] = [];
  for await (const line of createInterface(child.stdout)) {
    lines.push(line);
    if (
      !child.killed &&
      / s, 2 of 2 peers in, 1 tracks sent .* 1 received \((?!0\.00)/.test(line)
    ) {
      child.kill('SIGINT');
    }
  }
  if (child.exitCode === null) {
    await once(child, 'exit');
  }
  return { status: child.exitCode, lines, stderr: await errors };
}

describe('npm run load', () => {
  let folder: string;
  let server: Server;
  let guarded: Server;
  const { publicKey, privateKey } = generateKeyPairSync('ec', {
    namedCurve: 'P-256',
  });

  before(async () => {
    folder = mkdtempSync(path.join(tmpdir(), 'atrium-load-'));
    writeFileSync(
      path.join(folder, 'key.pem'),
      privateKey.export({ type: 'pkcs8', format: 'pem' }),
    );
    writeFileSync(
      path.join(folder, 'public.pem'),
      publicKey.export({ type: 'spki', format: 'pem' }),
    );
    const auth: ConfigInput['auth'] = {
      mode: 'token',
      keys: [
        { algorithm: 'HS256', secret: SECRET },
        {
          algorithm: 'ES256',
          kid: 'es',
          publicKey: publicKey
            .export({ type: 'spki', format: 'pem' })
            .toString(),
        },
      ],
    };
    [server, guarded] = await Promise.all([
      startServer(),
      startServer({ auth }),
    ]);
  });

  after(async () => {
    await Promise.all([server?.close(), guarded?.close()]);
    rmSync(folder, { recursive: true, force: true });
  });

  test('shows its progress, and ends with a table on Ctrl-C', async () => {
    const { status, lines, stderr } = await loadUntilIn(['--url', server.url]);
    assert.deepEqual({ status, stderr }, { status: 0, stderr: '' });
    const names = lines
      .filter((line) => !/^\d+ s, /.test(line))
      .map((line) => line.split('  ')[0]);
    assert.deepEqual(names, [
      'peers',
      'tracks',
      'join',
      'first packet',
      'packets',
      'bitrate',
      'silent',
      'this tool',
    ]);
    assert.ok(lines.includes('peers         2 of 2 joined, 0 could not'));
  });

  test('fails when a threshold is exceeded', async () => {
    const { status, stderr } = await loadUntilIn([
      '--url',
      server.url,
      '--max-join-p99=0',
      '--max-loss=100',
      '--max-errors=0',
    ]);
    assert.equal(status, 1);
    assert.match(
      stderr,
      /^FAILED: one join in a hundred took \d+ ms or more, 0 ms are allowed\n$/,
    );
  });

  test('fails when no peer can join, and reports why as JSON', async () => {
    const { status, stdout, stderr } = await load([
      ...SMALL,
      '--duration=600',
      '--json',
      '--url=wss://127.0.0.1:1',
    ]);
    assert.deepEqual({ status, stderr }, { status: 1, stderr: '' });
    const { peers, errors, failures } = JSON.parse(stdout);
    assert.deepEqual(peers, { started: 2, joined: 0, failed: 2 });
    assert.deepEqual(Object.keys(errors), ['connect ECONNREFUSED']);
    assert.deepEqual(failures, ['no peer could join']);
  });

  test('signs tokens with the secret of the server', async () => {
    const { status } = await loadUntilIn(['--url', guarded.url], SECRET);
    assert.equal(status, 0);
  });

  test('signs tokens with a private key', async () => {
    const key = path.join(folder, 'key.pem');
    const args = ['--url', guarded.url, '--key', key, '--kid', 'es'];
    const { status } = await loadUntilIn(args);
    assert.equal(status, 0);
  });

  test('is refused without a token', async () => {
    const { stdout, status } = await load([
      ...SMALL,
      '--duration=600',
      '--max-errors=2',
      '--url',
      guarded.url,
    ]);
    assert.equal(status, 1);
    assert.match(stdout, /2 × connect 401: .*TOKEN_MISSING/);
  });

  test('prints its help', async () => {
    const { status, stdout } = await load(['--help']);
    assert.equal(status, 0);
    assert.match(stdout, /^Usage: npm run load -- --url URL/);
    assert.match(stdout, /--max-loss PERCENT {2}Fail/);
  });

  test('reports that a file is not a key', async () => {
    const key = path.join(folder, 'public.pem');
    const args = ['--url', server.url, '--key', key];
    const { status, stderr } = await load(args);
    assert.equal(status, 2);
    assert.match(stderr, /^--key: /);
  });
});
