import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import type { Server } from '../../../lib/Server.ts';
import {
  dtlsParameters,
  videoParameters,
} from '../../../tools/fixtures/rtp.ts';
import { startServer } from '../../../tools/fixtures/server.ts';
import { JsonClient, withTokens } from '../../support/JsonClient.ts';
import { subscribe } from '../../support/jsonMembers.ts';
import { describeLayouts } from '../../support/layouts.ts';

describeLayouts('the JSON API', (layout) => {
  let server: Server;

  before(async () => {
    server = await startServer({ ...withTokens, ...layout });
  });

  after(() => server.close());

  test('serves the whole flow of the page', async () => {
    const ada = await JsonClient.as(server.url, 'ada');
    const room = await ada.request('createRoom', {
      name: 'My Room',
      description: 'Test room',
      maxParticipants: 10,
    });
    assert.deepEqual(room, {
      roomId: room.roomId,
      name: 'My Room',
      description: 'Test room',
      maxParticipants: 10,
    });
    const { roomId } = room;
    const joined = await ada.request('joinRoom', {
      roomId,
      displayName: 'Ada Lovelace',
    });
    assert.equal(joined.roomId, roomId);
    assert.deepEqual(joined.participants, []);
    assert.ok(joined.routerRtpCapabilities.codecs?.length);
    assert.deepEqual(joined.routerRtpCapabilities.rtcp, {});
    assert.deepEqual(
      await ada.request('getRouterRtpCapabilities', { roomId }),
      { rtpCapabilities: joined.routerRtpCapabilities },
    );

    const bob = await JsonClient.as(server.url, 'bob');
    const snapshot = await bob.request('joinRoom', {
      roomId,
      displayName: 'Bob',
    });
    const [seen] = snapshot.participants;
    assert.deepEqual(seen, {
      id: ada.participantId,
      userId: 'ada',
      displayName: 'Ada Lovelace',
      isAudioEnabled: false,
      isVideoEnabled: false,
      isScreenSharing: false,
      joinedAt: new Date(seen?.joinedAt ?? '').toISOString(),
    });
    const { data: newcomer } = await ada.received('participantJoined');
    assert.equal(newcomer.roomId, roomId);
    assert.equal(newcomer.participantId, bob.participantId);
    assert.equal(newcomer.participant.displayName, 'Bob');

    const transport = await ada.request('createWebRtcTransport', {
      roomId,
      direction: 'send',
    });
    const { transportId } = transport;
    assert.ok(transport.iceCandidates[0]?.ip);
    assert.deepEqual(
      await ada.request('connectWebRtcTransport', {
        roomId,
        transportId,
        dtlsParameters,
      }),
      { success: true },
    );
    const restarted = await ada.request('restartIce', { roomId, transportId });
    assert.notEqual(
      restarted.iceParameters.usernameFragment,
      transport.iceParameters.usernameFragment,
    );
    const rtpParameters = videoParameters();
    const published = await ada.request('publish', {
      roomId,
      kind: 'video',
      rtpParameters,
      appData: { source: 'camera' },
    });
    const { producerId } = published;
    assert.equal(published.kind, 'video');
    assert.deepEqual(
      published.rtpParameters.encodings,
      rtpParameters.encodings,
    );
    const { data: created } = await bob.received('producerCreated');
    assert.deepEqual(created, {
      roomId,
      participantId: ada.participantId,
      producerId,
      kind: 'video',
      paused: false,
      appData: { source: 'camera' },
    });

    const consumer = await subscribe(bob, roomId, producerId);
    const { consumerId } = consumer;
    assert.equal(consumer.producerId, producerId);
    assert.equal(consumer.kind, 'video');
    assert.equal(consumer.paused, true);
    assert.equal(consumer.rtpParameters.codecs[0].mimeType, 'video/VP8');
    const concerns = {
      roomId,
      participantId: bob.participantId,
      consumerId,
      producerId,
      kind: 'video',
    };
    assert.deepEqual((await ada.received('consumerCreated')).data, concerns);
    for (const [request, event] of [
      ['resume', 'consumerResumed'],
      ['pause', 'consumerPaused'],
    ] as const) {
      assert.deepEqual(await bob.request(request, { roomId, consumerId }), {
        success: true,
      });
      assert.deepEqual((await ada.received(event)).data, concerns);
    }
    assert.deepEqual(
      await bob.request('setPreferredLayers', {
        roomId,
        consumerId,
        spatialLayer: 0,
        temporalLayer: 0,
      }),
      { success: true },
    );
    assert.deepEqual(await bob.request('unsubscribe', { roomId, consumerId }), {
      success: true,
    });
    assert.deepEqual((await ada.received('consumerClosed')).data, concerns);
    assert.deepEqual(await ada.request('unpublish', { roomId, producerId }), {
      success: true,
    });
    assert.deepEqual((await bob.received('producerClosed')).data, {
      roomId,
      participantId: ada.participantId,
      producerId,
    });
    assert.deepEqual(await ada.request('leaveRoom', { roomId }), {
      success: true,
    });
    assert.deepEqual((await bob.received('participantLeft')).data, {
      roomId,
      participantId: ada.participantId,
      reason: 'left',
    });
    await Promise.all([ada.close(), bob.close()]);
  });
});
