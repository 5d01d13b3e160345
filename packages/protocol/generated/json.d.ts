// Written by "npm run docs" from the contracts of the server.

/** Any object of at most 4096 characters of JSON, 16 deep. */
export type AppData = Record<string, unknown>;

/** In the format of mediasoup-client. */
export type DtlsParameters = {
  role?: 'auto' | 'client' | 'server' | undefined;
  /** 1 to 8 entries. */
  fingerprints: {
    algorithm: 'sha-1' | 'sha-224' | 'sha-256' | 'sha-384' | 'sha-512';
    /** Bytes in hex with colons between them. */
    value: string;
  }[];
};

/** In the format of mediasoup-client. */
export type IceCandidate = {
  foundation: string;
  priority: number;
  ip: string;
  address: string;
  protocol: 'udp' | 'tcp';
  port: number;
  type: 'host';
  tcpType?: 'passive' | undefined;
};

/** In the format of mediasoup-client. */
export type IceParameters = {
  usernameFragment: string;
  password: string;
  iceLite?: boolean | undefined;
};

/**
 * 1 to 128 characters, no spaces and no invisible ones; compared in Unicode
 * normalization form C.
 */
export type Id = string;

/** A participant of the room. */
export type ParticipantInfo = {
  /**
   * The `connectionId` that the client received with `connected`. Events name
   * it as `participantId`.
   */
  id: Id;
  /**
   * The `user_id` of the token. A user with two connections is two
   * participants.
   */
  userId: string;
  displayName: string;
  /** True if a microphone is sent and not paused. */
  isAudioEnabled: boolean;
  /** True if a camera is sent and not paused. */
  isVideoEnabled: boolean;
  /** True if a screen is sent and not paused. */
  isScreenSharing: boolean;
  /** ISO 8601. */
  joinedAt: string;
};

/** The codecs that the room can receive. */
export type RouterRtpCapabilities = {
  /** At most 128 entries. */
  codecs?:
    | {
        kind: 'audio' | 'video';
        /** At most 64 characters, "audio/…" or "video/…". */
        mimeType: string;
        /** 0 to 127. */
        preferredPayloadType: number;
        /** 0 to 4294967295. */
        clockRate: number;
        /** 1 to 255. */
        channels?: number | undefined;
        /** At most 64 parameters. */
        parameters?: Record<string, unknown> | undefined;
        /** At most 32 entries. */
        rtcpFeedback?:
          | {
              /** 1 to 255 characters, no control characters. */
              type: string;
              /** At most 255 characters, no control characters. */
              parameter?: string | undefined;
            }[]
          | undefined;
      }[]
    | undefined;
  /** At most 64 entries. */
  headerExtensions?:
    | {
        kind: 'audio' | 'video';
        /** A URI. */
        uri: string;
        /** 1 to 255. */
        preferredId: number;
        preferredEncrypt?: boolean | undefined;
        direction?:
          'sendrecv' | 'sendonly' | 'recvonly' | 'inactive' | undefined;
      }[]
    | undefined;
  /** Always empty. */
  rtcp: Record<string, never>;
};

/** In the format of mediasoup-client. */
export type RtpCapabilities = {
  /** At most 128 entries. */
  codecs?:
    | {
        kind: 'audio' | 'video';
        /** At most 64 characters, "audio/…" or "video/…". */
        mimeType: string;
        /** 0 to 127. */
        preferredPayloadType: number;
        /** 0 to 4294967295. */
        clockRate: number;
        /** 1 to 255. */
        channels?: number | undefined;
        /** At most 64 parameters. */
        parameters?: Record<string, unknown> | undefined;
        /** At most 32 entries. */
        rtcpFeedback?:
          | {
              /** 1 to 255 characters, no control characters. */
              type: string;
              /** At most 255 characters, no control characters. */
              parameter?: string | undefined;
            }[]
          | undefined;
      }[]
    | undefined;
  /** At most 64 entries. */
  headerExtensions?:
    | {
        kind: 'audio' | 'video';
        /** A URI. */
        uri: string;
        /** 1 to 255. */
        preferredId: number;
        preferredEncrypt?: boolean | undefined;
        direction?:
          'sendrecv' | 'sendonly' | 'recvonly' | 'inactive' | undefined;
      }[]
    | undefined;
};

