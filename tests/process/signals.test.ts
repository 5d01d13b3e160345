import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { after, before, describe, test } from 'node:test';

import { PROJECT_ROOT } from '../../lib/config.ts';
import { ProtooClient } from '../support/ProtooClient.ts';
import { SECRET, SfuClient, userToken } from '../support/SfuClient.ts';

/** From a signal to the end of a server with nobody to wait for, ms. */
const PROMPT = 5_000;

/** The server as operators run it, in a process of its own. */
class ServerProcess {
  readonly child: ChildProcessWithoutNullStreams;
  readonly exited: Promise<unknown[]>;
  readonly #lines: string[] = [];
  url = '';

  private constructor(config: string) {
    this.child = spawn(process.execPath, ['server.ts'], {
      cwd: PROJECT_ROOT,
      env: { ...process.env, ATRIUM_CONFIG: config, DEBUG: undefined },
    });
    this.exited = once(this.child, 'exit');
    for (const stream of [this.child.stdout, this.child.stderr]) {
      createInterface(stream).on('line', (line) => {
        this.#lines.push(line);
        this.child.emit('line');
      });
    }
  }

  static async start(config: string): Promise<ServerProcess> {
    const server = new ServerProcess(config);
    const line = await server.says(/^Atrium is at (?<url>.+)$/);
    server.url = line.groups?.['url'] ?? '';
    return server;
  }

  /** Waits for a line of output, past or to come, and forgets it. */
  async says(pattern: RegExp): Promise<RegExpExecArray> {
    for (;;) {
      for (const [index, line] of this.#lines.entries()) {
        const found = pattern.exec(line);
        if (found) {
          this.#lines.splice(index, 1);
          return found;
        }
      }
      await once(this.child, 'line');
    }
  }

  /** Sends a signal and waits for the exit status. */
  async end(signal: NodeJS.Signals): Promise<number | null> {
    this.child.kill(signal);
    const [status] = await this.exited;
    return status as number | null;
  }
}

