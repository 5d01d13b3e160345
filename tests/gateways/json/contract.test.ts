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
import { JsonClient, withTokens } from '../../support/JsonClient.ts';

/** Resolves when the next router that is made has closed. */
function routerClosed(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.pool.alive[0]?.worker.observer.once('newrouter', (router) => {
      router.observer.once('close', resolve);
    });
  });
}

describeLayouts('the JSON WebSocket contract', (layout) => {
  let server: Server;

  before(async () => {
    server = await startServer({ ...withTokens, ...layout });
  });

  after(() => server.close());

  /** Users in a room that the first of them made. */
  async function people<Name extends string>(
    ...names: Name[]
  ): Promise<{ roomId: string } & Record<Name, JsonClient>> {
    let roomId = '';
    const joined: [string, JsonClient][] = [];
    for (const name of names) {
      const client = await JsonClient.as(server.url, name);
      if (roomId === '') {
        ({ roomId } = await client.request('createRoom', { name: 'Test' }));
      }
      await client.request('joinRoom', { roomId, displayName: name });
      joined.push([name, client]);
    }
    return { roomId, ...Object.fromEntries(joined) } as {
      roomId: string;
    } & Record<Name, JsonClient>;
  }

  async function publishAudio(
    client: JsonClient,
    roomId: string,
    appData: unknown = {},
  ) {
    await client.request('createWebRtcTransport', {
      roomId,
      direction: 'send',
    });
    const { producerId } = await client.request('publish', {
      roomId,
      kind: 'audio',
      rtpParameters: audioParameters(),
      appData,
    });
    return producerId as string;
  }

  async function subscribe(
    client: JsonClient,
    roomId: string,
    producerId: string,
  ) {
    await client.request('createWebRtcTransport', {
      roomId,
      direction: 'recv',
    });
    return client.request('subscribe', { roomId, producerId, rtpCapabilities });
  }

  test('accepts any JSON as appData, and shows it to others as an object', async () => {
    const { roomId, ada, bob } = await people('ada', 'bob');
    const deep = JSON.parse(`${'['.repeat(2_048)}${']'.repeat(2_048)}`);
    const nested = { a: { b: [{ c: null }] } };
    const values: [unknown, object][] = [
      [null, {}],
      ['camera', { value: 'camera' }],
      [0, { value: 0 }],
      [false, { value: false }],
      [[1, ['a']], { value: [1, ['a']] }],
      [nested, nested],
      [deep, {}],
      [{ source: 'webcam' }, { source: 'webcam' }],
      [{ source: { toString: 1 } }, { source: { toString: 1 } }],
    ];
    await bob.request('createWebRtcTransport', { roomId, direction: 'recv' });
    for (const [appData, shown] of values) {
      const producerId = await publishAudio(ada, roomId, appData);
      const { data } = await bob.received(
        'producerCreated',
        (event) => event.data.producerId === producerId,
      );
      assert.deepEqual(data.appData, shown);
      const { consumerId } = await bob.request('subscribe', {
        roomId,
        producerId,
        rtpCapabilities,
        appData,
      });
      assert.ok(consumerId);
      await ada.request('unpublish', { roomId, producerId });
    }
    for (const request of ['publish', 'subscribe']) {
      await assert.rejects(
        ada.request(request, {
          roomId,
          kind: 'audio',
          producerId: 'x',
          rtpParameters: audioParameters(),
          rtpCapabilities,
          appData: 'a'.repeat(4_095),
        }),
        { error: 'VALIDATION_ERROR', details: /^data\.appData: .*4096/ },
      );
    }
    await ada.close();
    await bob.close();
  });

  test('accepts the RTP parameters of the page, including empty fields', async () => {
    const { roomId, ada } = await people('ada');
    const { rtpCapabilities: router } = await ada.request(
      'getRouterRtpCapabilities',
      { roomId },
    );
    assert.deepEqual(router.rtcp, {});
    await ada.request('createWebRtcTransport', { roomId, direction: 'send' });
    const { codecs, encodings } = audioParameters();
    const { rtpParameters } = await ada.request('publish', {
      roomId,
      kind: 'audio',
      rtpParameters: { codecs, encodings },
    });
    assert.deepEqual(rtpParameters.headerExtensions, []);
    assert.deepEqual(rtpParameters.rtcp, {});
    await ada.close();
  });

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
    assert.ok(joined.routerRtpCapabilities.codecs.length > 0);
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
      joinedAt: new Date(seen.joinedAt).toISOString(),
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
    assert.ok(transport.iceCandidates[0].ip);
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

  test('announces existing tracks to a newcomer after the reply', async () => {
    const { roomId, ada } = await people('ada');
    const producerId = await publishAudio(ada, roomId, { source: 'mic' });
    const bob = await JsonClient.as(server.url, 'bob');
    const { participants } = await bob.request('joinRoom', {
      roomId,
      displayName: 'Bob',
    });
    assert.equal(participants[0].isAudioEnabled, true);
    const { data } = await bob.received('producerCreated');
    assert.equal(data.producerId, producerId);
    assert.equal(data.participantId, ada.participantId);
    const order = bob.messages.map(({ type }) => type);
    assert.ok(
      order.indexOf('joinRoomResponse') < order.indexOf('producerCreated'),
    );
    await Promise.all([ada.close(), bob.close()]);
  });

  test('closes the consumers of a track that ends, and names its owner', async () => {
    const { roomId, ada, bob, carol } = await people('ada', 'bob', 'carol');
    const producerId = await publishAudio(ada, roomId);
    const { consumerId } = await subscribe(bob, roomId, producerId);
    await ada.request('unpublish', { roomId, producerId });
    for (const client of [ada, bob, carol]) {
      const { data } = await client.received('consumerClosed');
      assert.equal(data.consumerId, consumerId);
      assert.equal(data.participantId, bob.participantId);
    }
    await Promise.all([ada.close(), bob.close(), carol.close()]);
  });

  test('shares rooms with protoo peers, both ways', async () => {
    const { roomId, ada } = await people('ada');
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
      'a protoo peer is not told of the consumers of others',
    );
    await Promise.all([ada.close(), pat.close()]);
  });

  test('shows media as enabled if it is sent and not paused', async () => {
    const { roomId, ada } = await people('ada');
    const { client: pat } = await ProtooClient.join(server.url, roomId, 'pat');
    await pat.request('createWebRtcTransport', { direction: 'send' });
    const send = async (kind: string, source: string) => {
      const { producerId } = await pat.request('produce', {
        kind,
        rtpParameters: kind === 'audio' ? audioParameters() : videoParameters(),
        appData: { source },
      });
      return producerId as string;
    };
    const enabled = async () => {
      const eve = await JsonClient.as(server.url, 'eve');
      const { participants } = await eve.request('joinRoom', {
        roomId,
        displayName: 'Eve',
      });
      await eve.request('leaveRoom', { roomId });
      await eve.close();
      const { isAudioEnabled, isVideoEnabled, isScreenSharing } =
        participants.find(({ id }: { id: string }) => id === 'pat');
      return [isAudioEnabled, isVideoEnabled, isScreenSharing];
    };
    assert.deepEqual(await enabled(), [false, false, false]);
    await send('video', 'screen');
    assert.deepEqual(await enabled(), [false, false, true]);
    await send('audio', 'screen-audio');
    assert.deepEqual(await enabled(), [false, false, true]);
    const camera = await send('video', 'camera');
    const mic = await send('audio', 'mic');
    assert.deepEqual(await enabled(), [true, true, true]);
    await pat.request('pauseProducer', { producerId: mic });
    await pat.request('closeProducer', { producerId: camera });
    assert.deepEqual(await enabled(), [false, false, true]);
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

  test('sends no events of a room that the client is not in', async () => {
    const { roomId, ada } = await people('ada');
    const producerId = await publishAudio(ada, roomId);
    const { roomId: other, bob } = await people('bob');
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

  test('names the invalid field', async () => {
    const { roomId, ada } = await people('ada');
    await assert.rejects(
      ada.request('createWebRtcTransport', { roomId, direction: 'up' }),
      {
        error: 'VALIDATION_ERROR',
        details: 'data.direction: expected "send" or "recv", got "up"',
      },
    );
    await ada.close();
  });

  test('refuses layers that the track does not have', async () => {
    const { roomId, ada, bob } = await people('ada', 'bob');
    const producerId = await publishAudio(ada, roomId);
    const { consumerId } = await subscribe(bob, roomId, producerId);
    await assert.rejects(
      bob.request('setPreferredLayers', {
        roomId,
        consumerId,
        spatialLayer: 7,
        temporalLayer: 0,
      }),
      {
        error: 'VALIDATION_ERROR',
        details: /spatialLayer: expected less than 1/,
      },
    );
    await Promise.all([ada.close(), bob.close()]);
  });

  test('publishes over the newest transport', async () => {
    const { roomId, ada } = await people('ada');
    await assert.rejects(
      ada.request('publish', {
        roomId,
        kind: 'audio',
        rtpParameters: audioParameters(),
      }),
      { error: 'TRANSPORT_NOT_FOUND' },
    );
    await publishAudio(ada, roomId);
    await publishAudio(ada, roomId);
    await ada.close();
  });

  test('a transport of a room that was left carries nothing in the next', async () => {
    const { roomId, ada, bob } = await people('ada', 'bob');
    await publishAudio(ada, roomId);
    await ada.request('leaveRoom', { roomId });
    await ada.request('joinRoom', { roomId, displayName: 'Ada' });
    await assert.rejects(
      ada.request('publish', {
        roomId,
        kind: 'audio',
        rtpParameters: audioParameters(),
      }),
      {
        error: 'TRANSPORT_NOT_FOUND',
        message: /because the peer has 0 transports with direction "send"/,
      },
    );
    await Promise.all([ada.close(), bob.close()]);
  });

  test('keeps an empty room that was created by name for its time, and then closes it', async () => {
    const brief = await startServer({
      ...withTokens,
      rooms: { emptyTimeout: 200 },
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
