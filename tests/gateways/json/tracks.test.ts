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
import { JsonClient, withTokens } from '../../support/JsonClient.ts';
import {
  joinTogether,
  publishAudio,
  subscribe,
} from '../../support/jsonMembers.ts';
import { describeLayouts } from '../../support/layouts.ts';

describeLayouts('tracks of the JSON API', (layout) => {
  let server: Server;

  before(async () => {
    server = await startServer({ ...withTokens, ...layout });
  });

  after(() => server.close());

  test('accepts any JSON as appData, and shows it to others as an object', async () => {
    const { roomId, ada, bob } = await joinTogether(server, 'ada', 'bob');
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
    const { roomId, ada } = await joinTogether(server, 'ada');
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

  test('announces existing tracks to a newcomer after the reply', async () => {
    const { roomId, ada } = await joinTogether(server, 'ada');
    const producerId = await publishAudio(ada, roomId, { source: 'mic' });
    const bob = await JsonClient.as(server.url, 'bob');
    const { participants } = await bob.request('joinRoom', {
      roomId,
      displayName: 'Bob',
    });
    assert.equal(participants[0]?.isAudioEnabled, true);
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
    const { roomId, ada, bob, carol } = await joinTogether(
      server,
      'ada',
      'bob',
      'carol',
    );
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

  test('refuses layers that the track does not have', async () => {
    const { roomId, ada, bob } = await joinTogether(server, 'ada', 'bob');
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
    const { roomId, ada } = await joinTogether(server, 'ada');
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

  test('does not use the transports of an earlier room', async () => {
    const { roomId, ada, bob } = await joinTogether(server, 'ada', 'bob');
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

  test('names the invalid field', async () => {
    const { roomId, ada } = await joinTogether(server, 'ada');
    await assert.rejects(
      ada.request('createWebRtcTransport', { roomId, direction: 'up' }),
      {
        error: 'VALIDATION_ERROR',
        details: 'data.direction: expected "send" or "recv", got "up"',
      },
    );
    await ada.close();
  });

  test('shows media as enabled if it is sent and not paused', async () => {
    const { roomId, ada } = await joinTogether(server, 'ada');
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
      const pat = participants.find(({ id }) => id === 'pat');
      return [pat?.isAudioEnabled, pat?.isVideoEnabled, pat?.isScreenSharing];
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
});
