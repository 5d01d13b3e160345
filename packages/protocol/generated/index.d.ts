// Written by "npm run docs" from the contracts of the server.

/**
 * The status of each error by its name: the errorCode over protoo, and the
 * status over HTTP.
 */
export const ERRORS: Readonly<{
  /** A field is missing or invalid. */
  VALIDATION_ERROR: 400;
  /** The token does not grant this. */
  FORBIDDEN: 403;
  /**
   * Pages of this origin may not use the server; the option access.origins
   * lists those that may.
   */
  ORIGIN_REFUSED: 403;
  /** There is no such request. */
  UNKNOWN_METHOD: 404;
  /** Nothing is served at this path. */
  NOT_FOUND: 404;
  /**
   * The client or its network has reached a limit; the message names the
   * option.
   */
  LIMIT_REACHED: 429;
  /** The request failed in the server; its log has the details. */
  INTERNAL_ERROR: 500;
  /** The server is about to stop. */
  SHUTTING_DOWN: 503;
  /**
   * The server has reached a limit on rooms, peers or connections; the message
   * names the option.
   */
  SERVER_FULL: 503;
  /** A token is required. */
  TOKEN_MISSING: 401;
  /** This server does not accept the token. */
  TOKEN_INVALID: 401;
  /**
   * The token is genuine but of the wrong kind: a refresh token instead of an
   * access token, or the reverse.
   */
  TOKEN_TYPE_WRONG: 401;
  /** The token has expired. */
  TOKEN_EXPIRED: 401;
  /**
   * The token is not valid yet (nbf), or the clocks of its issuer and of this
   * server differ.
   */
  TOKEN_NOT_YET_VALID: 401;
  /** The user service (auth.users.url) does not answer. */
  USERS_UNAVAILABLE: 503;
  /** mediasoup does not accept the parameters. */
  MEDIA_REJECTED: 400;
  /** The media worker died; set up media again after mediaReset. */
  MEDIA_RESET: 503;
  /** No media worker is ready. */
  NO_WORKER: 503;
  /** A send transport was used to receive, or a receive transport to send. */
  WRONG_DIRECTION: 400;
  /**
   * The request names no transport, and the peer does not have exactly one to
   * choose.
   */
  TRANSPORT_REQUIRED: 400;
  /** The token does not resume a peer; join without it. */
  RESUME_REFUSED: 403;
  /**
   * A moderator has removed the peer from the room: its connection cannot be
   * resumed, and a token must be newer than the removal.
   */
  REMOVED: 403;
  /**
   * A moderator has banned the client from the room; the error says until when.
   */
  BANNED: 403;
  /** The client has to join a room first. */
  NOT_JOINED: 403;
  /** There is no such room. */
  ROOM_NOT_FOUND: 404;
  /** The peer has no such transport. */
  TRANSPORT_NOT_FOUND: 404;
  /** There is no such producer in the room, or it belongs to another peer. */
  PRODUCER_NOT_FOUND: 404;
  /** The peer has no such consumer. */
  CONSUMER_NOT_FOUND: 404;
  /**
   * There is no such data producer in the room, or it belongs to another peer.
   */
  DATA_PRODUCER_NOT_FOUND: 404;
  /** The peer has no such data consumer. */
  DATA_CONSUMER_NOT_FOUND: 404;
  /** The room has no such peer. */
  PEER_NOT_FOUND: 404;
  /** The connection is in a room already. */
  ALREADY_JOINED: 409;
  /** The room is full. */
  ROOM_FULL: 409;
  /** The transport is connected already. */
  TRANSPORT_CONNECTED: 409;
  /**
   * The room has a producer or data producer with the id that the client has
   * chosen.
   */
  ID_TAKEN: 409;
  /** The room closed during the request. */
  ROOM_CLOSED: 410;
  /** The peer left during the request. */
  PEER_CLOSED: 410;
  /** A moderator has locked the room. */
  ROOM_LOCKED: 423;
  /**
   * The client waits in the lobby until a moderator lets it in, and joins then.
   */
  IN_LOBBY: 423;
  /** The room has a lobby, in which clients of this contract cannot wait. */
  ROOM_HAS_LOBBY: 423;
  /**
   * Another node of the cluster has the room, and the contract has no way to it
   * from here; connect again, or to that node.
   */
  ROOM_ELSEWHERE: 503;
  /**
   * The node of the cluster that has the room does not answer; try again later.
   */
  ROOM_UNREACHABLE: 503;
  /**
   * The node cannot find out at the moment if another one has the room, so it
   * does not open it; try again later.
   */
  CLUSTER_UNAVAILABLE: 503;
  /**
   * The record of the room cannot be read or written at the moment; try again
   * later.
   */
  RECORD_UNAVAILABLE: 503;
}>;

