// Written by "npm run docs" from the contracts of the server.

/** Any object of at most 4096 characters of JSON, 16 deep. */
export type AppData = Record<string, unknown>;

/** A producer as the client receives it. */
export type Consumer = {
  /** 1 to 128 characters. */
  consumerId: string;
  /** 1 to 128 characters. */
  producerId: string;
  /** The owner of the producer. */
  peerId: Id;
  kind: 'audio' | 'video';
  rtpParameters: RtpParameters;
  type: 'simple' | 'simulcast' | 'svc' | 'pipe';
  /** Always true. */
  paused: boolean;
  producerPaused: boolean;
  /** The score at the start. Changes are sent as consumerScore. */
  score: {
    /**
     * The quality of what the server sends, 0 (nothing arrives) to 10 (best). 0
     * to 10.
     */
    score: number;
    /** The score of the stream selected for it. 0 to 10. */
    producerScore: number;
    /** The scores of all streams of the producer. */
    producerScores: number[];
  };
  appData: AppData;
};

/** A data channel that a peer sends over. */
export type DataProducer = {
  /** 1 to 128 characters. */
  dataProducerId: string;
  /** At most 255 characters, no control characters. */
  label: string;
  /** At most 255 characters, no control characters. */
  protocol: string;
  appData: AppData;
};

/** The platform of a client, as it reports it. */
export type Device = {
  /** At most 64 characters, no control characters. */
  flag?: string | undefined;
  /** At most 64 characters, no control characters. */
  name?: string | undefined;
  /** At most 64 characters, no control characters. */
  version?: string | undefined;
};

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

/** Any object of at most limits.metadataBytes, 16 deep. */
export type Metadata = Record<string, unknown>;

/** A member of the room. */
export type Peer = {
  peerId: Id;
  /** At most 128 characters, no control characters, a visible character. */
  displayName: string;
  /** `guest`, `member`, `moderator`, or a role of another contract. */
  role: string;
  permissions: Permissions;
  /** True while the peer has no connection; left out otherwise. */
  reconnecting?: boolean | undefined;
  /**
   * The time at which the peer raised its hand, milliseconds since the epoch;
   * left out while it is not raised.
   */
  handRaisedAt?: number | undefined;
  /** Left out until the peer has set it. */
  metadata?: Metadata | undefined;
  device: Device;
  /** Milliseconds since the epoch. */
  joinedAt: number;
  producers: Producer[];
  dataProducers: DataProducer[];
};

/** The things that a peer may do. */
export type Permissions = {
  /** The sources of tracks that the peer may send. */
  publish: ('mic' | 'camera' | 'screen' | 'screen-audio')[];
  /** Receive what others send. */
  subscribe: boolean;
  /** Send and receive over data channels. */
  data: boolean;
  /** Send messages. */
  chat: boolean;
  /** Raise a hand, and react. */
  raiseHand: boolean;
  /** Change its own metadata. */
  metadata: boolean;
  /**
   * Powers over others: muteProducer, muteAll and requestUnmute (`mute`),
   * closeProducerOf (`stop`), removePeer (`remove`), lockRoom (`lock`),
   * setLobby, admitPeer, admitAll and rejectPeer (`lobby`), clearChat (`chat`),
   * setRoomMetadata (`metadata`), setSpotlight (`spotlight`), closeRoom
   * (`close`), setRole and setPermissions (`promote`), createInvitation
   * (`invite`).
   */
  moderate: (
    | 'mute'
    | 'stop'
    | 'remove'
    | 'lock'
    | 'lobby'
    | 'chat'
    | 'metadata'
    | 'spotlight'
    | 'close'
    | 'promote'
    | 'invite'
  )[];
};

