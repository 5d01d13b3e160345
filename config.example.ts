// Every option with its default. Copy this file to config.ts and keep what
// you want to change: what is left out, or undefined, has its default.
// Environment variables win over the file.
//
// Written by "npm run docs" from the table in lib/config/schema.ts.
import type { ConfigInput } from './lib/config/load.ts';

export default {
  // Where HTTPS and the signalling are served.
  listen: {
    // Address to listen on; 0.0.0.0 or :: for all interfaces.
    // Values: an IP address or a host name, without scheme, port, brackets or
    // spaces. Environment: ATRIUM_HOST.
    host: '127.0.0.1',

    // TCP port; 0 takes any free one. Environment: ATRIUM_PORT.
    // Values: 0 to 65535.
    port: 4443,
  },

  // The certificate, PEM. Renewed files are served without a restart. If there
  // are none and the server listens on loopback only, it makes a self-signed
  // pair.
  tls: {
    // Certificate chain; relative to the project.
    // Environment: ATRIUM_TLS_CERT.
    cert: 'certs/cert.pem',

    // Private key; relative to the project.
    // Environment: ATRIUM_TLS_KEY.
    key: 'certs/key.pem',
  },

  // Where the media workers receive and send.
  rtc: {
    // IP address that the workers bind.
    // Values: an IP address. Environment: ATRIUM_RTC_LISTEN_IP.
    listenIp: '127.0.0.1',

    // Public IP address or host name that clients are told to send media to;
    // needed behind NAT and where listenIp is 0.0.0.0 or ::. With listenIp ::
    // it may be a list of one IPv4 and one IPv6 address (in the environment
    // with a comma between them).
    // Values: the IP address or the name of a host, without scheme, port,
    // brackets or spaces, or a list of one IPv4 and one IPv6 address.
    // Environment: ATRIUM_ANNOUNCED_ADDRESS.
    announcedAddress: undefined,

    // First UDP and TCP port; worker N takes port + N. 0 takes any free ones.
    // Values: 0 to 65535. Environment: ATRIUM_RTC_PORT.
    port: 25_200,

    // Offer ICE over UDP.
    udp: true,

    // Offer ICE over TCP.
    tcp: true,

    // A client whose network is silent for this long is disconnected, s.
    // Values: 5 to 60.
    iceConsentTimeout: 15,

    // What a receiver is assumed to take before it is measured, bit/s.
    // Values: 30000 to 100000000.
    initialOutgoingBitrate: 1_000_000,
  },

  // STUN and TURN servers that clients are told of. Only those on networks that
  // let nothing through to the media ports need any.
  ice: {
    // Each has urls, and for TURN a username and a credential, or the secret
    // that it shares with coturn (use-auth-secret): then every client gets a
    // credential of its own. Environment: ATRIUM_TURN_URLS, with commas between
    // them, and ATRIUM_TURN_SECRET, for one server.
    // Values: at most 16 entries.
    servers: [],

    // How long such a credential is good, s.
    // Values: 60 to 604800.
    ttl: 43_200,
  },

  // The mediasoup worker processes.
  workers: {
    // How many workers run; one a CPU core unless set.
    // Values: 1 to 256. Default: one a CPU core. Environment: ATRIUM_WORKERS.
    count: undefined,

    // What the workers log.
    // Values: "debug", "warn", "error", "none".
    logLevel: 'warn',

    // Time between two requests that try if a worker answers, ms.
    // Values: 100 to 60000.
    probeInterval: 2000,

    // A worker that has not answered for this long gets nothing new until it
    // answers, ms.
    // Values: 100 to 60000.
    probeTimeout: 5000,

    // A worker that has not answered for this long, or takes longer to start,
    // is killed and replaced, ms. More than probeTimeout.
    // Values: 200 to 600000.
    hangTimeout: 15_000,
  },

  // Rooms, however they came into being.
  rooms: {
    // Most peers in one room; a room may be created with fewer.
    // Values: 1 to 100000.
    maxPeers: 500,

    // Consumers that a room has on one worker before further peers of it are
    // placed on another, the one that carries the fewest. 0: every peer is
    // placed on that one.
    // Values: 0 to 1000000.
    consumersPerRouter: 400,

    // Time that a room created by name stays without anybody in it, ms. A room
    // that came into being because somebody joined goes with the last one.
    // Values: 0 to 86400000.
    emptyTimeout: 300_000,

    // Time that a peer is kept whose connection broke, with its media running,
    // so that its client can resume it, ms. 0: not at all.
    // Values: 0 to 300000.
    resumeTimeout: 15_000,

    // Time for which less must be wanted of a track before its sender is told
    // to send less, ms. More is told at once.
    // Values: 0 to 600000.
    layerReleaseDelay: 1000,
  },

  // Who speaks: what the members of a room are told of the microphones in it.
  speakers: {
    // Time between two looks at who speaks most, ms.
    // Values: 100 to 5000.
    activeInterval: 300,

    // Time over which a volume is averaged, ms.
    // Values: 250 to 5000.
    levelsInterval: 800,

    // What is not louder than this counts as silence, dBov.
    // Values: -127 to 0.
    threshold: -70,

    // Most peers whose volume is told at a time, the loudest.
    // Values: 1 to 100.
    maxLevels: 10,
  },

  // Who may come in.
  auth: {
    // "open" lets anybody into any room under any name; "token" takes a JWT at
    // the handshake and believes nothing else. /ws always takes a token.
    // Values: "open", "token". Environment: ATRIUM_AUTH_MODE.
    mode: 'open',

    // Whether mode "open" is meant where others than this machine can connect.
    // Environment: ATRIUM_AUTH_ALLOW_OPEN.
    allowOpen: false,

    // Whether a peer is put out of its room when its token expires; its client
    // is told a minute before. Without it a token only has to be good at the
    // door.
    enforceExpiry: false,

    // Keys that tokens are signed with; several during a rotation. Environment:
    // ATRIUM_AUTH_SECRET, one HS256 secret. Without a key, /ws is not served.
    // Values: at most 16 entries.
    keys: [],

    // Difference between the clocks of this server and of the one that makes
    // tokens, s. A token is good for so much longer, and so much earlier.
    // Values: 0 to 300.
    clockTolerance: 10,

    // The service that knows the users, for tokens of /ws.
    users: {
      // Asked with the token of the user, such as
      // https://users.example/api/users/{id}/; 404 means that the user is no
      // more. Tokens are enough where it is not set.
      // Values: a URL with {id} where the user id goes, in its path or query, a
      // URL without a user name and a password.
      url: undefined,

      // Longest wait for its answer, ms.
      // Values: 100 to 60000.
      timeout: 3000,

      // How long an answer is good, ms.
      // Values: 0 to 3600000.
      cacheTime: 60_000,
    },
  },

  // From where clients may come.
  access: {
    // Origins whose pages may use the server beside its own, over HTTP and
    // WebSocket. What is no browser names no origin and is let pass.
    // Values: at most 1000 entries.
    origins: undefined,

    // Origins whose pages may show the page of this server in a frame. Nobody
    // else may.
    // Values: at most 100 entries.
    embedders: [],

    // Reverse proxies. From these, X-Forwarded-For, -Host and -Proto, or
    // Forwarded, say who the client is and what it calls this server. Unless
    // they are set, limits by address count all that comes through a proxy as
    // one.
    // Values: at most 100 entries.
    trustProxy: [],
  },

  // What is let in at most. An IPv6 network (/64) counts as one address.
  // Whoever meets a limit is told its name.
  limits: {
    // Rooms.
    // Values: 1 to 1000000.
    rooms: 10_000,

    // Rooms that were created by name from one address.
    // Values: 1 to 1000000.
    roomsPerAddress: 500,

    // Peers in all rooms.
    // Values: 1 to 1000000.
    peers: 10_000,

    // Peers from one address, which may be a whole school behind a NAT.
    // Values: 1 to 1000000.
    peersPerAddress: 500,

    // Connections that are in no room.
    // Values: 1 to 1000000.
    pendingConnections: 2000,

    // Connections from one address that are in no room.
    // Values: 1 to 1000000.
    pendingConnectionsPerAddress: 500,

    // WebSocket handshakes a minute from one address, in the long run. Clients
    // that come back to a peer that is still held do not count, up to one in 5
    // s for each peer.
    // Values: 1 to 1000000.
    handshakesPerMinute: 300,

    // WebSocket handshakes from one address that may come at once; as many are
    // allowed again at the rate above.
    // Values: 1 to 1000000.
    handshakeBurst: 1000,

    // Questions a minute from one address, in the long run, why a handshake was
    // refused.
    // Values: 1 to 1000000.
    admissionsPerMinute: 300,

    // Such questions from one address that may come at once.
    // Values: 1 to 1000000.
    admissionBurst: 1000,

    // HTTP requests a minute from one address, in the long run.
    // Values: 1 to 1000000.
    requestsPerMinute: 1200,

    // HTTP requests from one address that may come at once; a page takes up to
    // 10.
    // Values: 1 to 1000000.
    requestBurst: 10_000,

    // TCP connections to the server, for HTTP and WebSocket alike. Never more
    // than the open files that the system allows the process leave room for.
    // Values: 1 to 1000000.
    connections: 16_000,

    // TCP connections from one address; browsers open up to seven. Those of
    // access.trustProxy only count in all.
    // Values: 1 to 1000000.
    connectionsPerAddress: 4000,

    // HTTP requests that one connection has sent and not been answered.
    // Browsers send one at a time.
    // Values: 1 to 10000.
    unansweredRequests: 16,

    // A client that reads nothing of an HTTP answer for this long is cut off,
    // ms.
    // Values: 100 to 3600000.
    answerTimeout: 20_000,

    // Messages a second on one connection, in the long run. A long message
    // counts once more for each 16 KiB.
    // Values: 1 to 100000.
    messagesPerSecond: 100,

    // Messages that may come at once beyond that. As many more are answered
    // with an error, and then the connection is closed with 4008. A request
    // that fails counts once more for each KiB.
    // Values: 1 to 100000.
    messageBurst: 500,

    // Requests of one connection that are not answered yet, bytes. Further ones
    // are answered with an error. At least twice signalling.maxFrameBytes.
    // Values: 16384 to 1073741824.
    pendingBytes: 1_048_576,

    // What may wait for a client that reads slowly, bytes. It is closed with
    // 1013 when more would have to wait.
    // Values: 65536 to 1073741824.
    sendBufferBytes: 1_048_576,

    // What may wait in that way on all connections, bytes. Beyond it, the
    // connection on which the most waits is closed with 1013. Up to a sixteenth
    // more may wait for a moment.
    // Values: 65536 to 1099511627776.
    sendBufferBytesInAll: 134_217_728,

    // What is kept at most for a peer that can be resumed until its client has
    // confirmed it, bytes. A peer for which more would have to be kept is out,
    // and its client is closed with 1013. At least sendBufferBytes.
    // Values: 65536 to 1099511627776.
    keptBytesPerPeer: 2_097_152,

    // What is kept in that way for all peers of a room, bytes; what several are
    // told counts once. Beyond it, the peer for which the most is kept is out.
    // At least keptBytesPerPeer.
    // Values: 65536 to 1099511627776.
    keptBytesPerRoom: 16_777_216,

    // What is kept in that way for all peers of the server, bytes. At least
    // keptBytesPerRoom.
    // Values: 65536 to 1099511627776.
    keptBytes: 67_108_864,

    // Transports of one peer.
    // Values: 1 to 10000.
    transportsPerPeer: 16,

    // Tracks that one peer sends.
    // Values: 1 to 10000.
    producersPerPeer: 16,

    // Tracks that one peer sends of one source, such as cameras. What names no
    // source is not counted.
    // Values: 1 to 10000.
    producersPerSource: 1,

    // The appData of all tracks and data channels that one peer sends, bytes of
    // JSON. Everybody who joins its room is told all of it.
    // Values: 4096 to 1073741824.
    appDataBytesPerPeer: 16_384,

    // Tracks that one peer receives.
    // Values: 1 to 100000.
    consumersPerPeer: 2000,

    // Data channels that one peer sends over.
    // Values: 1 to 10000.
    dataProducersPerPeer: 16,

    // Data channels that one peer receives from. Browsers take about a thousand
    // over one transport.
    // Values: 1 to 65535.
    dataConsumersPerPeer: 1000,

    // What a client is told to send at most over one transport, bit/s. Browsers
    // keep to it.
    // Values: 100000 to 4294967295.
    incomingBitrate: 20_000_000,
  },

  // The connections of clients.
  signalling: {
    // Longest message accepted, bytes.
    // Values: 16384 to 16777216.
    maxFrameBytes: 262_144,

    // Time between pings, ms; a client that misses two is gone.
    // Values: 100 to 300000.
    pingInterval: 10_000,

    // Time a connection may stay without joining a room, ms.
    // Values: 100 to 300000.
    joinTimeout: 10_000,
  },

  // Where metrics and status are served. They say more than strangers should
  // know, so on an address that others reach they are served at a port of their
  // own or not at all.
  ops: {
    // Address for port; whoever reaches it sees everything, over plain HTTP.
    // Values: an IP address or a host name, without scheme, port, brackets or
    // spaces. Environment: ATRIUM_OPS_HOST.
    host: '127.0.0.1',

    // TCP port for all resources, /metrics, /metrics/json and /status among
    // them; 0 takes any free one. Unless set, they are served with everything
    // else while listen.host is a loopback address and access.trustProxy names
    // no proxy, and nowhere otherwise.
    // Values: 0 to 65535. Environment: ATRIUM_OPS_PORT.
    port: undefined,
  },

  // The end of the server, when it is asked to stop.
  shutdown: {
    // Longest time that the server waits for its rooms to empty after SIGTERM,
    // ms. It creates no new rooms meanwhile.
    // Values: 0 to 86400000.
    drainTimeout: 30_000,
  },

  // What the server logs to standard error.
  log: {
    // The DEBUG variable overrides it: DEBUG="atrium:*".
    // Values: "error", "warn", "info", "debug". Environment: ATRIUM_LOG_LEVEL.
    level: 'info',

    // One line an entry in both: "text" for people and for the journal, "json"
    // for programs that collect logs.
    // Values: "text", "json". Environment: ATRIUM_LOG_FORMAT.
    format: 'text',

    // Entries of one kind about one address that are logged at once: refusals,
    // joins, closed connections. Beyond that it is one a second, and the number
    // of the others.
    // Values: 1 to 1000000.
    burst: 500,
  },
} satisfies ConfigInput;
