import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';

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

  test('keeps running after the reader of its output has gone, and exits with 0 once the server API has drained it', async () => {
    const options = { auth: { apiKeys: [rootKey.entry] } };
    const server = await ServerProcess.start(await folder.add(options));
    server.child.stdout.destroy();
    server.child.stderr.destroy();
    // Each of these is logged.
    await folder.write(server.config, { listen: { port: 'none' } });
    server.child.kill('SIGHUP');
    const bob = await ProtooClient.join(server.url, 'room', 'bob');
    await bob.client.close();
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

  test('keeps a room and its workers running until it is empty when its process group gets SIGTERM', async () => {
    const server = await ServerProcess.start(await folder.add());
    const { workers } = server;
    const { client: alice } = await ProtooClient.join(
      server.url,
      'room',
      'alice',
      { rtpCapabilities },
    );
    await alice.request('createWebRtcTransport', { direction: 'send' });
    server.signalGroup('SIGTERM');
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
    // A worker that got the signal would not open another transport.
    await alice.request('createWebRtcTransport', { direction: 'recv' });
    const { producerId } = await alice.request('produce', {
      kind: 'audio',
      rtpParameters: audioParameters(),
    });
    await alice.request('closeProducer', { producerId });
    assert.deepEqual(server.workers, workers);
    assert.deepEqual(
      alice.notifications.filter(({ method }) => method === 'mediaReset'),
      [],
    );
    await alice.request('leaveRoom');
    await bob.request('leaveRoom');
    const [status] = await server.exited;
    assert.equal(status, 0);
    assert.equal((await late.closed).code, 1012);
    await gone(workers);
  });

  type Send = (server: ServerProcess) => unknown;
  const second: Record<string, Send> = {
    'a second SIGTERM to its process group': (it) => it.signalGroup('SIGTERM'),
    'a second SIGINT to its process group': (it) => it.signalGroup('SIGINT'),
    'a second signal': (it) => it.child.kill('SIGTERM'),
  };
  for (const [what, send] of sample(WAYS, Object.entries(second))) {
    test(`stops at once on ${what}, and leaves no worker, not even one that does not respond`, async () => {
      const server = await ServerProcess.start(
        await folder.add({ workers: { count: 2 } }),
      );
      const { workers } = server;
      assert.equal(workers.length, 2);
      const { client } = await ProtooClient.join(server.url, 'room', 'alice');
      for (const worker of workers) {
        process.kill(worker, 'SIGSTOP');
      }
      server.child.kill('SIGTERM');
      await server.says(/drains/);
      send(server);
      const [status] = await server.exited;
      assert.equal(status, 1);
      await client.closed;
      await gone(workers);
    });
  }

  test('drains until the timeout after an uncaught exception, sends all clients elsewhere, and exits with 1', async () => {
    const config = await folder.add(
      { shutdown: { drainTimeout: 200 } },
      `process.on('SIGUSR2', () => { throw new Error('boom'); });`,
    );
    const server = await ServerProcess.start(config);
    const { client } = await ProtooClient.join(server.url, 'room', 'alice');
    server.child.kill('SIGUSR2');
    await server.says(/uncaught exception: Error: boom/);
    await server.says(/drains/);
    assert.equal((await client.closed).code, 1012);
    assert.equal(await server.ended(), 1);
    assert.doesNotMatch(server.output.join('\n'), /could not stop cleanly/);
  });
});
