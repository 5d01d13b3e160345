// Written by "npm run docs" from the contracts of the server.

/** A STUN or TURN server, in the format of RTCPeerConnection. */
export type IceServer = {
  urls: string[];
  username?: string | undefined;
  credential?: string | undefined;
};

/**
 * 1 to 128 characters, no spaces and no invisible ones; compared in Unicode
 * normalization form C.
 */
export type Id = string;

/** A person in the session. */
export type SessionPeer = {
  peerId: Id;
  /** Empty if the peer has not said. */
  name: string;
  /**
   * True if the peer sends and receives through the media server, in the room
   * of the session.
   */
  sfu: boolean;
};

/** Every request by its name. */
export interface Requests {
  /** Joins the session. */
  connect: {
    data: {
      /**
       * Ignored where a token or the ticket says the name. At most 128 characters,
       * no control characters, a visible character.
       */
      name?: string | undefined;
      /** The id for the others: by default that of the ticket, or a new one. */
      peerId?: Id | undefined;
      /**
       * Needed without a ticket, if the session has a password and no token of its
       * host came with the handshake. At most 1024 characters, no halves of
       * characters.
       */
      password?: string | undefined;
    };
    reply: Record<string, never>;
  };
  /** Offers a connection between two browsers. May have any fields. */
  offer: {
    data: {
      /** The peer that alone receives it; all others with a socket by default. */
      to?: Id | undefined;
      [field: string]: unknown;
    };
    reply: Record<string, never>;
  };
  /** Answers an offer. May have any fields. */
  answer: {
    data: {
      /** The peer that alone receives it; all others with a socket by default. */
      to?: Id | undefined;
      [field: string]: unknown;
    };
    reply: Record<string, never>;
  };
  /**
   * Names an address at which the browser can be reached. May have any fields.
   */
  'ice-candidate': {
    data: {
      /** The peer that alone receives it; all others with a socket by default. */
      to?: Id | undefined;
      [field: string]: unknown;
    };
    reply: Record<string, never>;
  };
  /**
   * Leaves the session. The connection stays open for another `connect`, for as
   * long as a new one.
   */
  disconnect: {
    data: Record<string, never>;
    reply: Record<string, never>;
  };
}

/** The data of every event by its name. */
export interface Events {
  /** The client has joined. Comes before all other events. */
  connected: {
    /** The id of the client. */
    peerId: Id;
    title: string;
    /** All others who are in the session. */
    peers: SessionPeer[];
    /**
     * The ICE servers for connections to the peers, valid for `ice.ttl`, if some
     * are configured.
     */
    iceServers?: IceServer[] | undefined;
  };
  /**
   * A peer has joined; or, where the client knows the peer already, its name or
   * `sfu` has changed.
   */
  connect: {
    /** The peer that sent it. */
    from: Id;
    /** Empty if the peer has not said. */
    name: string;
    /**
     * True if the peer sends and receives through the media server, in the room
     * of the session.
     */
    sfu: boolean;
  };
  /** An offer of a peer, with all its fields but `to`. */
  offer: {
    /** The peer that sent it. */
    from: Id;
    [field: string]: unknown;
  };
  /** An answer of a peer, with all its fields but `to`. */
  answer: {
    /** The peer that sent it. */
    from: Id;
    [field: string]: unknown;
  };
  /** A candidate of a peer, with all its fields but `to`. */
  'ice-candidate': {
    /** The peer that sent it. */
    from: Id;
    [field: string]: unknown;
  };
  /**
   * A peer has left, or its socket has closed; connections to it are over. Of a
   * peer that is still in the room of the session, a `connect` follows.
   */
  disconnect: {
    /** The peer that sent it. */
    from: Id;
  };
  /** A message of the client was refused, and had no effect. */
  error: {
    /** The name of the failure, which never changes. */
    code: string;
    /** What was wrong, where, and what would be right. */
    message: string;
  };
}

/**
 * The requests, with what is required of the sender: nothing, a token, or
 * membership.
 */
export const REQUESTS: Readonly<{
  connect: 'public';
  offer: 'member';
  answer: 'member';
  'ice-candidate': 'member';
  disconnect: 'member';
}>;

/** The status of each error that sessions alone have, by its name. */
export const SESSION_ERRORS: Readonly<{
  /**
   * There is no such session, it has ended, or the ticket for it is no longer
   * valid.
   */
  SESSION_NOT_FOUND: 404;
  /** The password is not that of the session. */
  PASSWORD_WRONG: 403;
  /** Only the host of a session may end it. */
  NOT_THE_HOST: 403;
  /** The session has as many people as it takes. */
  SESSION_FULL: 409;
  /** Another person in the session has this peerId. */
  PEER_ID_TAKEN: 409;
  /**
   * The peer is in the session by the media server alone, and has no socket to
   * receive signals.
   */
  PEER_UNREACHABLE: 409;
}>;
