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

  test('goes on when no one reads its output any more', async () => {
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

  test('lets a room go on after SIGTERM until it is empty', async () => {
    const server = await ServerProcess.start(await folder.add());
    const { client: alice } = await ProtooClient.join(
      server.url,
      'room',
      'alice',
    );
    server.child.kill('SIGTERM');
    await server.says(/drains/);
    const told = await alice.notified('serverDraining');
    assert.ok(Number(told['deadline']) > Date.now(), JSON.stringify(told));
    const { client: bob } = await ProtooClient.join(server.url, 'room', 'bob');
    assert.deepEqual(await bob.notified('serverDraining'), told);
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

  test('sends everybody elsewhere when the deadline of a drain has come', async () => {
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
    test(`stops at once on a second ${signal} of its process group, and leaves no worker`, async () => {
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

  test('keeps its workers when its process group gets SIGTERM, until it has drained', async () => {
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

  test('leaves no worker when it stops at once, though one does not answer', async () => {
    const server = await ServerProcess.start(await folder.add());
    const { workers } = server;
    process.kill(workers[0] ?? 0, 'SIGSTOP');
    server.child.kill('SIGINT');
    await server.says(/^SIGINT/);
    assert.equal(await server.end('SIGINT'), 1);
    await gone(workers);
  });

  test('takes over a new configuration on SIGHUP, and refuses a bad one', async () => {
    const file = await folder.add();
    const server = await ServerProcess.start(file);
    await assert.rejects(JsonClient.connect(server.url));

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

  test('takes over what was written last when SIGHUP comes while it reads', async () => {
    // The first reading ends long after the second would.
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
    // A server that read it at once would have done so after these.
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

  test('reads the certificate anew on SIGHUP', async () => {
    const server = await ServerProcess.start(await folder.add());
    const file = path.join(folder.path, 'cert.pem');
    const good = await readFile(file);
    await writeFile(file, 'no certificate');
    // Logged once when it has changed, and again only when it is read again.
    await server.says(/cannot be served, the old one stays/);
    for (let time = 0; time < 2; time += 1) {
      server.child.kill('SIGHUP');
      await server.says(/cannot be served, the old one stays/);
    }
    await writeFile(file, good);
    assert.equal(await server.end('SIGINT'), 0);
  });

  test('warns of a certificate that has expired, or soon will', async () => {
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
});