describe('the server process', () => {
  let folder: string;
  let configs = 0;

  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'atrium-signals-'));
  });

  after(() => rm(folder, { recursive: true }));

  async function configFile(options: object = {}, code = ''): Promise<string> {
    configs += 1;
    const file = path.join(folder, `config-${configs}.ts`);
    await write(file, options, code);
    return file;
  }

  function write(file: string, options: object, code = ''): Promise<void> {
    const config = {
      listen: { port: 0 },
      tls: {
        cert: path.join(folder, 'cert.pem'),
        key: path.join(folder, 'key.pem'),
      },
      rtc: { port: 0 },
      workers: { count: 1 },
      ...options,
    };
    return writeFile(
      file,
      `export default ${JSON.stringify(config)};\n${code}`,
    );
  }

  test('ends at once on SIGTERM when nobody is there', async () => {
    const server = await ServerProcess.start(await configFile());
    const asked = performance.now();
    assert.equal(await server.end('SIGTERM'), 0);
    assert.ok(performance.now() - asked < PROMPT);
  });

  test('tells everybody to come back on SIGINT, and ends with 0', async () => {
    const server = await ServerProcess.start(await configFile());
    const { client } = await ProtooClient.join(server.url, 'room', 'alice');
    const waiting = await ProtooClient.connect(server.url, 'room', 'bob');
    const asked = performance.now();
    assert.equal(await server.end('SIGINT'), 0);
    assert.ok(performance.now() - asked < PROMPT);
    assert.equal((await client.closed).code, 1001);
    assert.equal((await waiting.closed).code, 1001);
  });

  test('lets a room go on after SIGTERM until it is empty', async () => {
    const server = await ServerProcess.start(await configFile());
    const { client: alice } = await ProtooClient.join(
      server.url,
      'room',
      'alice',
    );
    server.child.kill('SIGTERM');
    await server.says(/drains/);
    const { client: bob } = await ProtooClient.join(server.url, 'room', 'bob');
    const late = await ProtooClient.connect(server.url, 'new', 'carol');
    await assert.rejects(
      late.request('joinRoom', { roomId: 'new', peerId: 'carol' }),
      { code: 503, message: /makes no new room/ },
    );
    await alice.request('leaveRoom');
    await bob.request('leaveRoom');
    const [status] = await server.exited;
    assert.equal(status, 0);
    assert.equal((await late.closed).code, 1012);
  });

  test('sends everybody elsewhere when the deadline of a drain has come', async () => {
    const server = await ServerProcess.start(
      await configFile({ drain: { deadline: 200 } }),
    );
    const { client } = await ProtooClient.join(server.url, 'room', 'alice');
    assert.equal(await server.end('SIGTERM'), 0);
    assert.equal((await client.closed).code, 1012);
  });

  test('stops at once on a second signal', async () => {
    const server = await ServerProcess.start(await configFile());
    const { client } = await ProtooClient.join(server.url, 'room', 'alice');
    server.child.kill('SIGTERM');
    await server.says(/drains/);
    assert.equal(await server.end('SIGTERM'), 1);
    await client.closed;
  });

  test('takes over a new configuration on SIGHUP, and refuses a bad one', async () => {
    const file = await configFile();
    const server = await ServerProcess.start(file);
    await assert.rejects(SfuClient.connect(server.url));

    const keys = [{ algorithm: 'HS256', secret: SECRET }];
    await write(file, { auth: { keys }, rtc: { port: 0, tcp: false } });
    server.child.kill('SIGHUP');
    await server.says(/took over the new configuration/);
    await server.says(/changes in rtc wait for a restart/);
    const ada = await SfuClient.connect(server.url, {
      header: userToken('ada'),
    });
    await ada.received('connected');

    await write(file, { auth: { keys: [{ algorithm: 'none' }] } });
    server.child.kill('SIGHUP');
    await server.says(/is refused, the old one stays/);
    const bob = await SfuClient.connect(server.url, {
      header: userToken('bob'),
    });
    await bob.received('connected');
    await Promise.all([ada.close(), bob.close()]);
    assert.equal(await server.end('SIGINT'), 0);
  });

  test('drains and ends with 1 on an exception that nobody caught', async () => {
    const config = await configFile(
      {},
      `process.on('SIGUSR2', () => { throw new Error('boom'); });`,
    );
    const server = await ServerProcess.start(config);
    server.child.kill('SIGUSR2');
    await server.says(/nobody caught: Error: boom/);
    await server.says(/drains/);
    assert.deepEqual(await server.exited, [1, null]);
  });

  test('lives on after a rejection that nobody awaited, and logs it', async () => {
    const config = await configFile(
      {},
      `process.on('SIGUSR2', () => { Promise.reject(new Error('alone')); });`,
    );
    const server = await ServerProcess.start(config);
    server.child.kill('SIGUSR2');
    await server.says(/nobody awaited: Error: alone/);
    const { client } = await ProtooClient.join(server.url, 'room', 'alice');
    await client.close();
    assert.equal(await server.end('SIGINT'), 0);
  });

  test('is not held up by a client that hears nothing', async () => {
    const server = await ServerProcess.start(await configFile());
    const { client } = await ProtooClient.join(server.url, 'room', 'alice');
    client.raw.pause();
    const asked = performance.now();
    assert.equal(await server.end('SIGINT'), 0);
    assert.ok(performance.now() - asked < PROMPT);
    client.raw.resume();
    await client.closed;
  });

  test('does not start where its port is taken, and leaves no worker', async () => {
    const blocker = createServer().listen(0, '127.0.0.1');
    await once(blocker, 'listening');
    const { port } = blocker.address() as AddressInfo;
    const child = spawn(process.execPath, ['server.ts'], {
      cwd: PROJECT_ROOT,
      env: {
        ...process.env,
        ATRIUM_CONFIG: await configFile({ listen: { port } }),
      },
    });
    const [output, [status]] = await Promise.all([
      text(child.stderr),
      // Workers share the streams, which close when the last of them is gone.
      once(child, 'close'),
    ]);
    assert.equal(status, 1);
    assert.match(output, new RegExp(`EADDRINUSE: .+ 127.0.0.1:${port}`));
    blocker.close();
  });

  test('does not start with a wrong option, and says which', async () => {
    const file = await configFile({ listen: { port: 'https' } });
    const child = spawn(process.execPath, ['server.ts'], {
      cwd: PROJECT_ROOT,
      env: { ...process.env, ATRIUM_CONFIG: file },
    });
    let output = '';
    child.stderr.on('data', (chunk: Buffer) => {
      output += chunk.toString();
    });
    const [status] = await once(child, 'close');
    assert.equal(status, 1);
    assert.match(output, /listen\.port: expected number, got "https"/);
  });
});