/** The codes with which a server closes a WebSocket. */
export const CLOSE_CODES: Readonly<{
  /** The server is stopping; reconnect later. */
  goingAway: 1001;
  /** The frame is JSON but not a message of the contract. */
  notTheProtocol: 1002;
  /** The frame is binary. */
  notText: 1003;
  /** The frame is not JSON, or not valid UTF-8. */
  notJson: 1007;
  /** The connection did not join a room in time. */
  joinTimeout: 1008;
  /** The frame is larger than allowed. */
  tooBig: 1009;
  /**
   * The database is away, or the Redis of a cluster while the room was not
   * open, or the server failed; what was sent last is lost. Reconnect later.
   */
  unavailable: 1011;
  /** The media worker of the room died; reconnect. */
  mediaLost: 1012;
  /** The server has been drained; reconnect, to this server or another. */
  restart: 1012;
  /** The room is at another node of the cluster; reconnect. */
  moved: 1012;
  /**
   * The client did not read its messages (limits.sendBufferBytes,
   * limits.sendBufferBytesInAll), or too many events had to be kept for it
   * (limits.keptBytesPerPeer, limits.keptBytesPerRoom, limits.keptBytes);
   * reconnect.
   */
  slowReader: 1013;
  /**
   * The room, the session or the server is full, or the room is locked or has a
   * lobby; try again later.
   */
  full: 1013;
  /** The user has logged out, or the account was deleted. */
  loginEnded: 4001;
  /** The room was deleted, or the session has ended; do not reconnect. */
  roomDeleted: 4004;
  /** The client sent too many messages (limits.messagesPerSecond). */
  flooding: 4008;
  /** The peer was removed for good; do not reconnect automatically. */
  ended: 4000;
}>;

/**
 * The codes with which a client closes a WebSocket to say more than goodbye.
 */
export const CLIENT_CLOSE_CODES: Readonly<{
  /**
   * The client will be back: its peer is kept for rooms.resumeTimeout, as after
   * a broken connection, even if its media is lost meanwhile.
   */
  returning: 4900;
}>;

/**
 * The limits of a server that is not configured otherwise, by the names of its
 * options.
 */
