// A frontend of the chat API as its page has it, for browsers: logs in over
// HTTP, chats and calls over the room's socket, from browser to browser.

const api = new URLSearchParams(location.search).get('api');
const [local, remote] = document.querySelectorAll('video');
const messages = [];
const sent = [];
const signals = [];
let token;
let socket;
let peer;
let handled = Promise.resolve();

async function request(method, path, body) {
  const response = await fetch(`${api}${path}`, {
    method,
    headers: {
      'Content-Type': 'application/json',
      ...(token && { Authorization: `Bearer ${token}` }),
    },
    ...(body && { body: JSON.stringify(body) }),
  });
  return response.json();
}

async function login(email, password) {
  ({ access: token } = await request('POST', '/auth/login/', {
    email,
    password,
  }));
}

function connect(roomId, way) {
  const url = `${api.replace('http', 'ws')}/ws/chat/${roomId}/`;
  socket =
    way === 'query'
      ? new WebSocket(`${url}?token=${token}`)
      : new WebSocket(url, ['bearer', token]);
  socket.onmessage = ({ data }) => {
    const message = JSON.parse(data);
    if (message.id) {
      messages.push(message);
    } else if (message.type) {
      signals.push(message);
      handled = handled.then(() => handle(message));
    }
  };
  return new Promise((resolve, reject) => {
    socket.onopen = resolve;
    socket.onclose = reject;
  });
}

function sendMessage(content) {
  socket.send(JSON.stringify({ content }));
}

function sendSignal(signal) {
  const text = JSON.stringify(signal);
  sent.push(JSON.parse(text));
  socket.send(text);
}

async function openPeer() {
  peer = new RTCPeerConnection();
  peer.onicecandidate = ({ candidate }) => {
    if (candidate) {
      sendSignal({ type: 'webrtc-ice-candidate', candidate });
    }
  };
  peer.ontrack = ({ streams }) => {
    [remote.srcObject] = streams;
  };
  local.srcObject = await navigator.mediaDevices.getUserMedia({
    audio: true,
    video: { width: 320, height: 180 },
  });
  for (const track of local.srcObject.getTracks()) {
    peer.addTrack(track, local.srcObject);
  }
}

async function call() {
  await openPeer();
  const offer = await peer.createOffer();
  await peer.setLocalDescription(offer);
  sendSignal({ type: 'webrtc-offer', offer });
}

function endCall() {
  peer.close();
  for (const track of local.srcObject.getTracks()) {
    track.stop();
  }
  local.srcObject = null;
  remote.srcObject = null;
}

function hangUp() {
  sendSignal({ type: 'webrtc-hangup' });
  endCall();
}

async function handle({ type, ...signal }) {
  switch (type) {
    case 'webrtc-offer': {
      await openPeer();
      await peer.setRemoteDescription(signal.offer);
      const answer = await peer.createAnswer();
      await peer.setLocalDescription(answer);
      sendSignal({ type: 'webrtc-answer', answer });
      break;
    }
    case 'webrtc-answer':
      await peer.setRemoteDescription(signal.answer);
      break;
    case 'webrtc-ice-candidate':
      await peer.addIceCandidate(signal.candidate);
      break;
    case 'webrtc-hangup':
      endCall();
      break;
  }
}

/** Pictures and sound of the other browser so far. */
async function decoded() {
  const stats = (await peer?.getStats()) ?? new Map();
  const reports = [...stats.values()].filter(
    ({ type }) => type === 'inbound-rtp',
  );
  const sum = (field) =>
    reports.reduce((total, report) => total + (report[field] ?? 0), 0);
  return { frames: sum('framesDecoded'), energy: sum('totalAudioEnergy') };
}

globalThis.frontend = {
  request,
  login,
  connect,
  sendMessage,
  call,
  hangUp,
  decoded,
  messages,
  sent,
  signals,
  protocol: () => socket.protocol,
  state: () => peer.connectionState,
  isShown: () => remote.srcObject !== null && remote.currentTime > 0,
};