/** In the format of mediasoup-client. */
export type RtpParameters = {
  /** At most 32 characters, no control characters. */
  mid?: string | undefined;
  /** 1 to 32 entries. */
  codecs: {
    /** At most 64 characters, "audio/…" or "video/…". */
    mimeType: string;
    /** 0 to 127. */
    payloadType: number;
    /** 0 to 4294967295. */
    clockRate: number;
    /** 1 to 255. */
    channels?: number | undefined;
    /** At most 64 parameters. */
    parameters?: Record<string, unknown> | undefined;
    /** At most 32 entries. */
    rtcpFeedback?:
      | {
          /** 1 to 255 characters, no control characters. */
          type: string;
          /** At most 255 characters, no control characters. */
          parameter?: string | undefined;
        }[]
      | undefined;
  }[];
  /** At most 32 entries. */
  headerExtensions?:
    | {
        uri:
          | 'urn:ietf:params:rtp-hdrext:sdes:mid'
          | 'urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id'
          | 'urn:ietf:params:rtp-hdrext:sdes:repaired-rtp-stream-id'
          | 'http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time'
          | 'http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01'
          | 'urn:ietf:params:rtp-hdrext:ssrc-audio-level'
          | 'https://aomediacodec.github.io/av1-rtp-spec/#dependency-descriptor-rtp-header-extension'
          | 'urn:3gpp:video-orientation'
          | 'http://www.webrtc.org/experiments/rtp-hdrext/abs-capture-time'
          | 'urn:ietf:params:rtp-hdrext:toffset'
          | 'http://www.webrtc.org/experiments/rtp-hdrext/playout-delay'
          | 'urn:mediasoup:params:rtp-hdrext:packet-id';
        /** 1 to 255. */
        id: number;
        encrypt?: boolean | undefined;
        /** At most 64 parameters. */
        parameters?: Record<string, unknown> | undefined;
      }[]
    | undefined;
  /** 1 to 8 entries. */
  encodings?:
    | {
        /** 0 to 4294967295. */
        ssrc?: number | undefined;
        /** At most 16 characters, letters, digits, "-" and "_". */
        rid?: string | undefined;
        /** 0 to 127. */
        codecPayloadType?: number | undefined;
        rtx?:
          | {
              /** 0 to 4294967295. */
              ssrc: number;
            }
          | undefined;
        dtx?: boolean | undefined;
        /** A scalability mode such as "L1T3". */
        scalabilityMode?: string | undefined;
        /** 0 to 4294967295. */
        maxBitrate?: number | undefined;
      }[]
    | undefined;
  rtcp?:
    | {
        /** At most 255 characters, no control characters. */
        cname?: string | undefined;
        reducedSize?: boolean | undefined;
      }
    | undefined;
  /** At most 255 characters, no control characters. */
  msid?: string | undefined;
};

/** The user of the token. */
export type User = {
  id: string;
  email: string;
  fullName: string;
  role: string;
};

