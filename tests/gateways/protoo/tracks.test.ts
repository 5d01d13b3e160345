import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import type { Server } from '../../../lib/Server.ts';
import { ProtooClient } from '../../../tools/fixtures/ProtooClient.ts';
import {
  audioParameters,
  dtlsParameters,
  rtpCapabilities,
  videoParameters,
} from '../../../tools/fixtures/rtp.ts';
import { startServer } from '../../../tools/fixtures/server.ts';
import { describeLayouts } from '../../support/layouts.ts';
import {
  joinTogether,
  receive,
  sendAudio,
} from '../../support/protooMembers.ts';

describeLayouts('tracks of protoo peers', ({ workers, rooms }) => {
  let server: Server;

  before(async () => {
    server = await startServer({
      workers,
      rooms: { ...rooms, resumeTimeout: 100, layerReleaseDelay: 600_000 },
    });
  });

  after(() => server.close());

  test('carries a track from one peer to another', async () => {
    const { alice, bob } = await joinTogether(server, 'alice', 'bob');
    const transport = await alice.request('createWebRtcTransport', {
      direction: 'send',
    });
    assert.ok(transport.iceParameters.usernameFragment);
    assert.ok(transport.iceCandidates.length >= 2);
    assert.ok(transport.dtlsParameters.fingerprints.length > 0);
    assert.deepEqual(
      await alice.request('connectWebRtcTransport', {
        transportId: transport.transportId,
        dtlsParameters,
      }),
      {},
    );
    const { producerId } = await alice.request('produce', {
      transportId: transport.transportId,
      kind: 'video',
      rtpParameters: videoParameters(),
      paused: true,
      appData: { source: 'camera' },
    });
    assert.deepEqual(await bob.notified('newProducer'), {
      producerId,
      kind: 'video',
      peerId: 'alice',
      paused: true,
      appData: { source: 'camera' },
    });
    const consumer = await receive(bob, producerId);
    assert.equal(consumer.producerId, producerId);
    assert.equal(consumer.peerId, 'alice');
    assert.equal(consumer.kind, 'video');
    assert.equal(consumer.type, 'simple');
    assert.equal(consumer.paused, true);
    assert.equal(consumer.producerPaused, true);
    assert.deepEqual(consumer.appData, { source: 'camera' });
    assert.equal(consumer.rtpParameters.codecs[0]?.mimeType, 'video/VP8');
    const { consumerId } = consumer;
    assert.deepEqual(await bob.request('resume', { consumerId }), {});
    assert.deepEqual(await bob.request('pause', { consumerId }), {});
    assert.deepEqual(await bob.request('closeConsumer', { consumerId }), {});
    await assert.rejects(bob.request('resume', { consumerId }), { code: 404 });
    await Promise.all([alice.close(), bob.close()]);
  });

  test('announces pause, resume and close of a producer to members and consumers', async () => {
    const { alice, bob, carol } = await joinTogether(
      server,
      'alice',
      'bob',
      'carol',
    );
    const { producerId } = await sendAudio(alice);
    const { consumerId } = await receive(bob, producerId);
    await alice.request('pauseProducer', { producerId });
    await alice.request('resumeProducer', { producerId });
    await alice.request('closeProducer', { producerId });
    await bob.notified('consumerClosed');
    assert.deepEqual(
      bob.notifications
        .filter(({ method }) => method.startsWith('consumer'))
        .map(({ method, data }) => [method, data]),
      [
        ['consumerPaused', { consumerId }],
        ['consumerResumed', { consumerId }],
        ['consumerClosed', { consumerId }],
      ],
    );
    await carol.notified('producerClosed');
    assert.deepEqual(
      carol.notifications.map(({ method }) => method),
      ['newProducer', 'producerPaused', 'producerResumed', 'producerClosed'],
    );
    assert.deepEqual(carol.notifications.at(-1)?.data, {
      producerId,
      peerId: 'alice',
    });
    assert.equal(
      alice.notifications.some(({ method }) => method.startsWith('producer')),
      false,
      'expected no event for the owner about its own action',
    );
    await Promise.all([alice.close(), bob.close(), carol.close()]);
  });

  test('resumes a producer if pause and resume are requested at once', async () => {
    const { alice, bob } = await joinTogether(server, 'alice', 'bob');
    const { producerId } = await sendAudio(alice);
    await Promise.all([
      alice.request('pauseProducer', { producerId }),
      alice.request('resumeProducer', { producerId }),
    ]);
    await bob.notified('producerResumed');
    const consumer = await receive(bob, producerId);
    assert.equal(consumer.producerPaused, false);
    await Promise.all([alice.close(), bob.close()]);
  });

  test('returns new ICE credentials after a restart', async () => {
    const { alice } = await joinTogether(server, 'alice');
    const { transportId, iceParameters } = await alice.request(
      'createWebRtcTransport',
      { direction: 'recv' },
    );
    const restarted = await alice.request('restartIce', { transportId });
    assert.notEqual(
      restarted.iceParameters.usernameFragment,
      iceParameters.usernameFragment,
    );
    await alice.close();
  });

  test('offers only TCP candidates on request', async () => {
    const { alice } = await joinTogether(server, 'alice');
    const { iceCandidates } = await alice.request('createWebRtcTransport', {
      direction: 'recv',
      forceTcp: true,
    });
    assert.ok(iceCandidates.length > 0);
    for (const candidate of iceCandidates) {
      assert.equal(candidate.protocol, 'tcp');
    }
    await alice.close();
  });

  test('requires a transport id unless there is exactly one to choose', async () => {
    const { alice } = await joinTogether(server, 'alice');
    const produce = { kind: 'audio', rtpParameters: audioParameters() };
    await assert.rejects(alice.request('produce', produce), {
      code: 400,
      message: /has 0 transports with direction "send"/,
    });
    const receiving = await alice.request('createWebRtcTransport', {
      direction: 'recv',
    });
    await assert.rejects(
      alice.request('produce', {
        ...produce,
        transportId: receiving.transportId,
      }),
      { code: 400, message: /expected a transport with direction "send"/ },
    );
    await alice.request('createWebRtcTransport', { direction: 'send' });
    await alice.request('createWebRtcTransport', { direction: 'send' });
    await assert.rejects(alice.request('produce', produce), {
      code: 400,
      message: /has 2 transports with direction "send"/,
    });
    await alice.close();
  });

  test('refuses to connect a transport twice', async () => {
    const { alice } = await joinTogether(server, 'alice');
    const { transportId } = await alice.request('createWebRtcTransport', {
      direction: 'send',
    });
    await alice.request('connectWebRtcTransport', {
      transportId,
      dtlsParameters,
    });
    await assert.rejects(
      alice.request('connectWebRtcTransport', { transportId, dtlsParameters }),
      { code: 409 },
    );
    await alice.close();
  });

  test('names the codec that a consumer would need', async () => {
    const { alice, bob } = await joinTogether(server, 'alice', 'bob');
    const { producerId } = await sendAudio(alice);
    await bob.request('createWebRtcTransport', { direction: 'recv' });
    await assert.rejects(
      bob.request('consume', {
        producerId,
        rtpCapabilities: { codecs: [], headerExtensions: [] },
      }),
      { code: 400, message: /audio\/opus/ },
    );
    await Promise.all([alice.close(), bob.close()]);
  });

  test('requires capabilities to consume if the join had none', async () => {
    const { room, alice } = await joinTogether(server, 'alice');
    const { producerId } = await sendAudio(alice);
    const { client: bob } = await ProtooClient.join(server.url, room, 'bob');
    await bob.request('createWebRtcTransport', { direction: 'recv' });
    await assert.rejects(bob.request('consume', { producerId }), {
      code: 400,
      message: /rtpCapabilities: expected an object/,
    });
    await bob.request('consume', { producerId, rtpCapabilities });
    await Promise.all([alice.close(), bob.close()]);
  });

  test('removes everything of a peer from the worker when it leaves', async () => {
    const { alice, bob } = await joinTogether(server, 'alice', 'bob');
    const { producerId } = await sendAudio(alice);
    await receive(bob, producerId);
    await alice.request('leaveRoom');
    await bob.request('leaveRoom');
    for (const { worker } of server.pool.alive) {
      const dump = await worker.dump();
      assert.deepEqual(dump.routerIds, []);
    }
    await Promise.all([alice.close(), bob.close()]);
  });
});
