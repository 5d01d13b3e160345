/**
 * A client that joins a room and sends audio, in a process of its own, so that
 * stopping the process silences both its connection and its media.
 *
 * Usage: talker.ts URL ROOM PEER
 */
import process from 'node:process';

import { Device } from 'mediasoup-client';
import type { types } from 'mediasoup-client';

import { ProtooClient } from '../../tools/fixtures/ProtooClient.ts';
import { createTone } from '../../tools/fixtures/webrtc.ts';

const [url = '', room = '', peer = ''] = process.argv.slice(2);
const device = new Device({ handlerName: 'Chrome111' });
const { client, reply } = await ProtooClient.join(url, room, peer);
await device.load({
  routerRtpCapabilities: reply.rtpCapabilities as types.RtpCapabilities,
});
const { transportId: id, ...parameters } = await client.request(
  'createWebRtcTransport',
  { direction: 'send' },
);
const transport = device.createSendTransport({ id, ...parameters });
transport.on('connect', ({ dtlsParameters }, done, fail) => {
  client
    .request('connectWebRtcTransport', { transportId: id, dtlsParameters })
    .then(done, fail);
});
transport.on('produce', ({ kind, rtpParameters }, done, fail) => {
  client
    .request('produce', { kind, rtpParameters })
    .then(({ producerId }) => done({ id: producerId }), fail);
});
transport.on('connectionstatechange', (state) => {
  process.send?.(state);
});
await transport.produce({ track: createTone().track });
