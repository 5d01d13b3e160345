// The page before it could join in one request, as a recording of its steps: the
// same requests in the same order, each sent when it used to be.
//
// Left out is what follows the first frame, such as choosing layers for the size
// of a tile.

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
  // Both went on at the same time, and tracks were sent when there were both.
  const devices = openDevices();
  await connection.opened;
  const { rtpCapabilities } = await connection.request(
    'getRouterRtpCapabilities',
  );
  const device = await Device.factory();
  await device.load({ routerRtpCapabilities: rtpCapabilities });
  const { peers } = await connection.request('joinRoom', membership(device));
  const transports = openOnFirstUse(connection, device);
  const published = publish(transports, devices);
  const tracks = peers.flatMap(({ displayName, producers }) =>
    producers.map(({ producerId }) =>
      consume(connection, transports, displayName, producerId),
    ),
  );
  const channels = peers.flatMap(({ dataProducers }) =>
    dataProducers.map(({ dataProducerId }) =>
      consumeData(connection, transports, dataProducerId),
    ),
  );
  const chat = transports
    .get('send')
    .then((transport) => transport.produceData({ label: 'chat' }));
  await Promise.all([published, ...tracks, ...channels, chat]);
});

/** Transports, each opened by the first that needs it. */
function openOnFirstUse(connection, device) {
  const transports = new Map();
  return {
    get(direction) {
      const opened =
        transports.get(direction) ?? open(connection, device, direction);
      transports.set(direction, opened);
      return opened;
    },
  };
}

async function open(connection, device, direction) {
  const [{ transportId, ...parameters }, { iceServers }] = await Promise.all([
    connection.request('createWebRtcTransport', {
      direction,
      enableSctp: true,
    }),
    connection.request('getIceServers'),
  ]);
  const options = { id: transportId, ...parameters, iceServers };
  const transport =
    direction === 'send'
      ? device.createSendTransport(options)
      : device.createRecvTransport(options);
  const ask = (method, data, done, fail) => {
    connection.request(method, { transportId, ...data }).then(done, fail);
  };
  transport.on('connect', (data, done, fail) =>
    ask('connectWebRtcTransport', data, done, fail),
  );
  transport.on('produce', (data, done, fail) =>
    ask('produce', data, ({ producerId }) => done({ id: producerId }), fail),
  );
  transport.on('producedata', (data, done, fail) =>
    ask(
      'produceData',
      data,
      ({ dataProducerId }) => done({ id: dataProducerId }),
      fail,
    ),
  );
  return transport;
}

async function publish(transports, devices) {
  const { mic, camera } = await devices;
  const transport = await transports.get('send');
  await Promise.all([
    transport.produce({ track: mic, appData: { source: 'mic' } }),
    transport.produce({
      track: camera,
      appData: { source: 'camera' },
      ...cameraOptions(),
    }),
  ]);
}

async function consume(connection, transports, name, producerId) {
  const transport = await transports.get('recv');
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
  show(name, track);
}

async function consumeData(connection, transports, dataProducerId) {
  const transport = await transports.get('recv');
  const { dataConsumerId, ...parameters } = await connection.request(
    'consumeData',
    { transportId: transport.id, dataProducerId },
  );
  await transport.consumeData({ id: dataConsumerId, ...parameters });
}