export const LIMITS: Readonly<{
  /** Longest message that is accepted, bytes. */
  'signalling.maxFrameBytes': number;
  /** Time between pings, ms; a client that misses two is disconnected. */
  'signalling.pingInterval': number;
  /** Time within which a connection must join a room, ms. */
  'signalling.joinTimeout': number;
  /** Rooms. */
  'limits.rooms': number;
  /** Rooms that were created by name from one address. */
  'limits.roomsPerAddress': number;
  /** Rooms that were created by the server API and not deleted. */
  'limits.serverRooms': number;
  /** Peers in all rooms. */
  'limits.peers': number;
  /** Peers from one address, which may be a whole school behind a NAT. */
  'limits.peersPerAddress': number;
  /**
   * Connections that are in no room, and those over Socket.IO that have not
   * authenticated.
   */
  'limits.pendingConnections': number;
  /** Such connections from one address. */
  'limits.pendingConnectionsPerAddress': number;
  /**
   * Clients in the lobbies of all rooms. They do not count as connections that
   * are in no room.
   */
  'limits.waiting': number;
  /** Clients in lobbies from one address. */
  'limits.waitingPerAddress': number;
  /** Connections over Socket.IO, by polling or WebSocket. */
  'limits.sockets': number;
  /** Connections over Socket.IO from one address. */
  'limits.socketsPerAddress': number;
  /**
   * Handshakes of WebSocket and Socket.IO per minute from one address, on
   * average. Clients that resume a peer do not count, up to once every 5 s for
   * each peer.
   */
  'limits.handshakesPerMinute': number;
  /**
   * Such handshakes from one address at once, replenished at the rate above.
   */
  'limits.handshakeBurst': number;
  /**
   * Requests for the reason why a handshake was refused, per minute from one
   * address, on average.
   */
  'limits.admissionsPerMinute': number;
  /** Such requests from one address at once. */
  'limits.admissionBurst': number;
  /** HTTP requests per minute from one address, on average. */
  'limits.requestsPerMinute': number;
  /**
   * HTTP requests from one address at once; loading the page takes up to 10.
   */
  'limits.requestBurst': number;
  /**
   * Requests to the server API with a wrong key, per minute from one address,
   * on average. Beyond it, its requests are refused for a while.
   */
  'limits.apiFailuresPerMinute': number;
  /** Such requests from one address at once, replenished at the rate above. */
  'limits.apiFailureBurst': number;
  /**
   * Replies of the server API to requests with an Idempotency-Key that are
   * kept. Beyond it, the oldest are forgotten.
   */
  'limits.idempotencyKeys': number;
  /** Time for which such a reply is kept, ms. */
  'limits.idempotencyTime': number;
  /**
   * Clients of the server API that follow its events, each of which keeps a
   * connection open.
   */
  'limits.eventListeners': number;
  /**
   * Events buffered for such a client that reads slowly, bytes. Beyond it, it
   * is disconnected.
   */
  'limits.eventListenerBytes': number;
  /**
   * The latest events that are kept in memory, for such clients that come back.
   */
  'limits.keptEvents': number;
  /**
   * Interval at which such a client is sent a comment, ms, so that both sides
   * notice when the other has gone. Its key is checked as often. At most half
   * of answerTimeout.
   */
  'limits.eventHeartbeat': number;
  /**
   * TCP connections to the server, for HTTP and WebSocket alike. Never more
   * than the open-file limit of the process allows.
   */
  'limits.connections': number;
  /**
   * TCP connections from one address; browsers open up to seven. Those of
   * access.trustProxy count only towards the total.
   */
  'limits.connectionsPerAddress': number;
  /**
   * HTTP requests of one connection that wait for an answer. Browsers send one
   * at a time.
   */
  'limits.unansweredRequests': number;
  /**
   * Time in which an HTTP request has to arrive whole, ms. TLS handshakes have
   * as long, as it was set when the server started.
   */
  'limits.requestTimeout': number;
  /**
   * Time after which a client that does not read its HTTP answer is
   * disconnected, ms.
   */
  'limits.answerTimeout': number;
  /**
   * Messages per second on one connection, on average. A long message counts
   * once more for each 16 KiB, and one with a list of consumers or views for
   * each 10 entries.
   */
  'limits.messagesPerSecond': number;
  /**
   * Messages at once beyond that. As many again are answered with errors, and
   * then the connection is closed with 4008. A request that fails counts once
   * more for each KiB.
   */
  'limits.messageBurst': number;
  /**
   * Unanswered requests of one connection, bytes. Further ones are refused. At
   * least twice signalling.maxFrameBytes.
   */
  'limits.pendingBytes': number;
  /**
   * Data buffered for a client that reads slowly, bytes. Beyond it, the
   * connection is closed with 1013.
   */
  'limits.sendBufferBytes': number;
  /**
   * Data buffered on all connections for clients that read slowly, bytes.
   * Beyond it, the connection with the most data is closed with 1013. It may
   * briefly be exceeded by a sixteenth.
   */
  'limits.sendBufferBytesInAll': number;
  /**
   * Events kept for a peer that can be resumed until its client has confirmed
   * them, bytes. Beyond it, the peer is removed, and its connection is closed
   * with 1013. At least sendBufferBytes.
   */
  'limits.keptBytesPerPeer': number;
  /**
   * Events kept for all peers of a room in that way, bytes; an event for
   * several peers counts once. Beyond it, the peer with the most is removed. At
   * least keptBytesPerPeer.
   */
  'limits.keptBytesPerRoom': number;
  /**
   * Events kept for all peers of the server in that way, bytes. At least
   * keptBytesPerRoom.
   */
  'limits.keptBytes': number;
  /**
   * Answers to requests with a key that are kept for a peer, in case its client
   * sends them again. Beyond it, the oldest are forgotten.
   */
  'limits.answersPerPeer': number;
  /** Such answers for a peer, bytes. Beyond it, the oldest are forgotten. */
  'limits.answerBytesPerPeer': number;
  /**
   * Such answers for all peers of the server, bytes. Beyond it, those of the
   * peer with the most are forgotten.
   */
  'limits.answerBytes': number;
  /** Transports of one peer. */
  'limits.transportsPerPeer': number;
  /** Tracks that one peer sends. */
  'limits.producersPerPeer': number;
  /**
   * Tracks that one peer sends from one source, such as its camera. Tracks
   * without a source do not count.
   */
  'limits.producersPerSource': number;
  /**
   * The appData of all tracks and data channels that one peer sends, bytes of
   * JSON. Every peer that joins its room receives all of it.
   */
  'limits.appDataBytesPerPeer': number;
  /**
   * The metadata of a room, and that of a peer, bytes of JSON. Every peer that
   * joins the room receives all of it.
   */
  'limits.metadataBytes': number;
  /** Tracks that one peer receives. */
  'limits.consumersPerPeer': number;
  /** Data channels over which one peer sends. */
  'limits.dataProducersPerPeer': number;
  /**
   * Data channels over which one peer receives. Browsers support about a
   * thousand per transport.
   */
  'limits.dataConsumersPerPeer': number;
  /** Calls at a time. */
  'limits.calls': number;
  /** Calls that one user starts per minute, on average, and at once. */
  'limits.callsPerMinute': number;
  /**
   * Guests' sessions that are started per minute from one address, on average.
   */
  'limits.guestsPerMinute': number;
  /** Such sessions at once, replenished at the rate above. */
  'limits.guestBurst': number;
  /**
   * Signals per second that one participant of a call sends to others, on
   * average.
   */
  'limits.signalsPerSecond': number;
  /** Such signals at once, replenished at the rate above. */
  'limits.signalBurst': number;
  /**
   * An offer or answer in such a signal, and a whole signal in a session,
   * bytes.
   */
  'limits.sdpBytes': number;
  /**
   * Sessions (POST /session) that are created per minute from one address, on
   * average.
   */
  'limits.sessionsPerMinute': number;
  /** Such sessions at once, replenished at the rate above. */
  'limits.sessionBurst': number;
  /**
   * Entries to sessions per minute from one address, on average: tickets (POST
   * /connect), and connects on sockets without one.
   */
  'limits.sessionEntriesPerMinute': number;
  /** Such entries at once, replenished at the rate above. */
  'limits.sessionEntryBurst': number;
  /** A transcribed text of a call, characters. */
  'limits.transcriptionLength': number;
  /**
   * Bitrate up to which a client may send over one transport, bit/s. Browsers
   * respect it.
   */
  'limits.incomingBitrate': number;
}>;

/** The name of an error. */
export type ErrorName = keyof typeof ERRORS;

/** The name of a reason to close a connection. */
export type CloseName = keyof typeof CLOSE_CODES;