/** Every request by its name. */
export interface Requests {
  /**
   * Sends a token: the first one, or a new one before the old one expires. The
   * first accepted token of a connection is answered with `connected`, any
   * later one with `authenticateResponse`.
   */
  authenticate: {
    data: {
      /** Missing, null or empty: `AUTH_TOKEN_MISSING`. */
      token?: string | null | undefined;
    };
    reply: {
      /**
       * Also the client's own participant id: others know it by this. With the
       * token of a session, its `sub`.
       */
      connectionId: string;
      user: User;
    };
  };
  /**
   * Creates a room, which stays open for a while without participants. The
   * server chooses its id, which others need to join it; the name is only
   * repeated in the reply.
   */
  createRoom: {
    data: {
      /** At most 128 characters, no control characters, a visible character. */
      name: string;
      /** At most 1024 characters. */
      description?: string | undefined;
      /** By default the most that the server allows. At least 1. */
      maxParticipants?: number | undefined;
    };
    reply: {
      roomId: Id;
      name: string;
      description?: string | undefined;
      maxParticipants: number;
    };
  };
  /**
   * Joins an existing room: one that was created by `createRoom` and is still
   * open, that has members of any contract, or whose id is reserved and has a
   * record. A `producerCreated` follows for each track that is already sent in
   * it.
   */
  joinRoom: {
    data: {
      roomId: Id;
      /**
       * By default the full name in the token. At most 128 characters, no control
       * characters, a visible character.
       */
      displayName?: string | undefined;
    };
    reply: {
      roomId: Id;
      /** The participants before the client. */
      participants: ParticipantInfo[];
      routerRtpCapabilities: RouterRtpCapabilities;
    };
  };
  /** Leaves the room. */
  leaveRoom: {
    data: {
      roomId: Id;
    };
    reply: {
      success: true;
    };
  };
  /**
   * Returns the codecs that the room can receive. May be sent before joining.
   */
  getRouterRtpCapabilities: {
    data: {
      roomId: Id;
    };
    reply: {
      rtpCapabilities: RouterRtpCapabilities;
    };
  };
  /** Opens a transport, for sending or for receiving. */
  createWebRtcTransport: {
    data: {
      roomId: Id;
      direction: 'send' | 'recv';
    };
    reply: {
      /** 1 to 128 characters. */
      transportId: string;
      iceParameters: IceParameters;
      iceCandidates: IceCandidate[];
      dtlsParameters: DtlsParameters;
    };
  };
  /** Connects a transport, with the parameters of its "connect" event. */
  connectWebRtcTransport: {
    data: {
      roomId: Id;
      /** 1 to 128 characters. */
      transportId: string;
      dtlsParameters: DtlsParameters;
    };
    reply: {
      success: true;
    };
  };
  /**
   * Returns new ICE credentials for a transport, for example after the network
   * has changed.
   */
  restartIce: {
    data: {
      roomId: Id;
      /** 1 to 128 characters. */
      transportId: string;
    };
    reply: {
      iceParameters: IceParameters;
    };
  };
  /** Sends a track over the newest send transport. */
  publish: {
    data: {
      roomId: Id;
      kind: 'audio' | 'video';
      rtpParameters: RtpParameters;
      /**
       * Any JSON of at most 4096 characters. In an object, `source` names the
       * source of the track: "mic" or "screen-audio", "camera" or "screen". A
       * participant may send one track of each, unless the server is configured
       * otherwise. With any other `source` the track counts as a microphone or
       * camera. The other participants receive an object: `{ "value": … }` if it is
       * not one, and an empty object for null and for data nested more than 16
       * deep. At most 4096 characters of JSON.
       */
      appData?: unknown;
    };
    reply: {
      /** 1 to 128 characters. */
      producerId: string;
      kind: 'audio' | 'video';
      rtpParameters: RtpParameters;
    };
  };
  /** Stops sending a track of the client. */
  unpublish: {
    data: {
      roomId: Id;
      /** 1 to 128 characters. */
      producerId: string;
    };
    reply: {
      success: true;
    };
  };
  /**
   * Receives a track over the newest receive transport. The consumer starts
   * paused: set it up, then send `resume`.
   */
  subscribe: {
    data: {
      roomId: Id;
      /** 1 to 128 characters. */
      producerId: string;
      rtpCapabilities: RtpCapabilities;
      /**
       * Any JSON of at most 4096 characters. Accepted but not used. At most 4096
       * characters of JSON.
       */
      appData?: unknown;
    };
    reply: {
      /** 1 to 128 characters. */
      consumerId: string;
      /** 1 to 128 characters. */
      producerId: string;
      kind: 'audio' | 'video';
      rtpParameters: RtpParameters;
      /** Always true. */
      paused: boolean;
    };
  };
  /** Stops receiving a track. */
  unsubscribe: {
    data: {
      roomId: Id;
      /** 1 to 128 characters. */
      consumerId: string;
    };
    reply: {
      success: true;
    };
  };
  /** Pauses a consumer. */
  pause: {
    data: {
      roomId: Id;
      /** 1 to 128 characters. */
      consumerId: string;
    };
    reply: {
      success: true;
    };
  };
  /** Resumes a consumer, starting with a key frame. */
  resume: {
    data: {
      roomId: Id;
      /** 1 to 128 characters. */
      consumerId: string;
    };
    reply: {
      success: true;
    };
  };
  /** Sets the highest layers to receive of a simulcast or SVC track. */
  setPreferredLayers: {
    data: {
      roomId: Id;
      /** 1 to 128 characters. */
      consumerId: string;
      /** 0 to 15. */
      spatialLayer: number;
      /** 0 to 15. */
      temporalLayer?: number | undefined;
    };
    reply: {
      success: true;
    };
  };
}

