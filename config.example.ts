// Every option with its default. Copy this file to config.ts and keep what
// you want to change: what is left out, or undefined, has its default.
// Environment variables win over the file.
//
// Written by "npm run docs" from the options.ts of each module.
import type { ConfigInput } from './lib/config/schema.ts';

export default {
  // The address of the server, for HTTPS and signalling.
  listen: {
    // Address to listen on; 0.0.0.0 or :: for all interfaces.
    // Values: an IP address or a host name, without scheme, port, brackets or
    // spaces. Environment: ATRIUM_HOST.
    host: '127.0.0.1',

    // TCP port; 0 takes any free one. Environment: ATRIUM_PORT.
    // Values: 0 to 65535.
    port: 4443,

    // Serves this contract alone, without the page. npm run signalling-server
    // and npm run users-service set it.
    // Values: "protoo", "json", "chat", "calls", "media", "meetings", "users".
    contract: undefined,

    // With false, it speaks plain HTTP, which needs a loopback host or a proxy
    // in access.trustProxy.
    tls: true,
  },

  // Addresses at which one contract is served alone, beside listen, at the same
  // paths. Each has a contract ("protoo", "json", "chat", "calls", "media",
  // "meetings", "users"), a host (127.0.0.1 unless set), a port, and tls (true
  // unless set). With tls: false it speaks plain HTTP, which needs a loopback
  // host or a proxy in access.trustProxy.
  // Values: at most 16 entries.
  listeners: [],

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

  // The addresses and ports at which the media workers send and receive.
  rtc: {
    // IP address that the workers bind.
    // Values: an IP address. Environment: ATRIUM_RTC_LISTEN_IP.
    listenIp: '127.0.0.1',

    // Public IP address or host name that clients send media to; required
    // behind NAT and if listenIp is 0.0.0.0 or ::. With listenIp :: it may be a
    // list of one IPv4 and one IPv6 address (separated by a comma in the
    // environment).
    // Values: the IP address or the name of a host, without scheme, port,
    // brackets or spaces, or a list of one IPv4 and one IPv6 address.
    // Environment: ATRIUM_ANNOUNCED_ADDRESS.
    announcedAddress: undefined,

    // While listenIp is a loopback address, also bind the address of this
    // machine in its network, because Firefox sends no media to a loopback
    // address. Clients still have to reach the server at listen.host.
    ownAddress: true,

    // First UDP and TCP port; worker N takes port + N. 0 takes any free ones.
    // Values: 0 to 65535. Environment: ATRIUM_RTC_PORT.
    port: 25_200,

    // Offer ICE over UDP.
    udp: true,

    // Offer ICE over TCP.
    tcp: true,

    // Time without an answer to ICE consent checks after which a transport
    // counts as disconnected, s.
    // Values: 5 to 60.
    iceConsentTimeout: 15,

    // Bandwidth that a receiver is assumed to have before it is measured,
    // bit/s.
    // Values: 30000 to 100000000.
    initialOutgoingBitrate: 300_000,

    // Divide the bandwidth of a receiver among all its videos together: smooth
    // cameras before large ones, sharp screens before smooth ones, and videos
    // that do not fit suspended. With false, that is left to mediasoup, which
    // raises one video after the other, the resolution before the frame rate.
    adaptLayers: true,
  },

  // STUN and TURN servers for clients. Only clients on networks that block the
  // media ports need them.
  ice: {
    // Each has urls and, for TURN, either a username and a credential, or the
    // secret that it shares with coturn (use-auth-secret), from which every
    // client receives its own credential. Environment, for one server:
    // ATRIUM_TURN_URLS, separated by commas, and ATRIUM_TURN_SECRET.
    // Values: at most 16 entries.
    servers: [],

    // Time for which such a credential is valid, s.
    // Values: 60 to 604800.
    ttl: 43_200,
  },

  // The mediasoup worker processes.
  workers: {
    // Number of workers; one per CPU core by default.
    // Values: 0 to 256. Default: one a CPU core. Environment: ATRIUM_WORKERS.
    count: undefined,

    // Level from which the workers log.
    // Values: "debug", "warn", "error", "none".
    logLevel: 'warn',

    // Time between two probes of a worker, ms.
    // Values: 100 to 60000.
    probeInterval: 2000,

    // A worker that has not answered for this long gets no new rooms and peers
    // until it answers, ms.
    // Values: 100 to 60000.
    probeTimeout: 5000,

    // A worker that has not answered for this long, or takes longer to start,
    // is killed and replaced, ms. More than probeTimeout.
    // Values: 200 to 600000.
    hangTimeout: 15_000,
  },

  // All rooms, created by name or by joining.
  rooms: {
    // Maximum number of peers in a room; a room may be created with a lower
    // one.
    // Values: 1 to 100000.
    maxPeers: 500,

    // Maximum number of clients in the lobby of a room.
    // Values: 1 to 10000.
    maxWaiting: 100,

    // Consumers that a room has on one worker before its next peers are placed
    // on another, the one with the fewest consumers. With 0, every peer is
    // placed on the latter.
    // Values: 0 to 1000000.
    consumersPerRouter: 400,

    // Time for which a room that was created by name may be empty, ms. A room
    // that was created by joining closes when its last peer leaves, but stays
    // open that long while clients wait in its lobby.
    // Values: 0 to 86400000.
    emptyTimeout: 300_000,

    // Time for which a peer whose connection broke is kept, with its media
    // running, so that its client can resume it, ms. With 0, it is removed at
    // once.
    // Values: 0 to 300000.
    resumeTimeout: 15_000,

    // Time for which a moderator bans a peer without saying for how long, ms. A
    // day outlasts a meeting that was disturbed and its repetition on the same
    // day, and not the time for which a network keeps its address.
    // Values: 60000 to 31536000000.
    banTime: 86_400_000,

    // Bans of one room that are observed, the newest of them.
    // Values: 1 to 100000.
    bansPerRoom: 1000,

    // Time for which a spatial layer of a track must be unused before its
    // sender is asked to stop sending it, ms. Senders are asked for more layers
    // at once.
    // Values: 0 to 600000.
    layerReleaseDelay: 1000,

    // Time for which a peer must be without a connection before the others are
    // told that it is reconnecting, ms.
    // Values: 0 to 600000.
    absenceNotice: 1000,

    // Shortest time between two announcements of the quality of one peer's
    // connection, ms.
    // Values: 1000 to 600000.
    qualityInterval: 5000,
  },

  // The detection of active speakers, and the volumes that members of a room
  // receive.
  speakers: {
    // Interval at which the active speaker is determined, ms.
    // Values: 100 to 5000.
    activeInterval: 300,

    // Interval over which volumes are averaged, ms.
    // Values: 250 to 5000.
    levelsInterval: 800,

    // Volume up to which a microphone counts as silent, dBov.
    // Values: -127 to 0.
    threshold: -70,

    // Number of peers whose volumes are reported, the loudest first.
    // Values: 1 to 100.
    maxLevels: 10,
  },

  // Authentication of clients.
  auth: {
    // "open" lets anyone into any room under any name; "token" requires a JWT
    // at the handshake, which alone decides on rights. /ws always requires a
    // token.
    // Values: "open", "token". Environment: ATRIUM_AUTH_MODE.
    mode: 'open',

    // Confirms mode "open" on an address that other machines can reach.
    // Environment: ATRIUM_AUTH_ALLOW_OPEN.
    allowOpen: false,

    // Removes a peer from its room when its token expires; its client is
    // notified a minute before. Otherwise a token has to be valid only until
    // its peer has joined.
    enforceExpiry: false,

    // Keys that verify tokens; several during a rotation. Environment:
    // ATRIUM_AUTH_SECRET, one HS256 secret. The first HS256 key signs logins.
    // Without a key, a server that only its own machine can reach makes one;
    // any other has no logins and does not serve /ws.
    // Values: at most 16 entries.
    keys: [],

    // Keys of the server API (docs/server-api.md), which is off without one.
    // Each has an id, a hash of its secret or a publicKey for tokens that it
    // signs, its scopes, and optionally the time at which it expires. npm run
    // token -- --api ID --scopes rooms:read makes one.
    // Values: at most 256 entries, keys with different ids.
    apiKeys: [],

    // Longest lifetime of a token that a key of the server API has signed, s.
    // Values: 10 to 3600.
    apiTokenLifetime: 300,

    // Longest lifetime of a token for a room that the server API makes, or a
    // moderator, s.
    // Values: 60 to 31536000.
    roomTokenLifetime: 86_400,

    // Tolerated difference between the clocks of this server and of the issuer
    // of tokens, s. Tokens are accepted that much before their start and after
    // their end.
    // Values: 0 to 300.
    clockTolerance: 10,

    // The permissions of members of a room by their roles. A token without a
    // role makes a member; accounts with the role "admin" are moderators.
    roles: {
      // The permissions of the role guest.
      guest: {
        // Sources of tracks that may be sent: true for all, false for none, or
        // a list.
        publish: true,

        // Receive what others send.
        subscribe: true,

        // Send and receive over data channels.
        data: true,

        // Send messages.
        chat: true,

        // Raise a hand, and react.
        raiseHand: true,

        // Change the metadata of the member itself.
        metadata: true,

        // Powers over others: true for all, false for none, or a list of
        // "mute", "stop", "remove", "lock", "lobby", "chat", "metadata",
        // "spotlight", "close", "promote" and "invite".
        moderate: false,
      },

      // The permissions of the role member.
      member: {
        // Sources of tracks that may be sent: true for all, false for none, or
        // a list.
        publish: true,

        // Receive what others send.
        subscribe: true,

        // Send and receive over data channels.
        data: true,

        // Send messages.
        chat: true,

        // Raise a hand, and react.
        raiseHand: true,

        // Change the metadata of the member itself.
        metadata: true,

        // Powers over others: true for all, false for none, or a list of
        // "mute", "stop", "remove", "lock", "lobby", "chat", "metadata",
        // "spotlight", "close", "promote" and "invite".
        moderate: false,
      },

      // The permissions of the role moderator.
      moderator: {
        // Sources of tracks that may be sent: true for all, false for none, or
        // a list.
        publish: true,

        // Receive what others send.
        subscribe: true,

        // Send and receive over data channels.
        data: true,

        // Send messages.
        chat: true,

        // Raise a hand, and react.
        raiseHand: true,

        // Change the metadata of the member itself.
        metadata: true,

        // Powers over others: true for all, false for none, or a list of
        // "mute", "stop", "remove", "lock", "lobby", "chat", "metadata",
        // "spotlight", "close", "promote" and "invite".
        moderate: true,
      },
    },

    // The user service, for tokens of /ws.
    users: {
      // URL that is queried with the token of the user, such as
      // https://users.example/api/users/{id}/; 404 means that the user no
      // longer exists. Without it, a valid token is sufficient.
      // Values: a URL with {id} where the user id goes, in its path or query, a
      // URL without a user name and a password, a URL with a port that HTTP
      // clients do not refuse.
      url: undefined,

      // Time to wait for an answer, ms.
      // Values: 100 to 60000.
      timeout: 3000,

      // Time for which an answer is cached, ms.
      // Values: 0 to 3600000.
      cacheTime: 60_000,
    },
  },

  // Accounts of users, with their passwords and logins.
  accounts: {
    // "open" lets anyone create an account; with "closed" only an operator can,
    // with npm run user -- add.
    // Values: "open", "closed".
    registration: 'open',

    // Issuer (iss) that the tokens of POST /auth name.
    // Values: 1 to 256 characters.
    issuer: 'VideoConf',

    // Time for which an access token is valid, ms.
    // Values: 60000 to 2592000000.
    accessTokenLifetime: 86_400_000,

    // Time for which a refresh token is valid, ms.
    // Values: 60000 to 31536000000.
    refreshTokenLifetime: 2_592_000_000,

    // Deletes the messages of a user along with the account. Otherwise they
    // remain, with "Deleted user" as their author.
    deleteMessages: false,

    // Memory that hashing a password with argon2id takes, KiB. The cost of new
    // hashes; a password keeps its cost until it is changed.
    // Values: 7168 to 4194304.
    hashMemory: 65_536,

    // Passes over that memory for one hash of a password.
    // Values: 1 to 100.
    hashPasses: 3,

    // Threads that hash one password.
    // Values: 1 to 64.
    hashParallelism: 4,

    // Maximum number of passwords that are hashed at once; each takes
    // accounts.hashMemory and accounts.hashParallelism threads.
    // Values: 1 to 64.
    hashesAtOnce: 2,

    // Maximum number of logins and registrations, and of entries to sessions
    // with a password, that wait for their turn. Addresses take turns; beyond
    // the maximum, the newest of the address with the most is refused.
    // Values: 0 to 10000.
    hashesWaiting: 100,

    // Failed logins per minute for one account from one address; beyond that,
    // even the right password is refused.
    // Values: at least 1.
    failuresPerAccountAndAddress: 5,

    // Failed logins per minute for one account from all addresses.
    // Values: at least 1.
    failuresPerAccount: 20,

    // Failed logins per minute from one address.
    // Values: at least 1.
    failuresPerAddress: 100,

    // Accounts created per minute from one address, and email addresses that
    // users change.
    // Values: at least 1.
    registrationsPerAddress: 20,

    // Users in one answer of GET /users, also where a client asks for all;
    // others are read in pages.
    // Values: 1 to 100000.
    listedUsers: 1000,
  },

  // Lasting rooms and their messages.
  chat: {
    // Rooms that one user has created and not deleted.
    // Values: 1 to 1000000.
    roomsPerUser: 1000,

    // Rooms or messages in one answer, also where a client asks for all: then
    // it gets the first rooms, or the newest messages. Others are read in
    // pages.
    // Values: 1 to 1000000.
    listedEntries: 10_000,

    // Messages that one search looks through, from the newest or from before
    // and after on. SQLite does nothing else meanwhile, for about 1.5 µs each.
    // Values: 1 to 10000000.
    searchedMessages: 50_000,

    // Rooms that one search looks through: the newest, or the newest of the
    // type that is asked for. SQLite does nothing else meanwhile, for about 1
    // µs each.
    // Values: 1 to 10000000.
    searchedRooms: 50_000,
  },

  // Calls in conversations.
  calls: {
    // Time for which a call rings before it ends without an answer, ms.
    // Values: 1000 to 3600000.
    ringTimeout: 60_000,

    // Time for which a participant without a connection remains in the call,
    // ms.
    // Values: 100 to 600000.
    reconnectTimeout: 30_000,

    // Time that the device of a participant has to give a sign of life when
    // another device of the same user comes; without one, the other takes its
    // place, ms.
    // Values: 100 to 600000.
    confirmTimeout: 3000,

    // Name of this server, unlike those of others that share the database, and
    // the same after a restart. By default that of the machine with
    // listen.port.
    // Values: 1 to 128 characters.
    server: undefined,

    // Time after which others that share the database end the calls of a server
    // that has stopped without doing so, ms. It has to be the same for all.
    // Values: 1000 to 600000.
    serverTimeout: 30_000,

    // Participants of one call at a time. At most rooms.maxPeers.
    // Values: 1 to 1000.
    maxParticipants: 50,

    // Times that participants join one call, returns included.
    // Values: 1 to 100000.
    joinsPerCall: 1000,

    // Time after which two participants who are alone in a call return from the
    // server to a direct connection, ms; false if they never do.
    // Values: false or an integer from 100 to 3600000.
    returnToP2p: 30_000,

    // Time that participants have to switch between a direct connection and the
    // server, ms.
    // Values: 100 to 600000.
    switchTimeout: 10_000,

    // Time that the media workers have to open the room of a call, ms.
    // Values: 100 to 600000.
    openTimeout: 5000,

    // Conversations that one user has created and not left.
    // Values: 1 to 1000000.
    conversationsPerUser: 1000,

    // Members of one conversation.
    // Values: 1 to 10000.
    membersPerConversation: 1000,

    // Share links of one conversation that have not expired.
    // Values: 1 to 10000.
    shareLinksPerConversation: 100,

    // Guests of one conversation whose sessions have not expired.
    // Values: 1 to 10000.
    guestsPerConversation: 1000,

    // Longest time for which a share link is valid, ms; that of links for which
    // the user sets none.
    // Values: 60000 to 31536000000.
    shareLinkLifetime: 604_800_000,

    // Time for which a guest's session is valid, ms.
    // Values: 60000 to 31536000000.
    guestLifetime: 86_400_000,

    // A service of your own that knows the conversations, in the place of this
    // server.
    directory: {
      // URL that is queried with calls.secret as bearer token, such as
      // https://app.example/api/conversations/{id}. It answers as GET
      // /api/conversations/{id} of this server does; 404 means that there is no
      // such conversation.
      // Values: a URL with {id} where the conversation id goes, in its path or
      // query, a URL without a user name and a password, a URL with a port that
      // HTTP clients do not refuse.
      url: undefined,

      // Time to wait for an answer, ms.
      // Values: 100 to 60000.
      timeout: 3000,

      // Time for which an answer is cached, ms.
      // Values: 0 to 3600000.
      cacheTime: 10_000,
    },

    // Bearer token of your own backend, which may create public and global
    // conversations.
    // Values: at least 32 random bytes, at least 8 different bytes, such as the
    // output of openssl rand -base64 48, a secret, not a key in PEM, which
    // belongs to the algorithm "RS256" or "ES256", only visible characters of
    // ASCII, and no spaces.
    secret: undefined,

    // The media-server API.
    mediaServer: {
      // Bearer token of media servers and transcribers, which may act for every
      // participant. Without it, participants can act for themselves only.
      // Values: at least 32 random bytes, at least 8 different bytes, such as
      // the output of openssl rand -base64 48, a secret, not a key in PEM,
      // which belongs to the algorithm "RS256" or "ES256", only visible
      // characters of ASCII, and no spaces.
      secret: undefined,
    },

    // A server that translates transcriptions and speaks the HTTP API of
    // LibreTranslate.
    translator: {
      // Its URL without /translate, such as http://127.0.0.1:5000. Without it,
      // texts are not translated.
      url: undefined,

      // The API key, where it requires one.
      apiKey: undefined,

      // Time to wait for a translation, ms.
      // Values: 100 to 60000.
      timeout: 2000,

      // Texts that are translated at the same time; beyond it, texts go
      // untranslated.
      // Values: 1 to 10000.
      requests: 64,

      // Pairs of languages whose failures are counted apart, so that one that
      // fails does not stop the others; beyond it, the pair used least recently
      // starts from zero.
      // Values: 1 to 10000.
      languages: 500,

      // Translations that are cached.
      // Values: 1 to 1000000.
      cachedTexts: 1000,
    },
  },

  // Sessions with a title and a password (POST /session).
  meetings: {
    // Time for which a session may be empty before it ends, ms.
    // Values: 1000 to 2073600000.
    emptyTimeout: 86_400_000,

    // Time for which a ticket is valid before its first connection and after
    // its last, ms.
    // Values: 1000 to 86400000.
    reconnectTimeout: 600_000,

    // Time for which the token of POST /connect is valid, with which a person
    // enters the room of the session, ms.
    // Values: 60000 to 2592000000.
    tokenLifetime: 86_400_000,

    // People in one session at a time. At most rooms.maxPeers.
    // Values: 1 to 10000.
    maxPeers: 100,

    // Sessions of one user, or of one project, that have not ended.
    // Values: 1 to 1000000.
    sessionsPerCreator: 1000,

    // Valid tickets of one session.
    // Values: 1 to 1000000.
    ticketsPerSession: 2000,

    // Wrong passwords per minute from one address; beyond that, even the right
    // one is refused.
    // Values: 1 to 1000000.
    failuresPerAddress: 5,

    // Wrong passwords per minute for one session from all addresses.
    // Values: 1 to 1000000.
    failuresPerSession: 5,
  },

  // Bans from rooms, and the audit log of what moderators do.
  moderation: {
    // Bans of all rooms that are kept, the newest of them.
    // Values: 1 to 10000000.
    bans: 100_000,

    // Bans that wait for a slow database; beyond that, new ones hold in the
    // open room alone.
    // Values: 1 to 1000000.
    unsavedBans: 10_000,

    // Time for which entries of the audit log are kept, ms.
    // Values: 86400000 to 315360000000.
    auditTime: 7_776_000_000,

    // Entries of the audit log that are kept, the newest of them.
    // Values: 1 to 100000000.
    auditEntries: 1_000_000,

    // Entries of the audit log that wait for a slow database; beyond that, new
    // ones are in the log of the server alone.
    // Values: 1 to 1000000.
    auditQueue: 10_000,
  },

  // Events for your own backends, over HTTP (docs/webhooks.md).
  webhooks: {
    // Receivers of events. Each has an id, a url, one or two secrets, the first
    // of which is the newest, and optionally the events that it receives;
    // without them, it receives all. Environment, for one endpoint with the id
    // "default": ATRIUM_WEBHOOK_URL, and ATRIUM_WEBHOOK_SECRET, which has two
    // secrets separated by a comma during a rotation.
    // Values: at most 32 entries, endpoints with different ids.
    endpoints: [],

    // Permits endpoints at private, link-local and loopback addresses.
    // Otherwise they are refused once their name is resolved.
    allowPrivate: false,

    // Time that a receiver has to answer, ms.
    // Values: 100 to 60000.
    timeout: 15_000,

    // Deliveries to one endpoint at the same time.
    // Values: 1 to 100.
    concurrency: 10,

    // Time for which an event that cannot be delivered holds up the later ones
    // of its room, ms.
    // Values: 0 to 86400000.
    orderTime: 3_600_000,

    // Longest time to wait that is taken from the Retry-After of a receiver,
    // ms.
    // Values: 0 to 86400000.
    maxRetryAfter: 86_400_000,

    // Deliveries that wait for one endpoint; beyond that, the oldest are given
    // up.
    // Values: 1 to 10000000.
    outbox: 100_000,

    // Events that wait for a slow database; beyond that, new ones are dropped.
    // Values: 1 to 1000000.
    queue: 10_000,

    // Time for which events are kept after their last attempt, ms. A room
    // without an event for so long counts from 1 again.
    // Values: 172800000 to 31536000000.
    retention: 604_800_000,

    // Time that deliveries have at the stop of the server, ms. Others continue
    // after the next start.
    // Values: 0 to 60000.
    shutdownTime: 3000,
  },

  // The database, for accounts, lasting rooms and their messages, and calls.
  store: {
    // The SQLite database, relative to the project; its folder is created if
    // necessary, and the key that signs tokens is kept next to it. Environment:
    // ATRIUM_STORE_FILE.
    file: 'data/atrium.db',

    // A PostgreSQL database to use instead of the file, for several servers.
    // Environment: ATRIUM_STORE_URL.
    // Values: a URL such as postgres://user:password@host/name.
    url: undefined,

    // Maximum number of connections to PostgreSQL.
    // Values: 1 to 100.
    connections: 10,

    // Longest time for a query to PostgreSQL, and to wait for a connection to
    // it, ms.
    // Values: 100 to 60000.
    timeout: 5000,

    // Longest wait for another process that has locked the SQLite file, ms. The
    // server does nothing else meanwhile.
    // Values: 0 to 10000.
    busyTimeout: 500,
  },

  // Several servers that serve the same rooms, each of them a node. They share
  // a Redis, and the PostgreSQL database of store.url.
  cluster: {
    // The Redis that says which node has which room; rediss:// for TLS. Without
    // it, this server is alone. Environment: ATRIUM_CLUSTER_REDIS.
    // Values: a URL such as redis://user:password@host:6379/0.
    redis: undefined,

    // Name of the cluster, the same for all of its nodes. Clusters with
    // different names can share a Redis.
    // Values: at most 64 characters, letters, digits, "_", "." and "-".
    name: 'atrium',

    // Secret shared by all nodes of a cluster, which authenticates and encrypts
    // the connections between them. Environment: ATRIUM_CLUSTER_SECRET.
    // Values: at least 32 characters.
    secret: undefined,

    // Address for the connections of other nodes; 0.0.0.0 or :: for all
    // interfaces. Environment: ATRIUM_CLUSTER_HOST.
    // Values: an IP address or a host name, without scheme, port, brackets or
    // spaces.
    host: '127.0.0.1',

    // TCP port for the connections of other nodes; 0 takes any free one. It is
    // open only with cluster.redis. Environment: ATRIUM_CLUSTER_PORT.
    // Values: 0 to 65535.
    port: 4450,

    // Address at which other nodes reach cluster.port, if it differs from
    // cluster.host. Environment: ATRIUM_CLUSTER_ADDRESS.
    // Values: an IP address or a host name, without scheme, port, brackets or
    // spaces.
    address: undefined,

    // Region that this node is in, such as "eu-west". A new room opens in the
    // region of its first client, if a node there takes it. Environment:
    // ATRIUM_CLUSTER_REGION.
    // Values: at most 64 characters, letters, digits, "_", "." and "-".
    region: undefined,

    // Load of this node (the part of its capacity that is used) from which a
    // new room goes to another node that is at least 25 % less loaded. Below
    // it, the node that a client reaches first takes the room, unless its
    // region or state sends the room elsewhere.
    // Values: 0 to 100.
    busyLoad: 0.2,

    // Consumers that each media worker of this node is to carry: with as many,
    // the load of the node is 1, even if they take less CPU.
    // Values: 1 to 1000000.
    consumersPerWorker: 400,

    // Most bytes that wait to be sent to another node, such as events of calls
    // to people who are connected to it. Beyond, the link is reset. At least
    // four times limits.sdpBytes.
    // Values: 65536 to 1073741824.
    linkBytes: 16_777_216,

    // Time after which other nodes may take over the rooms of a node that
    // cannot reach Redis, ms. A node that accepts no connections from other
    // nodes either counts as dead after three tenths of this time. All nodes
    // need the same value. If Redis loses its data, no new rooms open for this
    // long.
    // Values: 1000 to 60000.
    leaseTime: 10_000,
  },

  // The origins and proxies of clients.
  access: {
    // Other origins whose pages may use the server, over HTTP and WebSocket.
    // Clients other than browsers send no origin and are accepted.
    // Values: at most 1000 entries. Environment: ATRIUM_ORIGINS.
    origins: undefined,

    // Origins whose pages may embed the page of this server in a frame; no
    // others may.
    // Values: at most 100 entries.
    embedders: [],

    // Origin at which browsers reach the page, which share links begin with.
    // Without it, they begin with the origin that was asked; those that were
    // asked for at an address of listeners begin with the address of listen.
    // Values: an origin as browsers write it, such as https://app.example or
    // https://xn--caf-dma.example:8443.
    pageOrigin: undefined,

    // Reverse proxies whose headers are trusted: X-Forwarded-For, -Host and
    // -Proto, or Forwarded, give the address of the client and the name under
    // which it reached this server. Without them, limits per address count all
    // clients behind a proxy as one.
    // Values: at most 100 entries. Environment: ATRIUM_TRUST_PROXY.
    trustProxy: [],

    // Header in which the proxies of access.trustProxy tell the region of a
    // client, as cluster.region has it, for instance "X-Client-Region". In a
    // cluster, a new room opens in the region of its first client. The proxy
    // has to overwrite what a client sends in this header.
    // Values: the name of a header, of letters, digits, "_" and "-".
    regionHeader: undefined,
  },

  // Upper bounds. An IPv6 network (/64) counts as one address. An error for
  // exceeding a limit names it.
  limits: {
    // Rooms.
    // Values: 1 to 1000000.
    rooms: 10_000,

    // Rooms that were created by name from one address.
    // Values: 1 to 1000000.
    roomsPerAddress: 500,

    // Rooms that were created by the server API and not deleted.
    // Values: 1 to 10000000.
    serverRooms: 100_000,

    // Peers in all rooms.
    // Values: 1 to 1000000.
    peers: 10_000,

    // Peers from one address, which may be a whole school behind a NAT.
    // Values: 1 to 1000000.
    peersPerAddress: 500,

    // Connections that are in no room, and those over Socket.IO that have not
    // authenticated.
    // Values: 1 to 1000000.
    pendingConnections: 2000,

    // Such connections from one address.
    // Values: 1 to 1000000.
    pendingConnectionsPerAddress: 500,

    // Clients in the lobbies of all rooms. They do not count as connections
    // that are in no room.
    // Values: 1 to 1000000.
    waiting: 2000,

    // Clients in lobbies from one address.
    // Values: 1 to 1000000.
    waitingPerAddress: 500,

    // Connections over Socket.IO, by polling or WebSocket.
    // Values: 1 to 1000000.
    sockets: 16_000,

    // Connections over Socket.IO from one address.
    // Values: 1 to 1000000.
    socketsPerAddress: 4000,

    // Handshakes of WebSocket and Socket.IO per minute from one address, on
    // average. Clients that resume a peer do not count, up to once every 5 s
    // for each peer.
    // Values: 1 to 1000000.
    handshakesPerMinute: 300,

    // Such handshakes from one address at once, replenished at the rate above.
    // Values: 1 to 1000000.
    handshakeBurst: 1000,

    // Requests for the reason why a handshake was refused, per minute from one
    // address, on average.
    // Values: 1 to 1000000.
    admissionsPerMinute: 300,

    // Such requests from one address at once.
    // Values: 1 to 1000000.
    admissionBurst: 1000,

    // HTTP requests per minute from one address, on average.
    // Values: 1 to 1000000.
    requestsPerMinute: 1200,

    // HTTP requests from one address at once; loading the page takes up to 10.
    // Values: 1 to 1000000.
    requestBurst: 10_000,

    // Requests to the server API with a wrong key, per minute from one address,
    // on average. Beyond it, its requests are refused for a while.
    // Values: 1 to 1000000.
    apiFailuresPerMinute: 20,

    // Such requests from one address at once, replenished at the rate above.
    // Values: 1 to 1000000.
    apiFailureBurst: 60,

    // Replies of the server API to requests with an Idempotency-Key that are
    // kept. Beyond it, the oldest are forgotten.
    // Values: 1 to 1000000.
    idempotencyKeys: 10_000,

    // Time for which such a reply is kept, ms.
    // Values: 1000 to 604800000.
    idempotencyTime: 86_400_000,

    // Clients of the server API that follow its events, each of which keeps a
    // connection open.
    // Values: 1 to 10000.
    eventListeners: 100,

    // Events buffered for such a client that reads slowly, bytes. Beyond it, it
    // is disconnected.
    // Values: 16384 to 1073741824.
    eventListenerBytes: 1_048_576,

    // The latest events that are kept in memory, for such clients that come
    // back.
    // Values: 1 to 1000000.
    keptEvents: 1000,

    // Interval at which such a client is sent a comment, ms, so that both sides
    // notice when the other has gone. Its key is checked as often. At most half
    // of answerTimeout.
    // Values: 100 to 300000.
    eventHeartbeat: 10_000,

    // TCP connections to the server, for HTTP and WebSocket alike. Never more
    // than the open-file limit of the process allows.
    // Values: 1 to 1000000.
    connections: 16_000,

    // TCP connections from one address; browsers open up to seven. Those of
    // access.trustProxy count only towards the total.
    // Values: 1 to 1000000.
    connectionsPerAddress: 4000,

    // HTTP requests of one connection that wait for an answer. Browsers send
    // one at a time.
    // Values: 1 to 10000.
    unansweredRequests: 16,

    // Time in which an HTTP request has to arrive whole, ms. TLS handshakes
    // have as long, as it was set when the server started.
    // Values: 1000 to 3600000.
    requestTimeout: 10_000,

    // Time after which a client that does not read its HTTP answer is
    // disconnected, ms.
    // Values: 100 to 3600000.
    answerTimeout: 20_000,

    // Messages per second on one connection, on average. A long message counts
    // once more for each 16 KiB, and one with a list of consumers or views for
    // each 10 entries.
    // Values: 1 to 100000.
    messagesPerSecond: 100,

    // Messages at once beyond that. As many again are answered with errors, and
    // then the connection is closed with 4008. A request that fails counts once
    // more for each KiB.
    // Values: 1 to 100000.
    messageBurst: 500,

    // Unanswered requests of one connection, bytes. Further ones are refused.
    // At least twice signalling.maxFrameBytes.
    // Values: 16384 to 1073741824.
    pendingBytes: 1_048_576,

    // Data buffered for a client that reads slowly, bytes. Beyond it, the
    // connection is closed with 1013.
    // Values: 65536 to 1073741824.
    sendBufferBytes: 1_048_576,

    // Data buffered on all connections for clients that read slowly, bytes.
    // Beyond it, the connection with the most data is closed with 1013. It may
    // briefly be exceeded by a sixteenth.
    // Values: 65536 to 1099511627776.
    sendBufferBytesInAll: 134_217_728,

    // Events kept for a peer that can be resumed until its client has confirmed
    // them, bytes. Beyond it, the peer is removed, and its connection is closed
    // with 1013. At least sendBufferBytes.
    // Values: 65536 to 1099511627776.
    keptBytesPerPeer: 2_097_152,

    // Events kept for all peers of a room in that way, bytes; an event for
    // several peers counts once. Beyond it, the peer with the most is removed.
    // At least keptBytesPerPeer.
    // Values: 65536 to 1099511627776.
    keptBytesPerRoom: 16_777_216,

    // Events kept for all peers of the server in that way, bytes. At least
    // keptBytesPerRoom.
    // Values: 65536 to 1099511627776.
    keptBytes: 67_108_864,

    // Answers to requests with a key that are kept for a peer, in case its
    // client sends them again. Beyond it, the oldest are forgotten.
    // Values: 1 to 100000.
    answersPerPeer: 256,

    // Such answers for a peer, bytes. Beyond it, the oldest are forgotten.
    // Values: 4096 to 1073741824.
    answerBytesPerPeer: 262_144,

    // Such answers for all peers of the server, bytes. Beyond it, those of the
    // peer with the most are forgotten.
    // Values: 65536 to 1099511627776.
    answerBytes: 33_554_432,

    // Transports of one peer.
    // Values: 1 to 10000.
    transportsPerPeer: 16,

    // Tracks that one peer sends.
    // Values: 1 to 10000.
    producersPerPeer: 16,

    // Tracks that one peer sends from one source, such as its camera. Tracks
    // without a source do not count.
    // Values: 1 to 10000.
    producersPerSource: 1,

    // The appData of all tracks and data channels that one peer sends, bytes of
    // JSON. Every peer that joins its room receives all of it.
    // Values: 4096 to 1073741824.
    appDataBytesPerPeer: 16_384,

    // The metadata of a room, and that of a peer, bytes of JSON. Every peer
    // that joins the room receives all of it.
    // Values: 2 to 65536.
    metadataBytes: 4096,

    // Tracks that one peer receives.
    // Values: 1 to 100000.
    consumersPerPeer: 2000,

    // Data channels over which one peer sends.
    // Values: 1 to 10000.
    dataProducersPerPeer: 16,

    // Data channels over which one peer receives. Browsers support about a
    // thousand per transport.
    // Values: 1 to 65535.
    dataConsumersPerPeer: 1000,

    // Calls at a time.
    // Values: 1 to 1000000.
    calls: 10_000,

    // Calls that one user starts per minute, on average, and at once.
    // Values: 1 to 1000000.
    callsPerMinute: 10,

    // Guests' sessions that are started per minute from one address, on
    // average.
    // Values: 1 to 1000000.
    guestsPerMinute: 60,

    // Such sessions at once, replenished at the rate above.
    // Values: 1 to 1000000.
    guestBurst: 200,

    // Signals per second that one participant of a call sends to others, on
    // average.
    // Values: 1 to 100000.
    signalsPerSecond: 20,

    // Such signals at once, replenished at the rate above.
    // Values: 1 to 100000.
    signalBurst: 50,

    // An offer or answer in such a signal, and a whole signal in a session,
    // bytes.
    // Values: 4096 to 1048576.
    sdpBytes: 65_536,

    // Sessions (POST /session) that are created per minute from one address, on
    // average.
    // Values: 1 to 1000000.
    sessionsPerMinute: 20,

    // Such sessions at once, replenished at the rate above.
    // Values: 1 to 1000000.
    sessionBurst: 60,

    // Entries to sessions per minute from one address, on average: tickets
    // (POST /connect), and connects on sockets without one.
    // Values: 1 to 1000000.
    sessionEntriesPerMinute: 120,

    // Such entries at once, replenished at the rate above.
    // Values: 1 to 1000000.
    sessionEntryBurst: 500,

    // A transcribed text of a call, characters.
    // Values: 1 to 100000.
    transcriptionLength: 4000,

    // Bitrate up to which a client may send over one transport, bit/s. Browsers
    // respect it.
    // Values: 100000 to 4294967295.
    incomingBitrate: 20_000_000,
  },

  // The connections of clients.
  signalling: {
    // Longest message that is accepted, bytes.
    // Values: 16384 to 16777216.
    maxFrameBytes: 262_144,

    // Time between pings, ms; a client that misses two is disconnected.
    // Values: 100 to 300000.
    pingInterval: 10_000,

    // Time within which a connection must join a room, ms.
    // Values: 100 to 300000.
    joinTimeout: 10_000,
  },

  // The address of metrics and status. They are not meant for the public, so on
  // an address that others can reach they are served on a port of their own or
  // not at all.
  ops: {
    // Address for port; everyone who can reach it sees everything, over plain
    // HTTP.
    // Values: an IP address or a host name, without scheme, port, brackets or
    // spaces. Environment: ATRIUM_OPS_HOST.
    host: '127.0.0.1',

    // TCP port for all resources and the dashboard, including /metrics,
    // /metrics/json and /status; 0 takes any free one. Without it, they are
    // served on the main port while listen.host is a loopback address and
    // access.trustProxy names no proxy, and not at all otherwise.
    // Values: 0 to 65535. Environment: ATRIUM_OPS_PORT.
    port: undefined,

    // Interval at which figures are kept for the charts of the dashboard, ms.
    // None are while auth.apiKeys is empty.
    // Values: 1000 to 3600000.
    historyInterval: 10_000,

    // The latest figures that are kept in memory: with those of every 10 s, 360
    // are an hour.
    // Values: 1 to 100000.
    historyLength: 360,
  },

  // The start of the server.
  startup: {
    // Time for which a port that is taken is tried again, ms: a server that is
    // being replaced may still hold it. With 0, the start fails at once.
    // Values: 0 to 600000.
    portTimeout: 10_000,
  },

  // The shutdown of the server.
  shutdown: {
    // Longest time that the server waits for its rooms to empty after SIGTERM,
    // ms. It creates no new rooms meanwhile.
    // Values: 0 to 86400000. Environment: ATRIUM_DRAIN_TIMEOUT.
    drainTimeout: 30_000,
  },

  // The log, on standard error.
  log: {
    // Level up to which entries are logged. The DEBUG variable overrides it:
    // DEBUG="atrium:*".
    // Values: "error", "warn", "info", "debug". Environment: ATRIUM_LOG_LEVEL.
    level: 'info',

    // One line per entry in both: "text" for people and for the journal, "json"
    // for programs that collect logs.
    // Values: "text", "json". Environment: ATRIUM_LOG_FORMAT.
    format: 'text',

    // Entries of one kind about one address that are logged at once: refusals,
    // joins, closed connections. Beyond that, one per second is logged, and the
    // number of those left out.
    // Values: 1 to 1000000.
    burst: 500,
  },
} satisfies ConfigInput;
