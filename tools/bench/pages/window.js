// What the recorded pages have in common: a button that joins, the tiles by which
// the time of the first frame is taken, and the user's own devices. They are not
// drawn as the page draws them, which costs them less than it costs the page.

const { room: roomId } = Object.fromEntries(
  new URLSearchParams(location.search),
);
const peerId = crypto.randomUUID();

/** Opens a connection to the server. */
export function connect() {
  const url = new URL('/', location.href);
  url.protocol = 'wss:';
  url.search = new URLSearchParams({ roomId, peerId });
  const socket = new WebSocket(url, 'protoo');
  const waiting = new Map();
  let lastId = 0;
  socket.addEventListener('message', ({ data }) => {
    const frame = JSON.parse(data);
    if (frame.response) {
      const { resolve, reject } = waiting.get(frame.id);
      waiting.delete(frame.id);
      if (frame.ok) {
        resolve(frame.data);
      } else {
        reject(new Error(frame.errorReason));
      }
    }
  });
  return {
    /** Resolves when requests can be sent. */
    opened: new Promise((resolve) => {
      socket.addEventListener('open', resolve);
    }),

    /** Sends a request. Resolves with the data of the reply. */
    request(method, data = {}) {
      lastId += 1;
      const id = lastId;
      socket.send(JSON.stringify({ request: true, id, method, data }));
      return new Promise((resolve, reject) => {
        waiting.set(id, { resolve, reject });
      });
    },
  };
}

/** The data of a request that joins, for a device that has been loaded. */
export function membership(device) {
  return {
    roomId,
    peerId,
    displayName: 'Grace',
    device: { flag: 'atrium', name: device.handlerName },
    rtpCapabilities: device.recvRtpCapabilities,
  };
}

/** Opens microphone and camera as the page does. */
export async function openDevices() {
  const stream = await navigator.mediaDevices.getUserMedia({
    audio: {
      echoCancellation: true,
      noiseSuppression: true,
      autoGainControl: true,
    },
    video: {
      width: { ideal: 960 },
      height: { ideal: 540 },
      frameRate: { ideal: 30, max: 30 },
    },
  });
  const [mic] = stream.getAudioTracks();
  const [camera] = stream.getVideoTracks();
  return { mic, camera };
}

/** The options that the page sends a camera with. */
export function cameraOptions() {
  const layer = (scaleResolutionDownBy, maxBitrate) => ({
    scaleResolutionDownBy,
    maxBitrate,
    scalabilityMode: 'L1T3',
  });
  return {
    encodings: [layer(4, 150_000), layer(2, 500_000), layer(1, 1_500_000)],
    codecOptions: { videoGoogleStartBitrate: 1_000 },
  };
}

/** Calls `join` on a click. */
export function onJoin(join) {
  document.querySelector('button').addEventListener('click', () => {
    join().catch((error) => console.error(error));
  });
}

/** Shows a track in the tile of a person. */
export function show(name, track) {
  const element = document.createElement(track.kind);
  element.autoplay = true;
  element.muted = track.kind === 'video';
  element.srcObject = new MediaStream([track]);
  tileOf(name).append(element);
}

function tileOf(name) {
  const tiles = [...document.querySelectorAll('.tile')];
  const known = tiles.find((tile) => tile.dataset.name === name);
  if (known) {
    return known;
  }
  const tile = document.createElement('div');
  tile.className = 'tile';
  tile.dataset.name = name;
  const label = document.createElement('span');
  label.className = 'tile-name';
  label.textContent = name;
  tile.append(label);
  document.body.append(tile);
  return tile;
}