/** The data of every event by its name. */
export interface Events {
  /** A participant has joined. Sent before any of their tracks. */
  participantJoined: {
    roomId: Id;
    participantId: Id;
    participant: ParticipantInfo;
  };
  /**
   * A participant has left. Sent after `producerClosed` for each of their
   * tracks.
   */
  participantLeft: {
    roomId: Id;
    participantId: Id;
    reason: 'left' | 'disconnected' | 'replaced' | 'expired' | 'removed';
  };
  /** A participant has started to send a track. */
  producerCreated: {
    roomId: Id;
    participantId: Id;
    /** 1 to 128 characters. */
    producerId: string;
    kind: 'audio' | 'video';
    paused: boolean;
    appData: AppData;
  };
  /** A track has ended. */
  producerClosed: {
    roomId: Id;
    participantId: Id;
    /** 1 to 128 characters. */
    producerId: string;
  };
  /**
   * A participant has paused a track: muted the microphone, or switched off the
   * camera.
   */
  producerPaused: {
    roomId: Id;
    participantId: Id;
    /** 1 to 128 characters. */
    producerId: string;
  };
  /** A participant has resumed a track. */
  producerResumed: {
    roomId: Id;
    participantId: Id;
    /** 1 to 128 characters. */
    producerId: string;
  };
  /**
   * A participant of another contract has sent a message. In a room with a
   * record, one that the record keeps has the data `{id, content, created_at}`,
   * with ids in the order of the messages; its `participantId` is the user if
   * the participant that sent it has left.
   */
  message: {
    roomId: Id;
    participantId: Id;
    /** The data as it was sent. */
    data: unknown;
  };
  /** The operator of the server has sent a message, by the server API. */
  serverMessage: {
    roomId: Id;
    /** Any JSON, as it was sent. */
    data: unknown;
  };
  /**
   * The quality of a participant's connection for media has changed; it may be
   * the client's own. By the losses that the server counts in both directions.
   */
  connectionQuality: {
    roomId: Id;
    participantId: Id;
    /** `weak` if sound or pictures suffer, `lost` if nothing gets through. */
    quality: 'good' | 'weak' | 'lost';
  };
  /** Another participant has subscribed to a track. */
  consumerCreated: {
    roomId: Id;
    participantId: Id;
    /** 1 to 128 characters. */
    consumerId: string;
    /** 1 to 128 characters. */
    producerId: string;
    kind: 'audio' | 'video';
  };
  /**
   * A consumer has closed: its track has ended, or its participant has
   * unsubscribed.
   */
  consumerClosed: {
    roomId: Id;
    participantId: Id;
    /** 1 to 128 characters. */
    consumerId: string;
    /** 1 to 128 characters. */
    producerId: string;
    kind: 'audio' | 'video';
  };
  /** A consumer or its track has been paused. */
  consumerPaused: {
    roomId: Id;
    participantId: Id;
    /** 1 to 128 characters. */
    consumerId: string;
    /** 1 to 128 characters. */
    producerId: string;
    kind: 'audio' | 'video';
  };
  /** A consumer or its track has been resumed. */
  consumerResumed: {
    roomId: Id;
    participantId: Id;
    /** 1 to 128 characters. */
    consumerId: string;
    /** 1 to 128 characters. */
    producerId: string;
    kind: 'audio' | 'video';
  };
  /** A consumer receives other layers. */
  consumerLayersChanged: {
    roomId: Id;
    participantId: Id;
    /** 1 to 128 characters. */
    consumerId: string;
    /** 1 to 128 characters. */
    producerId: string;
    kind: 'audio' | 'video';
    /** null if nothing is received. */
    spatialLayer: number | null;
    temporalLayer: number | null;
  };
}

