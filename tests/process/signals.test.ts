import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { after, before, describe, test } from 'node:test';

import { PROJECT_ROOT } from '../../lib/config.ts';
import { ProtooClient } from '../support/ProtooClient.ts';
import { ConfigFolder, ServerProcess } from '../support/ServerProcess.ts';
import { SECRET, SfuClient, userToken } from '../support/SfuClient.ts';

/** From a signal to the end of a server with nobody to wait for, ms. */
const PROMPT = 5_000;

describe('the server process', () => {
  let folder: ConfigFolder;

  before(async () => {
    folder = await ConfigFolder.create();
  });

  after(() => folder.remove());

  test('ends at once on SIGTERM when nobody is there', async () => {
    const server = await ServerProcess.start(await folder.add());
    const asked = performance.now();
    assert.equal(await server.end('SIGTERM'), 0);
    assert.ok(performance.now() - asked < PROMPT);
  });

  test('tells everybody to come back on SIGINT, and ends with 0', async () => {
    const server = await ServerProcess.start(await folder.add());
    const { client } = await ProtooClient.join(server.url, 'room', 'alice');
    const waiting = await ProtooClient.connect(server.url, 'room', 'bob');
    const asked = performance.now();
    assert.equal(await server.end('SIGINT'), 0);
    assert.ok(performance.now() - asked < PROMPT);
    assert.equal((await client.closed).code, 1001);
    assert.equal((await waiting.closed).code, 1001);
  });

  test('lets a room go on after SIGTERM until it is empty', async () => {
    const server = await ServerProcess.start(await folder.add());
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
      await folder.add({ drain: { deadline: 200 } }),
    );
    const { client } = await ProtooClient.join(server.url, 'room', 'alice');
    assert.equal(await server.end('SIGTERM'), 0);
    assert.equal((await client.closed).code, 1012);
  });

  test('stops at once on a second signal', async () => {
    const server = await ServerProcess.start(await folder.add());
    const { client } = await ProtooClient.join(server.url, 'room', 'alice');
    server.child.kill('SIGTERM');
    await server.says(/drains/);
    assert.equal(await server.end('SIGTERM'), 1);
    await client.closed;
  });

  test('takes over a new configuration on SIGHUP, and refuses a bad one', async () => {
    const file = await folder.add();
    const server = await ServerProcess.start(file);
    await assert.rejects(SfuClient.connect(server.url));

    const keys = [{ algorithm: 'HS256', secret: SECRET }];
    await folder.write(file, { auth: { keys }, rtc: { port: 0, tcp: false } });
    server.child.kill('SIGHUP');
    await server.says(/took over the new configuration/);
    await server.says(/changes in rtc wait for a restart/);
    const ada = await SfuClient.connect(server.url, {
      header: userToken('ada'),
    });
    await ada.received('connected');

    await folder.write(file, { auth: { keys: [{ algorithm: 'none' }] } });
    server.child.kill('SIGHUP');
    await server.says(/is refused, the old one stays/);
    const bob = await SfuClient.connect(server.url, {
      header: userToken('bob'),
    });
    await bob.received('connected');
    await Promise.all([ada.close(), bob.close()]);
    assert.equal(await server.end('SIGINT'), 0);
  });

  test('drains and ends with 1 on an uncaught exception', async () => {
    const config = await folder.add(
      {},
      `process.on('SIGUSR2', () => { throw new Error('boom'); });`,
    );
    const server = await ServerProcess.start(config);
    server.child.kill('SIGUSR2');
    await server.says(/uncaught exception: Error: boom/);
    await server.says(/drains/);
    assert.deepEqual(await server.exited, [1, null]);
  });

  test('lives on after an unhandled rejection, and logs it', async () => {
    const config = await folder.add(
      {},
      `process.on('SIGUSR2', () => { Promise.reject(new Error('alone')); });`,
    );
    const server = await ServerProcess.start(config);
    server.child.kill('SIGUSR2');
    await server.says(/unhandled rejection: Error: alone/);
    const { client } = await ProtooClient.join(server.url, 'room', 'alice');
    await client.close();
    assert.equal(await server.end('SIGINT'), 0);
  });

  test('is not held up by a client that hears nothing', async () => {
    const server = await ServerProcess.start(await folder.add());
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
        ATRIUM_CONFIG: await folder.add({ listen: { port } }),
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
    const file = await folder.add({ listen: { port: 'https' } });
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
