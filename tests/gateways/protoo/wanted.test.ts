import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import type { Server } from '../../../lib/Server.ts';
import { describeLayouts } from '../../support/layouts.ts';
import { ProtooClient } from '../../../tools/fixtures/ProtooClient.ts';
import {
  rtpCapabilities,
  simulcastParameters,
  videoParameters,
} from '../../../tools/fixtures/rtp.ts';
import { startServer } from '../../../tools/fixtures/server.ts';
import { JsonClient, withTokens } from '../../support/JsonClient.ts';

describeLayouts('producerWanted', ({ workers, rooms }) => {
  let server: Server;
  let ada: JsonClient;
  let pat: ProtooClient;
  let roomId: string;

  before(async () => {
    server = await startServer({
      ...withTokens,
      workers,
      rooms: { ...rooms, layerReleaseDelay: 0 },
    });
    ada = await JsonClient.as(server.url, 'ada');
    ({ roomId } = await ada.request('createRoom', { name: 'Both doors' }));
    await ada.request('joinRoom', { roomId, displayName: 'Ada' });
    await ada.request('createWebRtcTransport', { roomId, direction: 'recv' });
    await ada.request('createWebRtcTransport', { roomId, direction: 'send' });
    ({ client: pat } = await ProtooClient.join(server.url, roomId, 'pat'));
    await pat.request('createWebRtcTransport', { direction: 'send' });
  });

  after(async () => {
    await Promise.all([ada.close(), pat.close()]);
    await server.close();
  });

  /** The demands reported to the owner of a producer, in order. */
  function told(producerId: string) {
    return pat.notifications
      .filter(
        ({ method, data }) =>
          method === 'producerWanted' && data['producerId'] === producerId,
      )
      .map(({ data }) => data);
  }

  test('reports the demand of clients of another gateway to the owner', async () => {
    const { producerId } = await pat.request('produce', {
      kind: 'video',
      rtpParameters: simulcastParameters(3),
    });
    const wanted = (layer: number | null) =>
      pat.notified(
        'producerWanted',
        ({ maxSpatialLayer }) => maxSpatialLayer === layer,
      );
    await wanted(null);
    const { consumerId } = await ada.request('subscribe', {
      roomId,
      producerId,
      rtpCapabilities,
    });
    await ada.request('resume', { roomId, consumerId });
    await wanted(2);
    await ada.request('setPreferredLayers', {
      roomId,
      consumerId,
      spatialLayer: 1,
      temporalLayer: 0,
    });
    await wanted(1);
    assert.deepEqual(
      told(producerId),
      [null, 2, 1].map((maxSpatialLayer) => ({ producerId, maxSpatialLayer })),
    );
  });

  test('is not part of the JSON API', async () => {
    await ada.request('publish', {
      roomId,
      kind: 'video',
      rtpParameters: videoParameters(),
    });
    // This one has no consumers either, and the delay has passed.
    const { producerId } = await pat.request('produce', {
      kind: 'video',
      rtpParameters: videoParameters(),
    });
    await pat.notified(
      'producerWanted',
      (data) => data['producerId'] === producerId,
    );
    await ada.request('getRouterRtpCapabilities', { roomId });
    assert.equal(
      ada.notifications.some(({ method }) => /wanted/i.test(method)),
      false,
    );
  });
});
