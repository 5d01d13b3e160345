// A page that takes each step when the one before has been answered, as examples
// of mediasoup-client do: capabilities, join, a transport to send and one to
// receive, then what the others send, one after another. Only the user's own
// tracks are sent meanwhile.

import { Device } from 'mediasoup-client';

import {
  cameraOptions,
  connect,
  membership,
  onJoin,
  openDevices,
  show,
} from './window.js';

onJoin(async () => {
  const connection = connect();
  await connection.opened;
  const { rtpCapabilities } = await connection.request(
    'getRouterRtpCapabilities',
  );
  const device = await Device.factory();
  await device.load({ routerRtpCapabilities: rtpCapabilities });
  const { peers } = await connection.request('joinRoom', membership(device));
  const sending = await open(connection, device, 'send');
  const receiving = await open(connection, device, 'recv');
  const published = publish(sending);
  for (const { displayName, producers } of peers) {
    for (const { producerId } of producers) {
      show(displayName, await consume(connection, receiving, producerId));
    }
  }
  await published;
});

async function open(connection, device, direction) {
  const { transportId, ...parameters } = await connection.request(
    'createWebRtcTransport',
    { direction },
  );
  const options = { id: transportId, ...parameters };
  const transport =
    direction === 'send'
      ? device.createSendTransport(options)
      : device.createRecvTransport(options);
  transport.on('connect', (data, done, fail) => {
    connection
      .request('connectWebRtcTransport', { transportId, ...data })
      .then(done, fail);
  });
  transport.on('produce', (data, done, fail) => {
    connection
      .request('produce', { transportId, ...data })
      .then(({ producerId }) => done({ id: producerId }), fail);
  });
  return transport;
}

async function publish(transport) {
  const { mic, camera } = await openDevices();
  await transport.produce({ track: mic, appData: { source: 'mic' } });
  await transport.produce({
    track: camera,
    appData: { source: 'camera' },
    ...cameraOptions(),
  });
}

async function consume(connection, transport, producerId) {
  const { consumerId, kind, rtpParameters } = await connection.request(
    'consume',
    { transportId: transport.id, producerId },
  );
  const { track } = await transport.consume({
    id: consumerId,
    producerId,
    kind,
    rtpParameters,
  });
  await connection.request('resume', { consumerId });
  return track;
}
