import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';

import { generate } from 'selfsigned';

import { get } from '../support/http.ts';
import { ProtooClient } from '../../tools/fixtures/ProtooClient.ts';
import { audioParameters, rtpCapabilities } from '../../tools/fixtures/rtp.ts';
import { ConfigFolder, ServerProcess } from '../support/ServerProcess.ts';
import { SECRET, JsonClient, userToken } from '../support/JsonClient.ts';
import { gone } from '../support/workers.ts';

/** Longest time from a signal to the exit of a server without clients, ms. */
const PROMPT = 5_000;

describe('the server process', () => {
  let folder: ConfigFolder;

  before(async () => {
    folder = await ConfigFolder.create();
  });

  after(() => folder.remove());

  test('exits at once on SIGTERM when it has no clients', async () => {
    const server = await ServerProcess.start(await folder.add());
    const asked = performance.now();
    assert.equal(await server.end('SIGTERM'), 0);
    assert.ok(performance.now() - asked < PROMPT);
  });

  test('asks all clients to reconnect on SIGINT, and exits with 0', async () => {
    const server = await ServerProcess.start(await folder.add());
    const { client } = await ProtooClient.join(server.url, 'room', 'alice');
    const waiting = await ProtooClient.connect(server.url, 'room', 'bob');
    const asked = performance.now();
    assert.equal(await server.end('SIGINT'), 0);
    assert.ok(performance.now() - asked < PROMPT);
    assert.equal((await client.closed).code, 1001);
    assert.equal((await waiting.closed).code, 1001);
  });

  test('keeps running after the reader of its output has gone', async () => {
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

  test('stops at once on a second signal', async () => {
    const server = await ServerProcess.start(await folder.add());
    const { client } = await ProtooClient.join(server.url, 'room', 'alice');
    server.child.kill('SIGTERM');
    await server.says(/drains/);
    assert.equal(await server.end('SIGTERM'), 1);
    await client.closed;
  });

  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    test(`stops at once on a second ${signal} to its process group, and leaves no worker`, async () => {
      const server = await ServerProcess.start(await folder.add());
      const { workers } = server;
      assert.equal(workers.length, 1);
      const { client } = await ProtooClient.join(server.url, 'room', 'alice');
      server.child.kill('SIGTERM');
      await server.says(/drains/);
      server.signalGroup(signal);
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

  test('applies a new configuration on SIGHUP, and refuses an invalid one', async () => {
    const file = await folder.add();
    const server = await ServerProcess.start(file);
    const early = await JsonClient.connect(server.url, {
      header: userToken('ada'),
    });
    await early.received(
      'error',
      ({ error }) => error === 'AUTH_TOKEN_INVALID',
    );
    await early.close();

    const keys = [{ algorithm: 'HS256', secret: SECRET }];
    await folder.write(file, { auth: { keys }, rtc: { port: 0, tcp: false } });
    server.child.kill('SIGHUP');
    await server.says(/took over the new configuration/);
    await server.says(/changes in rtc wait for a restart/);
    const ada = await JsonClient.connect(server.url, {
      header: userToken('ada'),
    });
    await ada.received('connected');

    await folder.write(file, { auth: { keys: [{ algorithm: 'none' }] } });
    server.child.kill('SIGHUP');
    await server.says(/is refused, the old one stays/);
    const { body } = await get(server.url, '/metrics');
    assert.match(body, /^atrium_config_last_reload_successful 0$/m);
    const bob = await JsonClient.connect(server.url, {
      header: userToken('bob'),
    });
    await bob.received('connected');
    await Promise.all([ada.close(), bob.close()]);
    assert.equal(await server.end('SIGINT'), 0);
  });

  test('applies the latest configuration when SIGHUP arrives while it reads one', async () => {
    // The first read takes much longer than the second.
    const slow = `
      console.log('reads');
      await new Promise((resolve) => process.once('SIGUSR2', resolve));
    `;
    const file = await folder.add();
    const server = await ServerProcess.start(file);
    await folder.write(file, { limits: { peersPerAddress: 1 } }, slow);
    server.child.kill('SIGHUP');
    await server.says(/^reads$/);
    await folder.write(
      file,
      { limits: { peersPerAddress: 2 } },
      `console.log('reads the last one');`,
    );
    server.child.kill('SIGHUP');
    server.child.kill('SIGHUP');
    // A server that read at once would have finished by now.
    for (let request = 0; request < 20; request += 1) {
      await get(server.url, '/health');
    }
    server.child.kill('SIGUSR2');
    await server.says(/^reads the last one$/);
    await server.says(/took over the new configuration/);
    await server.says(/took over the new configuration/);
    const clients = await Promise.all(
      ['ada', 'bob'].map((id) => ProtooClient.join(server.url, 'room', id)),
    );
    await Promise.all(clients.map(({ client }) => client.close()));
    assert.equal(await server.end('SIGINT'), 0);
  });

  test('reloads the certificate on SIGHUP', async () => {
    const server = await ServerProcess.start(await folder.add());
    const file = path.join(folder.path, 'cert.pem');
    const good = await readFile(file);
    await writeFile(file, 'no certificate');
    // Logged when the certificate has changed, and again on the next reload.
    await server.says(/cannot be served, the old one stays/);
    for (let time = 0; time < 2; time += 1) {
      server.child.kill('SIGHUP');
      await server.says(/cannot be served, the old one stays/);
    }
    await writeFile(file, good);
    assert.equal(await server.end('SIGINT'), 0);
  });

  test('warns of a certificate that has expired or soon will', async () => {
    const day = 86_400_000;
    for (const [left, warning] of [
      [-day, /the certificate .+ expired on .+; browsers refuse it/],
      [13 * day, /the certificate .+ expires on .+ and was not renewed yet/],
    ] as const) {
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

  test('logs an unhandled rejection and keeps running', async () => {
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

  test('exits in spite of a client that does not respond', async () => {
    const server = await ServerProcess.start(await folder.add());
    const { client } = await ProtooClient.join(server.url, 'room', 'alice');
    client.raw.pause();
    const asked = performance.now();
    assert.equal(await server.end('SIGINT'), 0);
    assert.ok(performance.now() - asked < PROMPT);
    client.raw.resume();
    await client.closed;
  });
});
