import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import type { Server } from '../../../lib/Server.ts';
import { ProtooClient } from '../../../tools/fixtures/ProtooClient.ts';
import {
  audioParameters,
  rtpCapabilities,
  videoParameters,
} from '../../../tools/fixtures/rtp.ts';
import { startServer } from '../../../tools/fixtures/server.ts';
import { JsonClient, userToken, withTokens } from '../../support/JsonClient.ts';
import {
  joinTogether,
  publishAudio,
  subscribe,
} from '../../support/jsonMembers.ts';
import { describeLayouts } from '../../support/layouts.ts';

/** Resolves when the next router that is created has closed. */
function routerClosed(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.pool.alive[0]?.worker.observer.once('newrouter', (router) => {
      router.observer.once('close', resolve);
    });
  });
}

describeLayouts('rooms of the JSON API', (layout) => {
  let server: Server;

  before(async () => {
    server = await startServer({ ...withTokens, ...layout });
  });

  after(() => server.close());

  test('shares rooms with protoo peers, both ways', async () => {
    const { roomId, ada } = await joinTogether(server, 'ada');
    const { client: pat, reply } = await ProtooClient.join(
      server.url,
      roomId,
      'pat',
      { displayName: 'Pat', rtpCapabilities },
    );
    assert.equal(reply.peers?.[0]?.peerId, ada.participantId);
    assert.equal(reply.peers?.[0]?.displayName, 'ada');
    const { data: joined } = await ada.received('participantJoined');
    assert.equal(joined.participantId, 'pat');
    assert.equal(joined.participant.userId, 'pat');

    await pat.request('createWebRtcTransport', { direction: 'send' });
    const sent = await pat.request('produce', {
      kind: 'video',
      rtpParameters: videoParameters(),
      appData: { source: 'screen' },
    });
    await ada.received('producerCreated');
    const consumer = await subscribe(ada, roomId, sent.producerId);
    assert.equal(consumer.kind, 'video');
    await pat.request('pauseProducer', { producerId: sent.producerId });
    const { data: paused } = await ada.received('consumerPaused');
    assert.equal(paused.consumerId, consumer.consumerId);

    const producerId = await publishAudio(ada, roomId, { source: 'mic' });
    const heard = await pat.notified('newProducer');
    assert.equal(heard['producerId'], producerId);
    assert.equal(heard['peerId'], ada.participantId);
    await pat.request('createWebRtcTransport', { direction: 'recv' });
    await pat.request('consume', { producerId });
    assert.equal(
      pat.notifications.some(({ method }) => method.startsWith('consumer')),
      false,
      'expected no events about the consumers of others',
    );
    await Promise.all([ada.close(), pat.close()]);
  });

  test('limits the members of a room across all gateways', async () => {
    const ada = await JsonClient.as(server.url, 'ada');
    const { roomId } = await ada.request('createRoom', {
      name: 'Small',
      maxParticipants: 1,
    });
    await ada.request('joinRoom', { roomId, displayName: 'Ada' });
    const bob = await JsonClient.as(server.url, 'bob');
    await assert.rejects(
      bob.request('joinRoom', { roomId, displayName: 'Bob' }),
      { error: 'ROOM_FULL' },
    );
    const pat = await ProtooClient.connect(server.url, roomId, 'pat');
    await assert.rejects(pat.request('joinRoom', { roomId, peerId: 'pat' }), {
      code: 409,
      message: /takes 1 peers/,
    });
    await assert.rejects(
      ada.request('createRoom', { name: 'Huge', maxParticipants: 100_000 }),
      { error: 'VALIDATION_ERROR', details: /at most 500/ },
    );
    await Promise.all([ada.close(), bob.close(), pat.close()]);
  });

  test('answers a join before what was sent together with it', async () => {
    const { id: roomId } = await server.registry.create({ network: 'here' });
    const ada = await JsonClient.as(server.url, 'ada');
    const token = userToken('ada');
    // All wait for the token, and then are served at once.
    await Promise.all([
      ada.request('authenticate', { token }),
      ada.request('joinRoom', { roomId }),
      ada.request('leaveRoom', { roomId }),
    ]);
    const answers = ada.messages
      .filter(({ requestId }) => requestId !== undefined)
      .map(({ type }) => type);
    assert.deepEqual(answers, [
      'authenticateResponse',
      'joinRoomResponse',
      'leaveRoomResponse',
    ]);
    await ada.close();
  });

  test('refuses requests about a room that the client is not in', async () => {
    const { roomId, ada } = await joinTogether(server, 'ada');
    const producerId = await publishAudio(ada, roomId);
    const { roomId: other, bob } = await joinTogether(server, 'bob');
    const { consumerId } = await (async () => {
      const own = await publishAudio(bob, other);
      return subscribe(bob, other, own);
    })();
    for (const [type, data] of [
      ['leaveRoom', {}],
      ['getRouterRtpCapabilities', {}],
      ['createWebRtcTransport', { direction: 'send' }],
      ['publish', { kind: 'audio', rtpParameters: audioParameters() }],
      ['unpublish', { producerId }],
      ['subscribe', { producerId, rtpCapabilities }],
      ['unsubscribe', { consumerId }],
      ['pause', { consumerId }],
      ['resume', { consumerId }],
      ['setPreferredLayers', { consumerId, spatialLayer: 0 }],
    ] as const) {
      await assert.rejects(
        bob.request(type, { roomId, ...data }),
        { error: 'PARTICIPANT_NOT_FOUND' },
        type,
      );
    }
    await assert.rejects(
      bob.request('subscribe', { roomId: other, producerId, rtpCapabilities }),
      { error: 'PRODUCER_NOT_FOUND' },
    );
    await assert.rejects(
      bob.request('joinRoom', { roomId: 'nowhere', displayName: 'Bob' }),
      { error: 'VALIDATION_ERROR' },
    );
    const carol = await JsonClient.as(server.url, 'carol');
    await assert.rejects(
      carol.request('joinRoom', { roomId: 'nowhere', displayName: 'Carol' }),
      { error: 'ROOM_NOT_FOUND' },
    );
    await assert.rejects(carol.request('leaveRoom', { roomId }), {
      error: 'PARTICIPANT_NOT_FOUND',
    });
    await Promise.all([ada.close(), bob.close(), carol.close()]);
  });

  test('keeps an empty room that was created by name for a while, and then closes it', async () => {
    const brief = await startServer({
      ...withTokens,
      rooms: { emptyTimeout: 2_000 },
    });
    try {
      const ada = await JsonClient.as(brief.url, 'ada');
      const gone = routerClosed(brief);
      const { roomId } = await ada.request('createRoom', { name: 'Brief' });
      const room = brief.registry.get(roomId);
      await ada.request('joinRoom', { roomId, displayName: 'Ada' });
      await ada.request('leaveRoom', { roomId });
      assert.equal(room.closed, false);
      await gone;
      assert.equal(room.closed, true);
      await assert.rejects(
        ada.request('joinRoom', { roomId, displayName: 'Ada' }),
        { error: 'ROOM_NOT_FOUND' },
      );
      await ada.close();
    } finally {
      await brief.close();
    }
  });
});