/** A track that a peer sends. */
export type Producer = {
  /** 1 to 128 characters. */
  producerId: string;
  kind: 'audio' | 'video';
  paused: boolean;
  appData: AppData;
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

/** In the format of mediasoup-client. */
export type SctpParameters = {
  port: number;
  OS: number;
  MIS: number;
  maxMessageSize: number;
  /** The longest message that the server sends, bytes. */
  maxSendMessageSize: number;
  /** The longest message that the server accepts, bytes. */
  maxReceiveMessageSize: number;
};

/**
 * In the format of mediasoup-client. At most one of maxPacketLifeTime and
 * maxRetransmits, and neither if ordered.
 */
export type SctpStreamParameters = {
  /** 0 to 65534. */
  streamId: number;
  /** True by default, unless maxPacketLifeTime or maxRetransmits is given. */
  ordered?: boolean | undefined;
  /** How long a lost message is retransmitted, ms. 1 to 65535. */
  maxPacketLifeTime?: number | undefined;
  /** How often a lost message is retransmitted. 1 to 65535. */
  maxRetransmits?: number | undefined;
};

/**
 * The counters of the media engine for one object. Further fields depend on the
 * type. See https://mediasoup.org/documentation/v3/mediasoup/rtc-statistics/
 */
export type Stat = {
  /** Such as "webrtc-transport", "inbound-rtp". */
  type: string;
  /**
   * Milliseconds on the media engine's own clock; only differences between two
   * replies have a meaning.
   */
  timestamp: number;
  [field: string]: unknown;
};

/** Producers of these kinds and of these sources. */
export type SubscriptionFilter = {
  /** 1 to 2 entries. */
  kinds?: ('audio' | 'video')[] | undefined;
  /** 1 to 4 entries. */
  sources?: ('mic' | 'camera' | 'screen' | 'screen-audio')[] | undefined;
};

/** A transport that was opened with the join. */
export type Transport = {
  direction: 'send' | 'recv';
  /** 1 to 128 characters. */
  transportId: string;
  iceParameters: IceParameters;
  iceCandidates: IceCandidate[];
  dtlsParameters: DtlsParameters;
  /** Present with enableSctp. */
  sctpParameters?: SctpParameters | undefined;
};

/** A transport to open with the join. */
export type TransportRequest = {
  /** The direction from the point of view of the client. */
  direction: 'send' | 'recv';
  /** Offer no UDP candidates, for networks that drop UDP. */
  forceTcp?: boolean | undefined;
  /**
   * Allow data channels beside the tracks. They cannot be added later. False by
   * default, because they cost memory on both sides.
   */
  enableSctp?: boolean | undefined;
};

/** A producer as the client shows it. Audio may have any size. */
export type View = {
  /** 1 to 128 characters. */
  producerId: string;
  /** In pixels of the screen. 1 to 32767. */
  width?: number | undefined;
  /** In pixels of the screen. 1 to 32767. */
  height?: number | undefined;
  /** The producer is not shown. Instead of width and height. */
  off?: true | undefined;
};

/** Every request by its name. */
export interface Requests {
  /**
   * Returns the codecs that the room can receive. Load them into the Device
   * before joining.
   */
  getRouterRtpCapabilities: {
    data: Record<string, never>;
    reply: {
      rtpCapabilities: RtpCapabilities;
    };
  };
  /**
   * Returns an empty reply, for clients that do not see WebSocket pings. A
   * client that receives no reply has lost the connection.
   */
  ping: {
    data: Record<string, never>;
    reply: Record<string, never>;
  };
  /**
   * Joins the room. Everything that happens after the snapshot in the reply is
   * sent as a notification. Where the room has a lobby, the request is refused
   * with 423 `IN_LOBBY`, and repeated after admitted.
   */
  joinRoom: {
    data: {
      /** Must equal the one in the URL. */
      roomId: Id;
      /** Must equal the one in the URL. */
      peerId: Id;
      /**
       * The peerId by default. A name in the token takes precedence. At most 128
       * characters, no control characters, a visible character.
       */
      displayName?: string | undefined;
      device?: Device | undefined;
      /**
       * A random text that the client keeps and sends to this server alone. By it a
       * member that comes back is known again on a server without tokens: its role
       * and its way into a locked room depend on it, and a ban of another client in
       * its network leaves it alone. 22 to 128 letters, digits, "_" and "-".
       */
      clientSecret?: string | undefined;
      /**
       * The codecs that the client can receive. They may be sent with consume
       * instead.
       */
      rtpCapabilities?: RtpCapabilities | undefined;
      /**
       * The token of the last join, to continue where the connection broke. At most
       * 128 characters.
       */
      resumeToken?: string | undefined;
      /**
       * Required with resumeToken: the `seq` of the last notification received, 0
       * if none was. At least 0.
       */
      after?: number | undefined;
      /**
       * The number of notifications received since the peer first joined, over all
       * its connections. For clients that do not send `after`. At least 0.
       */
      received?: number | undefined;
      /**
       * Transports to open with the join, one for each direction. A name alone
       * means the default options. At most 2 entries, at most one for each
       * direction.
       */
      transports?: ('send' | 'recv' | TransportRequest)[] | undefined;
      /**
       * What the server consumes for the client: all that the others send, nothing
       * (the default), or what a filter lets through. Needs rtpCapabilities and a
       * transport for receiving.
       */
      subscribe?: 'auto' | 'none' | SubscriptionFilter | undefined;
    };
    reply: {
      roomId: Id;
      peerId: Id;
      /** The codecs that the room can receive. */
      rtpCapabilities: RtpCapabilities;
      /**
       * The ICE servers for the transports of the client; empty unless some are
       * configured.
       */
      iceServers: IceServer[];
      /**
       * The members of the room before the client. Left out when the peer is
       * resumed: the notifications that it missed follow instead.
       */
      peers?: Peer[] | undefined;
      /**
       * True if the peer of the broken connection continues, with its transports,
       * producers and consumers.
       */
      resumed: boolean;
      /**
       * The token to resume with after the connection is lost, within a limited
       * time. It is good until the first request on the connection that resumes, so
       * a lost reply to that join is no loss.
       */
      resumeToken?: string | undefined;
      /**
       * When resumed: the transports of the peer. Close those whose reply never
       * arrived.
       */
      transportIds?: string[] | undefined;
      /**
       * When resumed: the producers of the peer. Close those whose reply never
       * arrived.
       */
      producerIds?: string[] | undefined;
      /** When resumed: the consumers of the peer. */
      consumerIds?: string[] | undefined;
      /** When resumed: the data producers of the peer. */
      dataProducerIds?: string[] | undefined;
      /** When resumed: the data consumers of the peer. */
      dataConsumerIds?: string[] | undefined;
      /** The client as the server knows it, with what it may do. */
      self: {
        peerId: Id;
        /** At most 128 characters, no control characters, a visible character. */
        displayName: string;
        /** `guest`, `member`, `moderator`, or a role of another contract. */
        role: string;
        permissions: Permissions;
      };
      /** True while only peers that may lock the room can enter it. */
      locked: boolean;
      /** True while others wait in the lobby until they are let in. */
      lobby: boolean;
      /** The metadata of the room. Left out until a moderator has set it. */
      metadata?: Metadata | undefined;
      /**
       * The peer that a moderator has put in the spotlight, for clients to show it
       * large to everyone; null if there is none.
       */
      spotlight: Id | null;
      /** The limits of the server that concern one client, as they are now. */
      limits: {
        /** The longest message, bytes. */
        maxFrameBytes: number;
        messagesPerSecond: number;
        messageBurst: number;
        transportsPerPeer: number;
        producersPerPeer: number;
        producersPerSource: number;
        consumersPerPeer: number;
        dataProducersPerPeer: number;
        dataConsumersPerPeer: number;
        appDataBytesPerPeer: number;
        incomingBitrate: number;
        /** The time within which a broken connection can be resumed, ms. */
        resumeTimeout: number;
        /** The longest `ttl` of createInvitation, s. */
        invitationLifetime: number;
      };
      /**
       * Names rtpCapabilities, which are the same in all rooms of a server. A
       * client that has loaded those of another version loads these and joins
       * again.
       */
      rtpCapabilitiesVersion: string;
      /**
       * With transports: those that were opened. Left out if the media worker died
       * meanwhile; then they come with mediaReset.
       */
      transports?: Transport[] | undefined;
      /**
       * With transports: consumers of the producers in peers, all paused. At most
       * 200; further ones follow as consumerOpened. A producer that cannot be
       * consumed has none.
       */
      consumers?: Consumer[] | undefined;
    };
  };
  /**
   * Returns the iceServers of joinRoom again, with credentials of full
   * lifetime.
   */
  getIceServers: {
    data: {
      /**
       * A text of the client that no other request of the stay has: sent again with
       * it, the request is served once and answered the same. 1 to 64 characters.
       */
      requestKey?: string | undefined;
    };
    reply: {
      iceServers: IceServer[];
    };
  };
  /** Opens a transport, for sending or for receiving. */
  createWebRtcTransport: {
    data: {
      /** The direction from the point of view of the client. */
      direction: 'send' | 'recv';
      /** Offer no UDP candidates, for networks that drop UDP. */
      forceTcp?: boolean | undefined;
      /**
       * Allow data channels beside the tracks. They cannot be added later. False by
       * default, because they cost memory on both sides.
       */
      enableSctp?: boolean | undefined;
      /**
       * A text of the client that no other request of the stay has: sent again with
       * it, the request is served once and answered the same. 1 to 64 characters.
       */
      requestKey?: string | undefined;
    };
    reply: {
      /** 1 to 128 characters. */
      transportId: string;
      iceParameters: IceParameters;
      iceCandidates: IceCandidate[];
      dtlsParameters: DtlsParameters;
      /** Present with enableSctp. */
      sctpParameters?: SctpParameters | undefined;
    };
  };
  /** Connects a transport, with the parameters of its "connect" event. */
  connectWebRtcTransport: {
    data: {
      /** 1 to 128 characters. */
      transportId: string;
      dtlsParameters: DtlsParameters;
      /**
       * A text of the client that no other request of the stay has: sent again with
       * it, the request is served once and answered the same. 1 to 64 characters.
       */
      requestKey?: string | undefined;
    };
    reply: Record<string, never>;
  };
  /**
   * Returns new ICE credentials for a transport, for example after the network
   * has changed.
   */
  restartIce: {
    data: {
      /** 1 to 128 characters. */
      transportId: string;
      /**
       * A text of the client that no other request of the stay has: sent again with
       * it, the request is served once and answered the same. 1 to 64 characters.
       */
      requestKey?: string | undefined;
    };
    reply: {
      iceParameters: IceParameters;
    };
  };
  /**
   * Closes a transport with all its producers and consumers. leaveRoom closes
   * all transports anyway.
   */
  closeWebRtcTransport: {
    data: {
      /** 1 to 128 characters. */
      transportId: string;
      /**
       * A text of the client that no other request of the stay has: sent again with
       * it, the request is served once and answered the same. 1 to 64 characters.
       */
      requestKey?: string | undefined;
    };
    reply: Record<string, never>;
  };
  /** Sends a track. The other members receive newProducer. */
  produce: {
    data: {
      /** By default the peer's only send transport. 1 to 128 characters. */
      transportId?: string | undefined;
      /**
       * A UUID chosen at random by the client, for clients that go on without
       * waiting for the reply. By default, the server chooses the id.
       * `^([0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[1-8][0-9a-fA-F]{3}-[89abAB][0-9a-fA-F]{3}-[0-9a-fA-F]{12}|00000000-0000-0000-0000-000000000000|ffffffff-ffff-ffff-ffff-ffffffffffff)$`.
       */
      producerId?: string | undefined;
      kind: 'audio' | 'video';
      rtpParameters: RtpParameters;
      paused?: boolean | undefined;
      /**
       * `source` names the source of the track: "mic" or "screen-audio", "camera"
       * or "screen". A peer may send one track of each, unless the server is
       * configured otherwise. Without a source, or with one that is unknown or of
       * the other kind, audio counts as a microphone and video as a camera. `width`
       * and `height` state the size of a video, for receivers that ask by size.
       */
      appData?: AppData | undefined;
      /**
       * A text of the client that no other request of the stay has: sent again with
       * it, the request is served once and answered the same. 1 to 64 characters.
       */
      requestKey?: string | undefined;
    };
    reply: {
      /** 1 to 128 characters. */
      producerId: string;
    };
  };
  /**
   * Receives a producer. The consumer starts paused: set it up, then send
   * resume.
   */
  consume: {
    data: {
      /** By default the peer's only receive transport. 1 to 128 characters. */
      transportId?: string | undefined;
      /** 1 to 128 characters. */
      producerId: string;
      /** By default those of joinRoom. */
      rtpCapabilities?: RtpCapabilities | undefined;
      /**
       * A text of the client that no other request of the stay has: sent again with
       * it, the request is served once and answered the same. 1 to 64 characters.
       */
      requestKey?: string | undefined;
    };
    reply: {
      /** 1 to 128 characters. */
      consumerId: string;
      /** 1 to 128 characters. */
      producerId: string;
      /** The owner of the producer. */
      peerId: Id;
      kind: 'audio' | 'video';
      rtpParameters: RtpParameters;
      type: 'simple' | 'simulcast' | 'svc' | 'pipe';
      /** Always true. */
      paused: boolean;
      producerPaused: boolean;
      /** The score at the start. Changes are sent as consumerScore. */
      score: {
        /**
         * The quality of what the server sends, 0 (nothing arrives) to 10 (best). 0
         * to 10.
         */
        score: number;
        /** The score of the stream selected for it. 0 to 10. */
        producerScore: number;
        /** The scores of all streams of the producer. */
        producerScores: number[];
      };
      appData: AppData;
    };
  };
  /** Pauses a consumer, or several. */
  pause: {
    data: {
      /** 1 to 128 characters. */
      consumerId?: string | undefined;
      /**
       * Several at once, instead of consumerId or beside it. If one of them does
       * not exist, the request fails and none is changed. 1 to 500 entries.
       */
      consumerIds?: string[] | undefined;
      /**
       * A text of the client that no other request of the stay has: sent again with
       * it, the request is served once and answered the same. 1 to 64 characters.
       */
      requestKey?: string | undefined;
    };
    reply: Record<string, never>;
  };
  /** Resumes a consumer, or several, each starting with a key frame. */
  resume: {
    data: {
      /** 1 to 128 characters. */
      consumerId?: string | undefined;
      /**
       * Several at once, instead of consumerId or beside it. If one of them does
       * not exist, the request fails and none is changed. 1 to 500 entries.
       */
      consumerIds?: string[] | undefined;
      /**
       * A text of the client that no other request of the stay has: sent again with
       * it, the request is served once and answered the same. 1 to 64 characters.
       */
      requestKey?: string | undefined;
    };
    reply: Record<string, never>;
  };
  /** Closes a consumer, or several. */
  closeConsumer: {
    data: {
      /** 1 to 128 characters. */
      consumerId?: string | undefined;
      /**
       * Several at once, instead of consumerId or beside it. If one of them does
       * not exist, the request fails and none is changed. 1 to 500 entries.
       */
      consumerIds?: string[] | undefined;
      /**
       * A text of the client that no other request of the stay has: sent again with
       * it, the request is served once and answered the same. 1 to 64 characters.
       */
      requestKey?: string | undefined;
    };
    reply: Record<string, never>;
  };
  /**
   * Sets the highest layers to receive of a simulcast or SVC track. The server
   * sends these or lower ones.
   */
  setConsumerPreferredLayers: {
    data: {
      /** 1 to 128 characters. */
      consumerId: string;
      /** 0 is the lowest resolution. 0 to 15. */
      spatialLayer: number;
      /** 0 is the lowest frame rate. The highest by default. 0 to 15. */
      temporalLayer?: number | undefined;
      /**
       * A text of the client that no other request of the stay has: sent again with
       * it, the request is served once and answered the same. 1 to 64 characters.
       */
      requestKey?: string | undefined;
    };
    reply: Record<string, never>;
  };
  /** Sets which consumers get their layers first when bandwidth is scarce. */
  setConsumerPriority: {
    data: {
      /** 1 to 128 characters. */
      consumerId: string;
      /** The highest is served first. Initially 1. 1 to 255. */
      priority: number;
      /**
       * A text of the client that no other request of the stay has: sent again with
       * it, the request is served once and answered the same. 1 to 64 characters.
       */
      requestKey?: string | undefined;
    };
    reply: Record<string, never>;
  };
  /**
   * Tells what the client shows, and how large. The server resumes these
   * producers, with the layers and the priority for their size, and pauses
   * those that are off. One that is shown and not consumed yet gets a paused
   * consumer, sent as consumerOpened. Producers that are not named stay as they
   * are.
   */
  setViews: {
    data: {
      /**
       * If one of the producers does not exist, the request fails and nothing
       * changes. If a consumer cannot be opened, it fails as consume does, and the
       * other views take effect. Of several views of a producer the last counts. At
       * most 500 entries.
       */
      views: View[];
      /**
       * A text of the client that no other request of the stay has: sent again with
       * it, the request is served once and answered the same. 1 to 64 characters.
       */
      requestKey?: string | undefined;
    };
    reply: Record<string, never>;
  };
  /** Requests a key frame, for example after decoding errors. Video only. */
  requestConsumerKeyFrame: {
    data: {
      /** 1 to 128 characters. */
      consumerId: string;
      /**
       * A text of the client that no other request of the stay has: sent again with
       * it, the request is served once and answered the same. 1 to 64 characters.
       */
      requestKey?: string | undefined;
    };
    reply: Record<string, never>;
  };
  /** Pauses a producer of the client, for all its receivers. */
  pauseProducer: {
    data: {
      /** 1 to 128 characters. */
      producerId: string;
      /**
       * A text of the client that no other request of the stay has: sent again with
       * it, the request is served once and answered the same. 1 to 64 characters.
       */
      requestKey?: string | undefined;
    };
    reply: Record<string, never>;
  };
  /** Resumes a producer of the client. */
  resumeProducer: {
    data: {
      /** 1 to 128 characters. */
      producerId: string;
      /**
       * A text of the client that no other request of the stay has: sent again with
       * it, the request is served once and answered the same. 1 to 64 characters.
       */
      requestKey?: string | undefined;
    };
    reply: Record<string, never>;
  };
  /** Closes a producer of the client. */
  closeProducer: {
    data: {
      /** 1 to 128 characters. */
      producerId: string;
      /**
       * A text of the client that no other request of the stay has: sent again with
       * it, the request is served once and answered the same. 1 to 64 characters.
       */
      requestKey?: string | undefined;
    };
    reply: Record<string, never>;
  };
  /** Sends over a data channel. The other members receive newDataProducer. */
  produceData: {
    data: {
      /** By default the peer's only send transport. 1 to 128 characters. */
      transportId?: string | undefined;
      /**
       * A UUID chosen at random by the client, for clients that go on without
       * waiting for the reply. By default, the server chooses the id.
       * `^([0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[1-8][0-9a-fA-F]{3}-[89abAB][0-9a-fA-F]{3}-[0-9a-fA-F]{12}|00000000-0000-0000-0000-000000000000|ffffffff-ffff-ffff-ffff-ffffffffffff)$`.
       */
      dataProducerId?: string | undefined;
      /** The consumers receive it with the same order and retransmission. */
      sctpStreamParameters: SctpStreamParameters;
      /** At most 255 characters, no control characters. */
      label?: string | undefined;
      /** At most 255 characters, no control characters. */
      protocol?: string | undefined;
      appData?: AppData | undefined;
      /**
       * A text of the client that no other request of the stay has: sent again with
       * it, the request is served once and answered the same. 1 to 64 characters.
       */
      requestKey?: string | undefined;
    };
    reply: {
      /** 1 to 128 characters. */
      dataProducerId: string;
    };
  };
  /**
   * Receives the messages that a data producer sends from now on, on a stream
   * of its own.
   */
  consumeData: {
    data: {
      /** By default the peer's only receive transport. 1 to 128 characters. */
      transportId?: string | undefined;
      /** 1 to 128 characters. */
      dataProducerId: string;
      /**
       * A text of the client that no other request of the stay has: sent again with
       * it, the request is served once and answered the same. 1 to 64 characters.
       */
      requestKey?: string | undefined;
    };
    reply: {
      /** 1 to 128 characters. */
      dataConsumerId: string;
      /** 1 to 128 characters. */
      dataProducerId: string;
      /** The owner of the data producer. */
      peerId: Id;
      sctpStreamParameters: SctpStreamParameters;
      /** At most 255 characters, no control characters. */
      label: string;
      /** At most 255 characters, no control characters. */
      protocol: string;
      appData: AppData;
    };
  };
  /** Closes a data producer of the client. */
  closeDataProducer: {
    data: {
      /** 1 to 128 characters. */
      dataProducerId: string;
      /**
       * A text of the client that no other request of the stay has: sent again with
       * it, the request is served once and answered the same. 1 to 64 characters.
       */
      requestKey?: string | undefined;
    };
    reply: Record<string, never>;
  };
  /** Closes a data consumer. */
  closeDataConsumer: {
    data: {
      /** 1 to 128 characters. */
      dataConsumerId: string;
      /**
       * A text of the client that no other request of the stay has: sent again with
       * it, the request is served once and answered the same. 1 to 64 characters.
       */
      requestKey?: string | undefined;
    };
    reply: Record<string, never>;
  };
  /**
   * Returns statistics of a transport of the client: its traffic and its
   * network path.
   */
  getTransportStats: {
    data: {
      /** 1 to 128 characters. */
      transportId: string;
      /**
       * A text of the client that no other request of the stay has: sent again with
       * it, the request is served once and answered the same. 1 to 64 characters.
       */
      requestKey?: string | undefined;
    };
    reply: {
      stats: Stat[];
    };
  };
  /**
   * Returns what the server receives of a producer of the client, one entry for
   * each stream.
   */
  getProducerStats: {
    data: {
      /** 1 to 128 characters. */
      producerId: string;
      /**
       * A text of the client that no other request of the stay has: sent again with
       * it, the request is served once and answered the same. 1 to 64 characters.
       */
      requestKey?: string | undefined;
    };
    reply: {
      stats: Stat[];
    };
  };
  /**
   * Returns what the server sends for a consumer (outbound-rtp), and what it
   * receives of the stream selected for it (inbound-rtp).
   */
  getConsumerStats: {
    data: {
      /** 1 to 128 characters. */
      consumerId: string;
      /**
       * A text of the client that no other request of the stay has: sent again with
       * it, the request is served once and answered the same. 1 to 64 characters.
       */
      requestKey?: string | undefined;
    };
    reply: {
      stats: Stat[];
    };
  };
  /** Returns what the server receives of a data producer of the client. */
  getDataProducerStats: {
    data: {
      /** 1 to 128 characters. */
      dataProducerId: string;
      /**
       * A text of the client that no other request of the stay has: sent again with
       * it, the request is served once and answered the same. 1 to 64 characters.
       */
      requestKey?: string | undefined;
    };
    reply: {
      stats: Stat[];
    };
  };
  /** Returns what the server sends for a data consumer. */
  getDataConsumerStats: {
    data: {
      /** 1 to 128 characters. */
      dataConsumerId: string;
      /**
       * A text of the client that no other request of the stay has: sent again with
       * it, the request is served once and answered the same. 1 to 64 characters.
       */
      requestKey?: string | undefined;
    };
    reply: {
      stats: Stat[];
    };
  };
  /**
   * Reports what the client makes of its own statistics, which the server
   * cannot see: sound that is made up, pictures that stand still. The worst of
   * that and of what the server sees is announced as connectionQuality.
   * Initially good.
   */
  reportQuality: {
    data: {
      /** `weak` if sound or pictures suffer, `lost` if nothing gets through. */
      quality: 'good' | 'weak' | 'lost';
      /**
       * A text of the client that no other request of the stay has: sent again with
       * it, the request is served once and answered the same. 1 to 64 characters.
       */
      requestKey?: string | undefined;
    };
    reply: Record<string, never>;
  };
  /**
   * Sends a message to other members, who receive it as message: either all of
   * them or, if the request fails, none. In a room with a record, a message to
   * all that has a text `data.content` is kept by the record, and arrives as it
   * was kept.
   */
  sendMessage: {
    data: {
      /** The recipients; all other members by default. 1 to 100 entries. */
      to?: Id[] | undefined;
      /**
       * Any JSON, objects and lists nested at most 16 deep, at most 16384 bytes of
       * JSON.
       */
      data: unknown;
      /**
       * A text of the client that no other request of the stay has: sent again with
       * it, the request is served once and answered the same. 1 to 64 characters.
       */
      requestKey?: string | undefined;
    };
    reply: Record<string, never>;
  };
  /**
   * Pauses a track of another peer, who receives producerMuted and may resume
   * it. Needs the power `mute`.
   */
  muteProducer: {
    data: {
      /** 1 to 128 characters. */
      producerId: string;
      /**
       * A text of the client that no other request of the stay has: sent again with
       * it, the request is served once and answered the same. 1 to 64 characters.
       */
      requestKey?: string | undefined;
    };
    reply: Record<string, never>;
  };
  /**
   * Pauses all tracks of a source, except the client's own. Needs the power
   * `mute`.
   */
  muteAll: {
    data: {
      source: 'mic' | 'camera' | 'screen' | 'screen-audio';
      /** Peers whose tracks stay as they are. At most 500 entries. */
      except?: Id[] | undefined;
      /**
       * A text of the client that no other request of the stay has: sent again with
       * it, the request is served once and answered the same. 1 to 64 characters.
       */
      requestKey?: string | undefined;
    };
    reply: Record<string, never>;
  };
  /**
   * Asks the owner of a paused track to resume it, by unmuteRequested: no
   * client can do that for another. Needs the power `mute`.
   */
  requestUnmute: {
    data: {
      /** 1 to 128 characters. */
      producerId: string;
      /**
       * A text of the client that no other request of the stay has: sent again with
       * it, the request is served once and answered the same. 1 to 64 characters.
       */
      requestKey?: string | undefined;
    };
    reply: Record<string, never>;
  };
  /**
   * Closes a track of another peer, who receives producerStopped. Needs the
   * power `stop`.
   */
  closeProducerOf: {
    data: {
      /** 1 to 128 characters. */
      producerId: string;
      /**
       * A text of the client that no other request of the stay has: sent again with
       * it, the request is served once and answered the same. 1 to 64 characters.
       */
      requestKey?: string | undefined;
    };
    reply: Record<string, never>;
  };
  /**
   * Removes another peer from the room. Its connection closes with 4000 and
   * `removed`, or `banned`. Needs the power `remove`.
   */
  removePeer: {
    data: {
      peerId: Id;
      /**
       * Keeps the person out: for `rooms.banTime` with true, for good, or for so
       * many ms. By default the peer may come back, where tokens are needed with a
       * newer one.
       */
      ban?: boolean | 'forever' | number | undefined;
      /**
       * A text of the client that no other request of the stay has: sent again with
       * it, the request is served once and answered the same. 1 to 64 characters.
       */
      requestKey?: string | undefined;
    };
    reply: Record<string, never>;
  };
  /**
   * Locks the room, which then refuses with 423 everyone without the power
   * `lock` who was not in it a moment ago, or unlocks it. A locked room is
   * unlocked when its last peer leaves. Needs the power `lock`.
   */
  lockRoom: {
    data: {
      locked: boolean;
      /**
       * A text of the client that no other request of the stay has: sent again with
       * it, the request is served once and answered the same. 1 to 64 characters.
       */
      requestKey?: string | undefined;
    };
    reply: Record<string, never>;
  };
  /**
   * Switches the lobby on, in which all without the power `lobby` then wait
   * until they are admitted, or off, which admits all that wait, and is refused
   * with 423 if any do while the room is locked. It is switched off when the
   * last peer leaves and no one waits. Needs the power `lobby`.
   */
  setLobby: {
    data: {
      enabled: boolean;
      /**
       * A text of the client that no other request of the stay has: sent again with
       * it, the request is served once and answered the same. 1 to 64 characters.
       */
      requestKey?: string | undefined;
    };
    reply: Record<string, never>;
  };
  /**
   * Lets in a client that waits in the lobby; it receives admitted, and joins
   * then. Refused with 423 while the room is locked. Needs the power `lobby`.
   */
  admitPeer: {
    data: {
      peerId: Id;
      /**
       * A text of the client that no other request of the stay has: sent again with
       * it, the request is served once and answered the same. 1 to 64 characters.
       */
      requestKey?: string | undefined;
    };
    reply: Record<string, never>;
  };
  /**
   * Lets in all clients that wait in the lobby. Refused with 423 while the room
   * is locked. Needs the power `lobby`.
   */
  admitAll: {
    data: {
      /**
       * A text of the client that no other request of the stay has: sent again with
       * it, the request is served once and answered the same. 1 to 64 characters.
       */
      requestKey?: string | undefined;
    };
    reply: Record<string, never>;
  };
  /**
   * Turns away a client that waits in the lobby. Its connection closes with
   * 4000 and `rejected`. Needs the power `lobby`.
   */
  rejectPeer: {
    data: {
      peerId: Id;
      /**
       * A text of the client that no other request of the stay has: sent again with
       * it, the request is served once and answered the same. 1 to 64 characters.
       */
      requestKey?: string | undefined;
    };
    reply: Record<string, never>;
  };
  /**
   * Has all others clear their chat, by chatCleared. Messages that a record of
   * the room keeps stay in the record. Needs the power `chat`.
   */
  clearChat: {
    data: {
      /**
       * A text of the client that no other request of the stay has: sent again with
       * it, the request is served once and answered the same. 1 to 64 characters.
       */
      requestKey?: string | undefined;
    };
    reply: Record<string, never>;
  };
  /**
   * Replaces the metadata of the room, which the others receive by roomUpdated.
   * Needs the power `metadata`.
   */
  setRoomMetadata: {
    data: {
      metadata: Metadata;
      /**
       * A text of the client that no other request of the stay has: sent again with
       * it, the request is served once and answered the same. 1 to 64 characters.
       */
      requestKey?: string | undefined;
    };
    reply: Record<string, never>;
  };
  /**
   * Puts a peer in the spotlight, which may be the client itself: clients show
   * it large to everyone, until it leaves or another peer takes its place. The
   * others receive roomUpdated. Needs the power `spotlight`.
   */
  setSpotlight: {
    data: {
      /** null for none. */
      peerId: Id | null;
      /**
       * A text of the client that no other request of the stay has: sent again with
       * it, the request is served once and answered the same. 1 to 64 characters.
       */
      requestKey?: string | undefined;
    };
    reply: Record<string, never>;
  };
  /**
   * Gives another peer a role, with the permissions of that role; the client
   * must itself have those that are new to the peer. Needs the power `promote`.
   */
  setRole: {
    data: {
      peerId: Id;
      role: 'guest' | 'member' | 'moderator';
      /**
       * A text of the client that no other request of the stay has: sent again with
       * it, the request is served once and answered the same. 1 to 64 characters.
       */
      requestKey?: string | undefined;
    };
    reply: Record<string, never>;
  };
  /**
   * Changes permissions of another peer, of which the client can give those
   * that it has itself. What the peer may no longer send or receive is closed.
   * Needs the power `promote`.
   */
  setPermissions: {
    data: {
      peerId: Id;
      /**
       * Those that change. `publish` and `moderate` may be true for all, or false
       * for none.
       */
      permissions: {
        publish?:
          | boolean
          | ('mic' | 'camera' | 'screen' | 'screen-audio')[]
          | undefined;
        subscribe?: boolean | undefined;
        data?: boolean | undefined;
        chat?: boolean | undefined;
        raiseHand?: boolean | undefined;
        metadata?: boolean | undefined;
        moderate?:
          | boolean
          | (
              | 'mute'
              | 'stop'
              | 'remove'
              | 'lock'
              | 'lobby'
              | 'chat'
              | 'metadata'
              | 'spotlight'
              | 'close'
              | 'promote'
              | 'invite'
            )[]
          | undefined;
      };
      /**
       * A text of the client that no other request of the stay has: sent again with
       * it, the request is served once and answered the same. 1 to 64 characters.
       */
      requestKey?: string | undefined;
    };
    reply: Record<string, never>;
  };
  /**
   * Makes a token with which one person enters the room, in a role whose
   * permissions the client has itself. The address `…/?room=ROOM#token=TOKEN`
   * leads there. Servers without tokens let anyone in and need none. Needs the
   * power `invite`.
   */
  createInvitation: {
    data: {
      role: 'guest' | 'member' | 'moderator';
      /**
       * The time until it expires, s; a day by default, and auth.roomTokenLifetime
       * at most. At least 10.
       */
      ttl?: number | undefined;
      /**
       * A text of the client that no other request of the stay has: sent again with
       * it, the request is served once and answered the same. 1 to 64 characters.
       */
      requestKey?: string | undefined;
    };
    reply: {
      token: string;
      /** The id under which the person enters. */
      peerId: Id;
      /** Milliseconds since the epoch. */
      expiresAt: number;
    };
  };
  /**
   * Closes the room: the connections of all peers close with 4000 and `closed`,
   * that of the client after the reply. Needs the power `close`.
   */
  closeRoom: {
    data: {
      /**
       * A text of the client that no other request of the stay has: sent again with
       * it, the request is served once and answered the same. 1 to 64 characters.
       */
      requestKey?: string | undefined;
    };
    reply: Record<string, never>;
  };
  /** Raises the hand of the client, or lowers it. */
  raiseHand: {
    data: {
      raised: boolean;
      /**
       * A text of the client that no other request of the stay has: sent again with
       * it, the request is served once and answered the same. 1 to 64 characters.
       */
      requestKey?: string | undefined;
    };
    reply: {
      /**
       * The time at which it was raised, as the others are told, milliseconds since
       * the epoch; null if it is lowered.
       */
      handRaisedAt: number | null;
    };
  };
  /** Shows the others an emoji, by reaction. */
  react: {
    data: {
      /** At most 64 characters, one emoji. */
      emoji: string;
      /**
       * A text of the client that no other request of the stay has: sent again with
       * it, the request is served once and answered the same. 1 to 64 characters.
       */
      requestKey?: string | undefined;
    };
    reply: Record<string, never>;
  };
  /** Changes the name of the client, unless its token sets it; then 403. */
  setDisplayName: {
    data: {
      /** At most 128 characters, no control characters, a visible character. */
      displayName: string;
      /**
       * A text of the client that no other request of the stay has: sent again with
       * it, the request is served once and answered the same. 1 to 64 characters.
       */
      requestKey?: string | undefined;
    };
    reply: Record<string, never>;
  };
  /**
   * Replaces the metadata of the client, which the others receive by
   * peerUpdated. Needs the permission `metadata`.
   */
  setPeerMetadata: {
    data: {
      metadata: Metadata;
      /**
       * A text of the client that no other request of the stay has: sent again with
       * it, the request is served once and answered the same. 1 to 64 characters.
       */
      requestKey?: string | undefined;
    };
    reply: Record<string, never>;
  };
  /**
   * Leaves the room. The connection is closed unless it joins again in time.
   */
  leaveRoom: {
    data: {
      /**
       * A text of the client that no other request of the stay has: sent again with
       * it, the request is served once and answered the same. 1 to 64 characters.
       */
      requestKey?: string | undefined;
    };
    reply: Record<string, never>;
  };
}

/** The data of every notification by its name. */
export interface Notifications {
  /** A peer has joined. Sent before any of its producers. */
  peerJoined: Peer;
  /**
   * A peer has left. Sent after producerClosed and dataProducerClosed for each
   * of its producers.
   */
  peerLeft: {
    peerId: Id;
    reason: 'left' | 'disconnected' | 'replaced' | 'expired' | 'removed';
  };
  /** Something about a peer has changed. */
  peerUpdated: {
    peerId: Id;
    /** At most 128 characters, no control characters, a visible character. */
    displayName?: string | undefined;
    /** `guest`, `member`, `moderator`, or a role of another contract. */
    role?: string | undefined;
    permissions?: Permissions | undefined;
    /**
     * True while the peer has no connection, for which it is kept; its media may
     * go on. Told after rooms.absenceNotice.
     */
    reconnecting?: boolean | undefined;
    /** Milliseconds since the epoch; null: the hand is lowered. */
    handRaisedAt?: number | null | undefined;
    metadata?: Metadata | undefined;
  };
  /** A peer shows an emoji. */
  reaction: {
    peerId: Id;
    /** At most 64 characters, one emoji. */
    emoji: string;
  };
  /**
   * The role and the permissions of the client have changed. What they no
   * longer permit has been closed.
   */
  permissionsChanged: {
    /** `guest`, `member`, `moderator`, or a role of another contract. */
    role: string;
    permissions: Permissions;
    /**
     * The peer that changed them. Left out if the server did, for example because
     * the last moderator left, or its operator.
     */
    by?: Id | undefined;
  };
  /**
   * A moderator has paused a producer of the client, which may resume it by
   * resumeProducer.
   */
  producerMuted: {
    /** 1 to 128 characters. */
    producerId: string;
    /** The peer that did it. Left out if the server did, or its operator. */
    by?: Id | undefined;
  };
  /** A moderator has closed a producer of the client. */
  producerStopped: {
    /** 1 to 128 characters. */
    producerId: string;
    /** The peer that did it. Left out if the server did, or its operator. */
    by?: Id | undefined;
  };
  /**
   * A moderator asks the client to resume a producer, which is left to the
   * user.
   */
  unmuteRequested: {
    /** 1 to 128 characters. */
    producerId: string;
    /** The peer that did it. Left out if the server did, or its operator. */
    by?: Id | undefined;
  };
  /**
   * Something about the room has changed: it was locked or unlocked, its lobby
   * was switched on or off, it has other metadata, or another peer is in the
   * spotlight.
   */
  roomUpdated: {
    locked?: boolean | undefined;
    lobby?: boolean | undefined;
    metadata?: Metadata | undefined;
    /**
     * The peer that is in the spotlight now; null if there is none any more, as
     * also before the peerLeft of the one that was.
     */
    spotlight?: Id | null | undefined;
    /** The peer that did it. Left out if the server did, or its operator. */
    by?: Id | undefined;
  };
  /**
   * A moderator has cleared the chat: the client no longer shows what was
   * written before.
   */
  chatCleared: {
    /** The peer that did it. Left out if the server did, or its operator. */
    by?: Id | undefined;
  };
  /**
   * The client waits in the lobby; sent after a joinRoom that was refused with
   * IN_LOBBY, and at most once a second while its place changes. Without `seq`,
   * because it belongs to no stay.
   */
  lobby: {
    /** The place in the queue. At least 1. */
    position: number;
  };
  /**
   * The client no longer has to wait in the lobby: send joinRoom again, within
   * `signalling.joinTimeout`. Without `seq`, because it belongs to no stay.
   */
  admitted: Record<string, never>;
  /**
   * A client waits in the lobby. For peers with the power `lobby`, who also
   * receive it for each that waits when they join or are given the power.
   */
  peerWaiting: {
    peerId: Id;
    /** At most 128 characters, no control characters, a visible character. */
    displayName: string;
    device: Device;
    /** Milliseconds since the epoch. */
    waitingSince: number;
  };
  /**
   * A client no longer waits in the lobby. For peers with the power `lobby`.
   */
  peerWaitingLeft: {
    peerId: Id;
    /**
     * `admitted`: peerJoined follows once it has joined; `left`: it did not wait
     * any longer.
     */
    reason: 'admitted' | 'rejected' | 'left';
  };
  /** A peer has started to send a track. */
  newProducer: {
    /** 1 to 128 characters. */
    producerId: string;
    kind: 'audio' | 'video';
    paused: boolean;
    appData: AppData;
    peerId: Id;
  };
  /**
   * A consumer of the client was opened without a request for it alone: instead
   * of newProducer for a client that subscribes, after setViews, or after
   * mediaReset.
   */
  consumerOpened: {
    /** 1 to 128 characters. */
    consumerId: string;
    /** 1 to 128 characters. */
    producerId: string;
    /** The owner of the producer. */
    peerId: Id;
    kind: 'audio' | 'video';
    rtpParameters: RtpParameters;
    type: 'simple' | 'simulcast' | 'svc' | 'pipe';
    /** Always true. */
    paused: boolean;
    producerPaused: boolean;
    /** The score at the start. Changes are sent as consumerScore. */
    score: {
      /**
       * The quality of what the server sends, 0 (nothing arrives) to 10 (best). 0
       * to 10.
       */
      score: number;
      /** The score of the stream selected for it. 0 to 10. */
      producerScore: number;
      /** The scores of all streams of the producer. */
      producerScores: number[];
    };
    appData: AppData;
  };
  /** A producer has closed. */
  producerClosed: {
    /** 1 to 128 characters. */
    producerId: string;
    peerId: Id;
  };
  /** A producer has been paused. */
  producerPaused: {
    /** 1 to 128 characters. */
    producerId: string;
    peerId: Id;
  };
  /** A producer has been resumed. */
  producerResumed: {
    /** 1 to 128 characters. */
    producerId: string;
    peerId: Id;
  };
  /** A peer has started to send over a data channel. */
  newDataProducer: {
    /** 1 to 128 characters. */
    dataProducerId: string;
    /** At most 255 characters, no control characters. */
    label: string;
    /** At most 255 characters, no control characters. */
    protocol: string;
    appData: AppData;
    peerId: Id;
  };
  /** A data producer has closed. */
  dataProducerClosed: {
    /** 1 to 128 characters. */
    dataProducerId: string;
    peerId: Id;
  };
  /**
   * The media worker of the client has died. All transports, producers and
   * consumers of the client are closed, those for data as well: load the
   * capabilities and set up media again. The room and its members remain.
   * Producers on other workers continue and have to be consumed again.
   */
  mediaReset: {
    rtpCapabilities: RtpCapabilities;
    /**
     * For a client that joined with transports: new ones with the same options.
     * If it subscribes, consumerOpened follows for each producer.
     */
    transports?: Transport[] | undefined;
  };
  /**
   * The token expires within a minute, and the peer will be removed. Sent only
   * if the server enforces expiry.
   */
  tokenExpiring: {
    /** Milliseconds since the epoch. */
    expiresAt: number;
  };
  /**
   * The server is about to restart. The room continues until the deadline at
   * most; then the connection is closed with 1012, and the client should
   * reconnect. A peer that joins meanwhile receives it first.
   */
  serverDraining: {
    /** Milliseconds since the epoch. */
    deadline: number;
  };
  /** The producer of a consumer of the client has been paused. */
  consumerPaused: {
    /** 1 to 128 characters. */
    consumerId: string;
  };
  /** The producer of a consumer of the client has been resumed. */
  consumerResumed: {
    /** 1 to 128 characters. */
    consumerId: string;
  };
  /** A consumer of the client has closed, because its producer has. */
  consumerClosed: {
    /** 1 to 128 characters. */
    consumerId: string;
  };
  /**
   * A data consumer of the client has closed, because its data producer has.
   */
  dataConsumerClosed: {
    /** 1 to 128 characters. */
    dataConsumerId: string;
  };
  /**
   * A member has sent a message. In a room with a record, one that the record
   * keeps has the data `{id, content, created_at}`, with ids in the order of
   * the messages; its `from` is the user if the peer that sent it has left.
   */
  message: {
    from: Id;
    /** The data as it was sent. */
    data: unknown;
  };
  /** The operator of the server has sent a message, by the server API. */
  serverMessage: {
    /** Any JSON, as it was sent. */
    data: unknown;
  };
  /**
   * The active speaker has changed, or there is no longer one; it may be the
   * client itself. Only microphones that are not paused count.
   */
  activeSpeaker: {
    /** null if there is no active speaker. */
    peerId: Id | null;
  };
  /**
   * The volumes of the loudest speakers, the client itself included, sent at
   * intervals while there is sound, and once with an empty list when it ends.
   */
  audioLevels: {
    /** The loudest first. */
    levels: {
      peerId: Id;
      /** The average over the interval, dBov. -127 to 0. */
      volume: number;
    }[];
  };
  /**
   * A consumer of the client receives other layers: its preferred layers, the
   * bandwidth or the producer have changed.
   */
  consumerLayersChanged: {
    /** 1 to 128 characters. */
    consumerId: string;
    /** null if nothing is received. */
    spatialLayer: number | null;
    temporalLayer: number | null;
  };
  /**
   * A video is not sent for the moment, because the network of the client does
   * not carry even its lowest layers beside the sound. That is independent of
   * pause and resume, and ends with consumerRestored, without a request.
   */
  consumerSuspended: {
    /** 1 to 128 characters. */
    consumerId: string;
    reason: 'bandwidth';
  };
  /** A video that was suspended is sent again, if it is not paused. */
  consumerRestored: {
    /** 1 to 128 characters. */
    consumerId: string;
  };
  /**
   * The quality of a peer's connection for media has changed; it may be the
   * client itself. By the losses that the server counts in both directions, and
   * by what the client reports (reportQuality). A new member receives it for
   * each peer whose quality is not good.
   */
  connectionQuality: {
    peerId: Id;
    /** `weak` if sound or pictures suffer, `lost` if nothing gets through. */
    quality: 'good' | 'weak' | 'lost';
  };
  /** The score of a consumer of the client has changed. */
  consumerScore: {
    /** 1 to 128 characters. */
    consumerId: string;
    /**
     * The quality of what the server sends, 0 (nothing arrives) to 10 (best). 0
     * to 10.
     */
    score: number;
    /** The score of the stream selected for it. 0 to 10. */
    producerScore: number;
    /** The scores of all streams of the producer. */
    producerScores: number[];
  };
  /** The scores of a producer of the client have changed. */
  producerScore: {
    /** 1 to 128 characters. */
    producerId: string;
    scores: {
      /** The index of the encoding in rtpParameters. */
      encodingIdx: number;
      ssrc: number;
      rid?: string | undefined;
      /** 0 (nothing arrives) to 10 (best). 0 to 10. */
      score: number;
    }[];
  };
  /**
   * The highest layer that any receiver of a producer of the client wants has
   * changed. Higher layers need not be sent. Initially all layers count as
   * wanted.
   */
  producerWanted: {
    /** 1 to 128 characters. */
    producerId: string;
    /**
     * The highest wanted layer, always 0 for a track without layers such as
     * audio; null if there is no receiver.
     */
    maxSpatialLayer: number | null;
  };
  /**
   * The server is about to close the connection. The last notification. Without
   * `seq`: it belongs to the connection, not to the stay.
   */
  closing: {
    /** The close code that follows. */
    code: number;
    /** The reason, for programs. */
    name:
      | 'left'
      | 'disconnected'
      | 'replaced'
      | 'expired'
      | 'empty'
      | 'deleted'
      | 'removed'
      | 'rejected'
      | 'banned'
      | 'closed'
      | 'resumed'
      | 'workerDied'
      | 'shutdown'
      | 'restart'
      | 'slow'
      | 'flood'
      | 'protocol';
    /** The reason, for people; the close frame may have to cut it. */
    reason: string;
    /** Seconds until connecting again makes sense, where known. At least 0. */
    retryAfter?: number | undefined;
  };
}

/**
 * The requests, with what is required of the sender: nothing, a token, or
 * membership.
 */
export const REQUESTS: Readonly<{
  getRouterRtpCapabilities: 'user';
  ping: 'user';
  joinRoom: 'user';
  getIceServers: 'member';
  createWebRtcTransport: 'member';
  connectWebRtcTransport: 'member';
  restartIce: 'member';
  closeWebRtcTransport: 'member';
  produce: 'member';
  consume: 'member';
  pause: 'member';
  resume: 'member';
  closeConsumer: 'member';
  setConsumerPreferredLayers: 'member';
  setConsumerPriority: 'member';
  setViews: 'member';
  requestConsumerKeyFrame: 'member';
  pauseProducer: 'member';
  resumeProducer: 'member';
  closeProducer: 'member';
  produceData: 'member';
  consumeData: 'member';
  closeDataProducer: 'member';
  closeDataConsumer: 'member';
  getTransportStats: 'member';
  getProducerStats: 'member';
  getConsumerStats: 'member';
  getDataProducerStats: 'member';
  getDataConsumerStats: 'member';
  reportQuality: 'member';
  sendMessage: 'member';
  muteProducer: 'member';
  muteAll: 'member';
  requestUnmute: 'member';
  closeProducerOf: 'member';
  removePeer: 'member';
  lockRoom: 'member';
  setLobby: 'member';
  admitPeer: 'member';
  admitAll: 'member';
  rejectPeer: 'member';
  clearChat: 'member';
  setRoomMetadata: 'member';
  setSpotlight: 'member';
  setRole: 'member';
  setPermissions: 'member';
  createInvitation: 'member';
  closeRoom: 'member';
  raiseHand: 'member';
  react: 'member';
  setDisplayName: 'member';
  setPeerMetadata: 'member';
  leaveRoom: 'member';
}>;
