import assert from 'node:assert/strict';
import { test } from 'node:test';

import { Device } from 'mediasoup-client';
import type { types } from 'mediasoup-client';

import { createTone } from '../../../tools/fixtures/webrtc.ts';
import { until } from '../../support/until.ts';
import { MediaSite, participantOf } from './MediaSite.ts';
import { MediaSocket } from './MediaSocket.ts';

/** A transport of mediasoup-client that is set up over the socket. */
async function transportOf(
  socket: MediaSocket,
  device: Device,
  direction: 'send' | 'recv',
): Promise<types.Transport> {
  const { transportId, sctpParameters, ...parameters } = await socket.get(
    'create-transport',
    { direction },
  );
  assert.equal(sctpParameters, null);
  const options: types.TransportOptions = { id: transportId, ...parameters };
  const transport =
    direction === 'send'
      ? device.createSendTransport(options)
      : device.createRecvTransport(options);
  transport.on('connect', ({ dtlsParameters }, done, failed) => {
    socket
      .get('connect-transport', { transportId, dtlsParameters })
      .then(done, failed);
  });
  transport.on('produce', ({ kind, rtpParameters }, done, failed) => {
    socket
      .get('produce', { transportId, kind, rtpParameters })
      .then(({ producerId }) => done({ id: producerId }), failed);
  });
  return transport;
}

test('sound goes from one participant to another, who are reachable by it', async () => {
  const site = await MediaSite.open();
  const tone = createTone();
  const transports: types.Transport[] = [];
  try {
    const call = await site.call('ada', 'bob');
    const { body } = await site.post('/routers', { callId: call.callId });
    const { routerId, rtpCapabilities } = body.data;
    const device = new Device({ handlerName: 'Chrome111' });
    await device.load({ routerRtpCapabilities: rtpCapabilities });
    using ada = await MediaSocket.of(site, call, 'ada');
    using bob = await MediaSocket.of(site, call, 'bob');
    const sending = await transportOf(ada, device, 'send');
    transports.push(sending);
    await sending.produce({ track: tone.track, stopTracks: false });
    const { producerId } = await bob.next('new-producer');
    const receiving = await transportOf(bob, device, 'recv');
    transports.push(receiving);
    const consumer = await bob.get('consume', {
      producerId,
      rtpCapabilities: device.recvRtpCapabilities,
    });
    const { consumerId: id, kind, rtpParameters } = consumer;
    await receiving.consume({ id, producerId, kind, rtpParameters });
    const peer = site.server.registry
      .get(routerId)
      .peers.get(participantOf(call, 'bob'));
    assert.ok(peer);
    await until('sound for bob', async () => {
      const stats = await peer.consumers.stats(id);
      return stats.some(
        (it) => it.type === 'outbound-rtp' && it.packetCount > 0,
      );
    });
    assert.equal(peer.isReachable, true);
    await bob.get('close', { transportId: receiving.id });
    assert.equal(peer.isReachable, false);
  } finally {
    for (const transport of transports) {
      transport.close();
    }
    tone.stop();
    await site.close();
  }
});
