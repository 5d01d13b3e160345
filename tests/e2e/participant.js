// A client of the JSON WebSocket API, written after its page alone: what a
// frontend of that contract does, run in a browser.

import { Device } from 'mediasoup-client';

const socket = new WebSocket(`wss://${location.host}/ws`);
const opened = new Promise((resolve) => {
  socket.onopen = resolve;
});
const answers = new Map();
const messages = [];
const elements = new Map();
let device;
let receiver;
let roomId;
let requests = 0;

socket.onmessage = ({ data }) => {
  const message = JSON.parse(data);
  messages.push(message);
  answers.get(message.requestId ?? message.type)?.(message);
  switch (message.type) {
    case 'producerCreated':
      void subscribe(message.data.producerId);
      break;
    case 'consumerClosed':
      elements.get(message.data.consumerId)?.remove();
      elements.delete(message.data.consumerId);
      break;
  }
};

function request(type, data) {
  requests += 1;
  const requestId = `${type}-${requests}`;
  const answer = new Promise((resolve, reject) => {
    answers.set(requestId, (message) => {
      if (message.type === 'error') {
        reject(new Error(message.error));
      } else {
        resolve(message.data);
      }
    });
  });
  socket.send(JSON.stringify({ type, data, requestId }));
  return answer;
}

async function transport(direction) {
  const { transportId, ...parameters } = await request(
    'createWebRtcTransport',
    { roomId, direction },
  );
  const options = { id: transportId, ...parameters };
  const made =
    direction === 'send'
      ? device.createSendTransport(options)
      : device.createRecvTransport(options);
  made.on('connect', ({ dtlsParameters }, done, fail) => {
    void request('connectWebRtcTransport', {
      roomId,
      transportId,
      dtlsParameters,
    }).then(done, fail);
  });
  made.on('produce', ({ kind, rtpParameters, appData }, done, fail) => {
    void request('publish', { roomId, kind, rtpParameters, appData }).then(
      ({ producerId }) => done({ id: producerId }),
      fail,
    );
  });
  return made;
}

async function subscribe(producerId) {
  const transport = await receiver;
  const { consumerId, kind, rtpParameters } = await request('subscribe', {
    roomId,
    producerId,
    rtpCapabilities: device.recvRtpCapabilities,
  });
  const { track } = await transport.consume({
    id: consumerId,
    producerId,
    kind,
    rtpParameters,
  });
  const element = document.createElement(kind);
  element.autoplay = true;
  element.srcObject = new MediaStream([track]);
  document.body.append(element);
  elements.set(consumerId, element);
  await request('resume', { roomId, consumerId });
}

globalThis.participant = {
  messages,
  request: (type, data) => request(type, { roomId, ...data }),

  async authenticate(token) {
    await opened;
    const connected = new Promise((resolve) => {
      answers.set('connected', resolve);
    });
    socket.send(JSON.stringify({ type: 'authenticate', data: { token } }));
    return (await connected).data;
  },

  async createRoom() {
    const room = await request('createRoom', {
      name: 'My Room',
      description: 'Test room',
      maxParticipants: 2,
    });
    return room.roomId;
  },

  async join(id, displayName) {
    roomId = id;
    // Existing producers are announced right after the reply.
    let open;
    receiver = new Promise((resolve) => {
      open = resolve;
    });
    const { routerRtpCapabilities } = await request('joinRoom', {
      roomId,
      displayName,
    });
    device = await Device.factory();
    await device.load({ routerRtpCapabilities });
    open(await transport('recv'));
    const stream = await navigator.mediaDevices.getUserMedia({
      audio: true,
      video: true,
    });
    const sender = await transport('send');
    for (const track of stream.getTracks()) {
      await sender.produce({
        track,
        appData: { source: track.kind === 'audio' ? 'mic' : 'camera' },
      });
    }
  },

  consumerIds: () => [...elements.keys()],

  /** The decoded media of everything received. */
  async received() {
    const sum = { frames: 0, energy: 0 };
    for (const stats of (await (await receiver).getStats()).values()) {
      if (stats.type === 'inbound-rtp') {
        sum.frames += stats.framesDecoded ?? 0;
        sum.energy += stats.totalAudioEnergy ?? 0;
      }
    }
    return sum;
  },
};