/**
 * The requests, with what is required of the sender: nothing, a token, or
 * membership.
 */
export const REQUESTS: Readonly<{
  authenticate: 'public';
  createRoom: 'user';
  joinRoom: 'user';
  leaveRoom: 'member';
  getRouterRtpCapabilities: 'user';
  createWebRtcTransport: 'member';
  connectWebRtcTransport: 'member';
  restartIce: 'member';
  publish: 'member';
  unpublish: 'member';
  subscribe: 'member';
  unsubscribe: 'member';
  pause: 'member';
  resume: 'member';
  setPreferredLayers: 'member';
}>;

/** The code that this contract has for each error. */
export const ERROR_CODES: Readonly<{
  TOKEN_MISSING: 'AUTH_TOKEN_MISSING';
  TOKEN_INVALID: 'AUTH_TOKEN_INVALID';
  TOKEN_EXPIRED: 'AUTH_TOKEN_EXPIRED';
  TOKEN_TYPE_WRONG: 'AUTH_TOKEN_INVALID';
  TOKEN_NOT_YET_VALID: 'AUTH_TOKEN_INVALID';
  FORBIDDEN: 'AUTH_TOKEN_INVALID';
  BANNED: 'AUTH_TOKEN_INVALID';
  REMOVED: 'AUTH_TOKEN_INVALID';
  ORIGIN_REFUSED: 'AUTH_TOKEN_INVALID';
  ROOM_NOT_FOUND: 'ROOM_NOT_FOUND';
  ROOM_CLOSED: 'ROOM_NOT_FOUND';
  ROOM_FULL: 'ROOM_FULL';
  ROOM_LOCKED: 'ROOM_FULL';
  IN_LOBBY: 'ROOM_FULL';
  ROOM_HAS_LOBBY: 'ROOM_FULL';
  SERVER_FULL: 'ROOM_FULL';
  NOT_JOINED: 'PARTICIPANT_NOT_FOUND';
  PEER_CLOSED: 'PARTICIPANT_NOT_FOUND';
  PEER_NOT_FOUND: 'PARTICIPANT_NOT_FOUND';
  PRODUCER_NOT_FOUND: 'PRODUCER_NOT_FOUND';
  CONSUMER_NOT_FOUND: 'CONSUMER_NOT_FOUND';
  DATA_PRODUCER_NOT_FOUND: 'PRODUCER_NOT_FOUND';
  DATA_CONSUMER_NOT_FOUND: 'CONSUMER_NOT_FOUND';
  TRANSPORT_NOT_FOUND: 'TRANSPORT_NOT_FOUND';
  TRANSPORT_REQUIRED: 'TRANSPORT_NOT_FOUND';
  VALIDATION_ERROR: 'VALIDATION_ERROR';
  MEDIA_REJECTED: 'VALIDATION_ERROR';
  WRONG_DIRECTION: 'VALIDATION_ERROR';
  UNKNOWN_METHOD: 'VALIDATION_ERROR';
  LIMIT_REACHED: 'VALIDATION_ERROR';
  NOT_FOUND: 'VALIDATION_ERROR';
  ALREADY_JOINED: 'VALIDATION_ERROR';
  TRANSPORT_CONNECTED: 'VALIDATION_ERROR';
  ID_TAKEN: 'VALIDATION_ERROR';
  USERS_UNAVAILABLE: 'INTERNAL_ERROR';
  INTERNAL_ERROR: 'INTERNAL_ERROR';
  SHUTTING_DOWN: 'INTERNAL_ERROR';
  NO_WORKER: 'INTERNAL_ERROR';
  MEDIA_RESET: 'INTERNAL_ERROR';
  RECORD_UNAVAILABLE: 'INTERNAL_ERROR';
  ROOM_ELSEWHERE: 'INTERNAL_ERROR';
  ROOM_UNREACHABLE: 'INTERNAL_ERROR';
  CLUSTER_UNAVAILABLE: 'INTERNAL_ERROR';
  RESUME_REFUSED: 'PARTICIPANT_NOT_FOUND';
}>;
