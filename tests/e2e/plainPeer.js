// A client of a session that knows its page alone: the socket and its messages,
// RTCPeerConnection, and that newcomers offer. Written without the SDK.

/** Enters a session by its address. `show` and `hide` are called with streams. */
export async function enterPlainly(
  address,
  password,
  { show, hide, offers = true },
) {
  const media = await navigator.mediaDevices.getUserMedia({
    audio: true,
    video: { width: 160, height: 120, frameRate: 10 },
  });
  const response = await fetch(`/connect/${address}`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ password }),
  });
  const { socket: ticket } = await response.json();
  const connections = new Map();
  const shown = new Map();
  const peer = { connections, media };

  function connectionTo(id) {
    let connection = connections.get(id);
    if (!connection) {
      connection = new RTCPeerConnection();
      connections.set(id, connection);
      for (const track of media.getTracks()) {
        connection.addTrack(track, media);
      }
      connection.onicecandidate = ({ candidate }) =>
        send({ type: 'ice-candidate', to: id, candidate });
      connection.ontrack = ({ streams: [stream] }) => {
        shown.set(id, new Set(shown.get(id)).add(stream.id));
        stream.onremovetrack = () => {
          if (stream.getTracks().length === 0) {
            hide(stream.id);
          }
        };
        show(stream.id, stream);
      };
    }
    return connection;
  }

  function send(message) {
    peer.socket.send(JSON.stringify(message));
  }

  function hangUp(id) {
    const connection = connections.get(id);
    connections.delete(id);
    connection?.close();
    for (const streamId of shown.get(id) ?? []) {
      hide(streamId);
    }
    shown.delete(id);
  }

  async function receive({ type, from, ...message }) {
    if (type === 'connected') {
      peer.id = message.peerId;
      for (const { peerId } of offers ? message.peers : []) {
        const connection = connectionTo(peerId);
        await connection.setLocalDescription();
        const { sdp } = connection.localDescription;
        send({ type: 'offer', to: peerId, sdp });
      }
    } else if (type === 'offer') {
      const connection = connectionTo(from);
      await connection.setRemoteDescription({ type, sdp: message.sdp });
      await connection.setLocalDescription();
      const { sdp } = connection.localDescription;
      send({ type: 'answer', to: from, sdp });
    } else if (type === 'answer') {
      await connectionTo(from).setRemoteDescription({ type, sdp: message.sdp });
    } else if (type === 'ice-candidate') {
      await connectionTo(from).addIceCandidate(message.candidate);
    } else if (type === 'disconnect') {
      hangUp(from);
    }
  }

  peer.connect = () => {
    peer.socket = new WebSocket(`wss://${location.host}/ws/${ticket}`);
    peer.socket.onopen = () => send({ type: 'connect', name: 'Cem' });
    let work = Promise.resolve();
    peer.socket.onmessage = ({ data }) => {
      work = work.then(() => receive(JSON.parse(data)));
    };
  };
  peer.leave = () => {
    peer.socket.close();
    for (const id of connections.keys()) {
      hangUp(id);
    }
  };
  peer.send = send;
  peer.connect();
  return peer;
}
