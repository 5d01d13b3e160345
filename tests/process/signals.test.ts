import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';

import { generate } from 'selfsigned';

import { sample } from '../../scripts/samples.ts';
import { ProtooClient } from '../../tools/fixtures/ProtooClient.ts';
import { audioParameters, rtpCapabilities } from '../../tools/fixtures/rtp.ts';
import { rootKey } from '../support/apiKeys.ts';
import { send } from '../support/http.ts';
import { ConfigFolder, ServerProcess } from '../support/ServerProcess.ts';
import { gone } from '../support/workers.ts';

const WAYS = 'ways to start, configure and signal a process';

describe('the server process', () => {
  let folder: ConfigFolder;

  before(async () => {
    folder = await ConfigFolder.create();
  });

  after(() => folder.remove());

  test('asks all clients to reconnect on SIGINT, and exits with 0 in spite of one that does not respond', async () => {
    const server = await ServerProcess.start(await folder.add());
    const { client } = await ProtooClient.join(server.url, 'room', 'alice');
    const waiting = await ProtooClient.connect(server.url, 'room', 'bob');
    const mute = await ProtooClient.join(server.url, 'room', 'carol');
    mute.client.raw.pause();
    assert.equal(await server.end('SIGINT'), 0);
    assert.equal((await client.closed).code, 1001);
    assert.equal((await waiting.closed).code, 1001);
    mute.client.raw.resume();
    await mute.client.closed;
  });

  test('keeps running after the reader of its output has gone, and exits on SIGTERM when it has no clients', async () => {
    const server = await ServerProcess.start(await folder.add());
    server.child.stdout.destroy();
    server.child.stderr.destroy();
    await folder.write(server.config, { listen: { port: 'none' } });
    server.child.kill('SIGHUP');
    for (const peerId of ['alice', 'bob']) {
      const { client } = await ProtooClient.join(server.url, 'room', peerId);
      await client.close();
    }
    assert.equal(await server.end('SIGTERM'), 0);
  });

  test('exits with 0 once the server API has drained it', async () => {
    const server = await ServerProcess.start(
      await folder.add({ auth: { apiKeys: [rootKey.entry] } }),
    );
    const { client } = await ProtooClient.join(server.url, 'room', 'alice');
    const { status } = await send(
      server.url,
      '/api/server/v1/nodes/self/drain',
      undefined,
      { method: 'POST', headers: rootKey.headers },
    );
    assert.equal(status, 202);
    await client.notified('serverDraining');
    await client.request('leaveRoom');
    const [code] = await server.exited;
    assert.equal(code, 0);
  });

  test('keeps a room running after SIGTERM until it is empty', async () => {
    const server = await ServerProcess.start(await folder.add());
    const { client: alice } = await ProtooClient.join(
      server.url,
      'room',
      'alice',
    );
    server.child.kill('SIGTERM');
    await server.says(/drains/);
    const notice = await alice.notified('serverDraining');
    assert.ok(Number(notice['deadline']) > Date.now(), JSON.stringify(notice));
    const { client: bob } = await ProtooClient.join(server.url, 'room', 'bob');
    assert.deepEqual(await bob.notified('serverDraining'), notice);
    const late = await ProtooClient.connect(server.url, 'new', 'carol');
    await assert.rejects(
      late.request('joinRoom', { roomId: 'new', peerId: 'carol' }),
      { code: 503, message: /creates no more rooms/ },
    );
    await alice.request('leaveRoom');
    await bob.request('leaveRoom');
    const [status] = await server.exited;
    assert.equal(status, 0);
    assert.equal((await late.closed).code, 1012);
  });

  test('sends all clients elsewhere when the drain times out', async () => {
    const server = await ServerProcess.start(
      await folder.add({ shutdown: { drainTimeout: 200 } }),
    );
    const { client } = await ProtooClient.join(server.url, 'room', 'alice');
    assert.equal(await server.end('SIGTERM'), 0);
    assert.equal((await client.closed).code, 1012);
  });

  type Send = (server: ServerProcess) => unknown;
  const second: Record<string, Send> = {
    'a second SIGTERM to its process group': (it) => it.signalGroup('SIGTERM'),
    'a second SIGINT to its process group': (it) => it.signalGroup('SIGINT'),
    'a second signal': (it) => it.child.kill('SIGTERM'),
  };
  for (const [what, send] of sample(WAYS, Object.entries(second))) {
    test(`stops at once on ${what}, and leaves no worker`, async () => {
      const server = await ServerProcess.start(await folder.add());
      const { workers } = server;
      assert.equal(workers.length, 1);
      const { client } = await ProtooClient.join(server.url, 'room', 'alice');
      server.child.kill('SIGTERM');
      await server.says(/drains/);
      send(server);
      const [status] = await server.exited;
      assert.equal(status, 1);
      await client.closed;
      await gone(workers);
    });
  }

  test('keeps its workers until it has drained when its process group gets SIGTERM', async () => {
    const server = await ServerProcess.start(await folder.add());
    const { workers } = server;
    const { client } = await ProtooClient.join(server.url, 'room', 'alice', {
      rtpCapabilities,
    });
    await client.request('createWebRtcTransport', { direction: 'send' });
    server.signalGroup('SIGTERM');
    await server.says(/drains/);
    // A worker that got the signal would not open another one.
    await client.request('createWebRtcTransport', { direction: 'recv' });
    const { producerId } = await client.request('produce', {
      kind: 'audio',
      rtpParameters: audioParameters(),
    });
    await client.request('closeProducer', { producerId });
    assert.deepEqual(server.workers, workers);
    assert.deepEqual(
      client.notifications.filter(({ method }) => method === 'mediaReset'),
      [],
    );
    await client.request('leaveRoom');
    const [status] = await server.exited;
    assert.equal(status, 0);
    await gone(workers);
  });

  test('leaves no worker when it is killed', async () => {
    const server = await ServerProcess.start(
      await folder.add({ workers: { count: 2 } }),
    );
    const { workers } = server;
    assert.equal(workers.length, 2);
    await server.end('SIGKILL');
    await gone(workers);
  });

  test('leaves no worker when it stops at once while one does not answer', async () => {
    const server = await ServerProcess.start(await folder.add());
    const { workers } = server;
    process.kill(workers[0] ?? 0, 'SIGSTOP');
    server.child.kill('SIGINT');
    await server.says(/^SIGINT/);
    assert.equal(await server.end('SIGINT'), 1);
    await gone(workers);
  });

  test('warns of a certificate that has expired or soon will', async () => {
    const day = 86_400_000;
    const ends: [left: number, warning: RegExp][] = [
      [-day, /the certificate .+ expired on .+; browsers refuse it/],
      [13 * day, /the certificate .+ expires on .+ and was not renewed yet/],
    ];
    for (const [left, warning] of sample(WAYS, ends)) {
      const made = await generate([{ name: 'commonName', value: 'short' }], {
        keyType: 'ec',
        notBeforeDate: new Date(Date.now() - 30 * day),
        notAfterDate: new Date(Date.now() + left),
      });
      const cert = path.join(folder.path, `short-cert.pem`);
      const key = path.join(folder.path, `short-key.pem`);
      await writeFile(cert, made.cert);
      await writeFile(key, made.private);
      const config = await folder.add({ tls: { cert, key } });
      const server = await ServerProcess.start(config);
      await server.says(warning);
      assert.equal(await server.end('SIGINT'), 0);
    }
  });

  test('drains and exits with 1 after an uncaught exception', async () => {
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
});
