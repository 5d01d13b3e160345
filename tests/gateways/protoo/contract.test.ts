import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import type { Server } from '../../../lib/Server.ts';
import { describeLayouts } from '../../support/layouts.ts';
import { ProtooClient } from '../../../tools/fixtures/ProtooClient.ts';
import {
  audioParameters,
  dtlsParameters,
  rtpCapabilities,
  videoParameters,
} from '../../../tools/fixtures/rtp.ts';
import { startServer } from '../../../tools/fixtures/server.ts';

describeLayouts('the protoo contract', ({ workers, rooms }) => {
  let server: Server;
  let roomNumber = 0;
  let room: string;

  before(async () => {
    server = await startServer({
      workers,
      rooms: { ...rooms, resumeTimeout: 100, layerReleaseDelay: 600_000 },
    });
  });

  after(() => server.close());

  /** Clients in a room of their own, in the order of their names. */
  async function people<Name extends string>(
    ...names: Name[]
  ): Promise<Record<Name, ProtooClient>> {
    roomNumber += 1;
    room = `room-${roomNumber}`;
    const joined: [string, ProtooClient][] = [];
    for (const name of names) {
      const { client } = await ProtooClient.join(server.url, room, name, {
        displayName: name.toUpperCase(),
        rtpCapabilities,
      });
      joined.push([name, client]);
    }
    return Object.fromEntries(joined) as Record<Name, ProtooClient>;
  }

  async function sendAudio(client: ProtooClient, appData = {}) {
    const { transportId } = await client.request('createWebRtcTransport', {
      direction: 'send',
    });
    const { producerId } = await client.request('produce', {
      kind: 'audio',
      rtpParameters: audioParameters(),
      appData,
    });
    return { transportId, producerId };
  }

  async function receive(client: ProtooClient, producerId: string) {
    await client.request('createWebRtcTransport', { direction: 'recv' });
    return client.request('consume', { producerId });
  }

  test('serves router capabilities before the room exists, and creates none', async () => {
    const client = await ProtooClient.connect(server.url, 'nowhere', 'alice');
    const reply = await client.request('getRouterRtpCapabilities');
    const mimeTypes = reply.rtpCapabilities.codecs?.map(
      ({ mimeType }) => mimeType,
    );
    for (const codec of ['opus', 'VP8', 'VP9', 'H264', 'AV1']) {
      assert.ok(
        mimeTypes?.some((mimeType) => mimeType.endsWith(`/${codec}`)),
        codec,
      );
    }
    assert.equal(server.registry.rooms.has('nowhere'), false);
    await client.close();
  });

  test('shows a newcomer the members, and announces it to them', async () => {
    const { alice } = await people('alice');
    const { producerId } = await sendAudio(alice, { source: 'mic' });
    const { client: bob, reply } = await ProtooClient.join(
      server.url,
      room,
      'bob',
      { displayName: 'Bob', device: { name: 'Firefox', version: '150' } },
    );
    assert.equal(reply.roomId, room);
    assert.equal(reply.peerId, 'bob');
    assert.ok(reply.rtpCapabilities.codecs?.length);
    assert.equal(reply.peers?.length, 1);
    const [seen] = reply.peers;
    assert.ok(seen);
    assert.equal(seen.peerId, 'alice');
    assert.equal(seen.displayName, 'ALICE');
    assert.ok(Math.abs(Date.now() - seen.joinedAt) < 60_000);
    assert.deepEqual(seen.producers, [
      { producerId, kind: 'audio', paused: false, appData: { source: 'mic' } },
    ]);
    const joined = await alice.notified('peerJoined');
    assert.equal(joined['peerId'], 'bob');
    assert.equal(joined['displayName'], 'Bob');
    assert.deepEqual(joined['device'], { name: 'Firefox', version: '150' });
    assert.deepEqual(joined['producers'], []);
    await Promise.all([alice.close(), bob.close()]);
  });

  test('carries a track from one peer to another', async () => {
    const { alice, bob } = await people('alice', 'bob');
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
    const { alice, bob, carol } = await people('alice', 'bob', 'carol');
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

  test('ends up resumed when pause and resume come together', async () => {
    const { alice, bob } = await people('alice', 'bob');
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

  test('returns new ICE credentials', async () => {
    const { alice } = await people('alice');
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

  test('offers only TCP if UDP is not requested', async () => {
    const { alice } = await people('alice');
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

  test('sends producerClosed for each producer before peerLeft', async () => {
    const { alice, bob } = await people('alice', 'bob');
    const { producerId } = await sendAudio(alice);
    const second = await alice.request('produce', {
      kind: 'video',
      rtpParameters: videoParameters(),
    });
    assert.deepEqual(await alice.request('leaveRoom'), {});
    assert.deepEqual(await bob.notified('peerLeft'), {
      peerId: 'alice',
      reason: 'left',
    });
    const closings = bob.notifications.slice(-3);
    assert.deepEqual(
      closings.map(({ method }) => method),
      ['producerClosed', 'producerClosed', 'peerLeft'],
    );
    assert.deepEqual(
      new Set(closings.slice(0, 2).map(({ data }) => data['producerId'])),
      new Set([producerId, second.producerId]),
    );
    await Promise.all([alice.close(), bob.close()]);
  });

  test('lets a client join again after leaving', async () => {
    const { alice, bob } = await people('alice', 'bob');
    await alice.request('leaveRoom');
    await assert.rejects(alice.request('leaveRoom'), { code: 403 });
    const reply = await alice.request('joinRoom', {
      roomId: room,
      peerId: 'alice',
    });
    assert.deepEqual(
      reply.peers?.map(({ peerId }) => peerId),
      ['bob'],
    );
    await bob.notified('peerJoined');
    await Promise.all([alice.close(), bob.close()]);
  });

  test('announces a lost connection to the others', async () => {
    const { alice, bob } = await people('alice', 'bob');
    alice.socket.terminate();
    assert.deepEqual(await bob.notified('peerLeft'), {
      peerId: 'alice',
      reason: 'disconnected',
    });
    await bob.close();
  });

  test('replaces the old connection if the same peerId comes again', async () => {
    const { alice, bob } = await people('alice', 'bob');
    const { producerId } = await sendAudio(alice);
    const { client: newcomer, reply } = await ProtooClient.join(
      server.url,
      room,
      'alice',
    );
    const { code, reason } = await alice.closed;
    assert.equal(code, 4000);
    assert.match(reason, /replaced/);
    assert.deepEqual(
      reply.peers?.map(({ peerId }) => peerId),
      ['bob'],
    );
    await bob.notified('peerJoined');
    assert.deepEqual(
      bob.notifications
        .slice(-3)
        .map(({ method, data }) => [method, data['peerId']]),
      [
        ['producerClosed', 'alice'],
        ['peerLeft', 'alice'],
        ['peerJoined', 'alice'],
      ],
    );
    await assert.rejects(
      bob.request('consume', { producerId, rtpCapabilities }),
      { code: 404 },
    );
    await Promise.all([newcomer.close(), bob.close()]);
  });

  test('keeps the room working when a lone peer reconnects', async () => {
    const { alice } = await people('alice');
    const { client: again } = await ProtooClient.join(
      server.url,
      room,
      'alice',
    );
    await alice.closed;
    const { producerId } = await sendAudio(again);
    assert.ok(producerId);
    assert.ok(server.registry.rooms.has(room));
    await again.close();
  });

  test('puts peers that arrive together into one room', async () => {
    const arrivals = await Promise.all(
      Array.from({ length: 10 }, (_, index) =>
        ProtooClient.join(server.url, 'together', `peer-${index}`),
      ),
    );
    assert.equal(server.registry.get('together').peers.size, 10);
    const seen = arrivals.map(({ reply }) => reply.peers?.length ?? NaN);
    assert.deepEqual(
      seen.toSorted((a, b) => a - b),
      Array.from({ length: 10 }, (_, index) => index),
    );
    await Promise.all(arrivals.map(({ client }) => client.close()));
  });

  test('closes a room when its last peer has left', async () => {
    const { alice } = await people('alice');
    const closed = server.registry.get(room);
    const { routers } = closed;
    await alice.request('leaveRoom');
    assert.equal(closed.closed, true);
    assert.equal(routers.closed, true);
    assert.equal(server.registry.rooms.has(room), false);
    await alice.close();
  });

  test('refuses requests of members before joining, and stays open', async () => {
    const client = await ProtooClient.connect(server.url, 'lobby', 'alice');
    await assert.rejects(
      client.request('createWebRtcTransport', { direction: 'send' }),
      { code: 403, message: /joinRoom/ },
    );
    await client.request('joinRoom', { roomId: 'lobby', peerId: 'alice' });
    await assert.rejects(
      client.request('joinRoom', { roomId: 'lobby', peerId: 'alice' }),
      { code: 409 },
    );
    await client.close();
  });

  test('accepts one of two joins at once on one connection', async () => {
    const client = await ProtooClient.connect(server.url, 'twice', 'alice');
    const ids = { roomId: 'twice', peerId: 'alice' };
    const results = await Promise.allSettled([
      client.request('joinRoom', ids),
      client.request('joinRoom', ids),
    ]);
    assert.deepEqual(
      results.map(({ status }) => status),
      ['fulfilled', 'rejected'],
    );
    assert.equal(server.registry.get('twice').peers.size, 1);
    await client.close();
  });

  test('refuses ids that differ from those in the URL', async () => {
    const client = await ProtooClient.connect(server.url, 'here', 'alice');
    await assert.rejects(
      client.request('joinRoom', { roomId: 'there', peerId: 'alice' }),
      {
        code: 400,
        message: 'data.roomId: expected "here" as in the URL, got "there"',
      },
    );
    await assert.rejects(
      client.request('joinRoom', { roomId: 'here', peerId: 'bob' }),
      {
        code: 400,
        message: 'data.peerId: expected "alice" as in the URL, got "bob"',
      },
    );
    await client.close();
  });

  test('asks for a transport id when it cannot choose', async () => {
    const { alice } = await people('alice');
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
    const { alice } = await people('alice');
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
    const { alice, bob } = await people('alice', 'bob');
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
    const { alice } = await people('alice');
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
    const { alice, bob } = await people('alice', 'bob');
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
