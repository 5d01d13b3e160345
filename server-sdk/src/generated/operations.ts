// Written by "npm run docs" from the contracts of the server.

/**
 * 1 to 128 characters, no spaces and no invisible ones; compared in Unicode
 * normalization form C.
 */
export type Id = string;

/** Any object of at most limits.metadataBytes, 16 deep. */
export type Metadata = Record<string, unknown>;

/** An entry of the audit log. */
export type ServerAudit = {
  /** UTC. */
  at: string;
  /** `mute`, `remove`, `createRoom`, and others. */
  action: string;
  /** The contract it was done over; `admin` for this API. */
  contract: string;
  roomId?: string | undefined;
  actor: {
    /** The user, if known from a token; or the key. */
    id?: string | undefined;
    peerId?: string | undefined;
    name?: string | undefined;
  };
  /** The person that it was done to, if any. */
  target?:
    | {
        /** The user, if known from a token; or the key. */
        id?: string | undefined;
        peerId?: string | undefined;
        name?: string | undefined;
      }
    | undefined;
  details: Record<string, unknown>;
};

/** A client that is kept out of a room. */
export type ServerBan = {
  banId: string;
  roomId: string;
  /** The user, if known from a token. */
  userId?: string | undefined;
  /** The network that is kept out, if any. */
  network?: string | undefined;
  /**
   * UTC. Of a user who was removed without a ban: only tokens from before are
   * kept out, and with a network those who come from it without an account.
   */
  tokensIssuedUntil?: string | undefined;
  /** The peer that was banned, if any. */
  peerId?: string | undefined;
  displayName?: string | undefined;
  /** The user or the key that made the ban. */
  bannedBy: string;
  /** UTC. */
  createdAt?: string | undefined;
  /** UTC. Left out for a ban without end. */
  expiresAt?: string | undefined;
};

/** A delivery of an event to an endpoint of webhooks. */
export type ServerDelivery = {
  deliveryId: string;
  endpointId: string;
  /** The webhook-id that the receiver sees. */
  eventId: string;
  /** `peer.joined`, and others. */
  type: string;
  roomId?: string | undefined;
  /** The number of the event in its room. */
  sequence?: number | undefined;
  /**
   * `pending`: it is to be tried, for the first time or again. `failed`: it is
   * given up.
   */
  status: 'pending' | 'delivered' | 'failed';
  /** At least 0. */
  attempts: number;
  /** The status of the last answer; left out without one. */
  responseStatus?: number | undefined;
  /** The failure of the last attempt; left out without one. */
  error?: string | undefined;
  /** UTC. */
  createdAt: string;
  /** UTC. */
  updatedAt: string;
  /** UTC. The earliest time; left out unless it is pending. */
  nextAttemptAt?: string | undefined;
  /** The data of the event. */
  data: Record<string, unknown>;
};

/** An event of the server. */
export type ServerEvent = {
  type:
    | 'room.started'
    | 'room.finished'
    | 'peer.joined'
    | 'peer.left'
    | 'peer.waiting'
    | 'track.published'
    | 'track.unpublished'
    | 'audit.recorded';
  /** UTC. */
  at: string;
  /** Left out where it concerns no room. */
  roomId?: string | undefined;
  /** The peer that it is about: tracks have the peerId alone. */
  peer?:
    | {
        peerId: string;
        userId?: string | undefined;
        displayName?: string | undefined;
        contract?: string | undefined;
        role?: string | undefined;
      }
    | undefined;
  track?:
    | {
        /** The producerId of other contracts. */
        trackId: string;
        kind: 'audio' | 'video';
        source: 'mic' | 'camera' | 'screen' | 'screen-audio';
      }
    | undefined;
  /** The reason of `room.finished` and `peer.left`. */
  reason?: string | undefined;
  /**
   * The entry of `audit.recorded`, which needs the scope `audit:read` as well.
   */
  audit?: ServerAudit | undefined;
};

/** The figures of a server over a time. */
export type ServerHistory = {
  /** The interval of the figures, ms. At least 0. */
  interval: number;
  /** The oldest first; none from before the start of the server. */
  samples: ServerSample[];
};

/** A key of the server API, without its secret. */
export type ServerKey = {
  keyId: string;
  scopes: (
    | 'rooms:read'
    | 'rooms:write'
    | 'peers:write'
    | 'tokens:write'
    | 'bans:read'
    | 'bans:write'
    | 'audit:read'
    | 'events:read'
    | 'nodes:read'
    | 'nodes:write'
    | 'webhooks:read'
    | 'webhooks:write'
  )[];
};

/**
 * A server of the cluster, as it has reported. One of an older version leaves
 * out its rooms, peers, consumers, version and start.
 */
export type ServerNode = {
  /** The id of this run of the server; a new one after each start. */
  nodeId: string;
  /**
   * The host and port at which the others reach it, as in the label `node` of
   * its metrics; left out where there is no cluster.
   */
  address?: string | undefined;
  /**
   * The URL at which it takes clients itself, by its own configuration; left
   * out until it does.
   */
  url?: string | undefined;
  /** Its `cluster.region`. */
  region?: string | undefined;
  /** `draining`: it opens no rooms, and ends with the last one. */
  state: 'serving' | 'draining' | 'closing';
  /**
   * True while rooms that are open nowhere can open at it: it serves, and is
   * not full.
   */
  takesRooms: boolean;
  /** The part of its capacity that is used; above 1 where that is exceeded. */
  load: number;
  /**
   * The time of these figures: that of its last heartbeat; now for the server
   * that answers.
   */
  heardAt: string;
  /** Open rooms, empty ones included. At least 0. */
  rooms?: number | undefined;
  /** Peers in rooms. At least 0. */
  peers?: number | undefined;
  /** Consumers on its media workers. At least 0. */
  consumers?: number | undefined;
  /** The version of Atrium. */
  version?: string | undefined;
  /** UTC. */
  startedAt?: string | undefined;
};

/** A server of the cluster with its media workers. */
export type ServerNodeDetails = {
  /** The id of this run of the server; a new one after each start. */
  nodeId: string;
  /**
   * The host and port at which the others reach it, as in the label `node` of
   * its metrics; left out where there is no cluster.
   */
  address?: string | undefined;
  /**
   * The URL at which it takes clients itself, by its own configuration; left
   * out until it does.
   */
  url?: string | undefined;
  /** Its `cluster.region`. */
  region?: string | undefined;
  /** `draining`: it opens no rooms, and ends with the last one. */
  state: 'serving' | 'draining' | 'closing';
  /**
   * True while rooms that are open nowhere can open at it: it serves, and is
   * not full.
   */
  takesRooms: boolean;
  /** The part of its capacity that is used; above 1 where that is exceeded. */
  load: number;
  /**
   * The time of these figures: that of its last heartbeat; now for the server
   * that answers.
   */
  heardAt: string;
  /** Open rooms, empty ones included. At least 0. */
  rooms: number;
  /** Peers in rooms. At least 0. */
  peers: number;
  /** Consumers on its media workers. At least 0. */
  consumers: number;
  /** The version of Atrium. */
  version: string;
  /** UTC. */
  startedAt: string;
  /**
   * CPU usage of the process, media workers excluded, in percent of one core.
   */
  cpuUsage: number;
  /** Resident memory of the process, bytes. At least 0. */
  memoryUsage: number;
  /** Media that it receives, bit/s. */
  incomingBitrate: number;
  /** Media that it sends, bit/s. */
  outgoingBitrate: number;
  workers: ServerWorker[];
};

/** A peer of a room. */
export type ServerPeer = {
  peerId: string;
  /** The user behind it, as its token says; else the peerId. */
  userId: string;
  displayName: string;
  /** Set by its client or by this API. */
  metadata: Record<string, unknown>;
  role: string;
  permissions: ServerPermissions;
  /** The contract that its client speaks. */
  contract: string;
  /** Its address; of an IPv6 address, the network (/64). */
  network: string;
  /** True while its client has no connection and may come back. */
  away: boolean;
  /** The quality of its connection for media. */
  quality: 'good' | 'weak' | 'lost';
  /** UTC. */
  joinedAt: string;
  /** Left out while it is lowered. */
  handRaisedAt?: string | undefined;
  device: {
    name?: string | undefined;
    version?: string | undefined;
  };
  tracks: ServerTrack[];
  /** Tracks that it receives; `active` are those not paused. */
  received: {
    /** At least 0. */
    audio: number;
    /** At least 0. */
    video: number;
    /** At least 0. */
    active: number;
  };
};

/** The media of a peer at a moment. */
export type ServerPeerStats = {
  /** Its transports. */
  transports: {
    transportId: string;
    iceState: 'new' | 'connected' | 'completed' | 'disconnected' | 'closed';
    /** Left out until ICE has connected. */
    protocol?: 'udp' | 'tcp' | undefined;
    /** The client's address, or that of its TURN server. */
    remoteAddress?: string | undefined;
    /** In bit/s. At least 0. */
    incomingBitrate: number;
    /** In bit/s. At least 0. */
    outgoingBitrate: number;
    /** The bandwidth estimated towards the client, bit/s. At least 0. */
    availableBitrate?: number | undefined;
  }[];
  /** The tracks that it sends. */
  sent: {
    /** The producerId of other contracts. */
    trackId: string;
    kind: 'audio' | 'video';
    source: 'mic' | 'camera' | 'screen' | 'screen-audio';
    paused: boolean;
    /** In bit/s. At least 0. */
    bitrate: number;
    /** Packets lost so far; retransmissions that come too late count. */
    packetsLost: number;
    /** The round-trip time to the client, ms; left out until it is known. */
    roundTripTime?: number | undefined;
    /** From 0, nothing at all, to 10, the best. At least 0. */
    score: number;
  }[];
  /** The tracks that it receives, the first 100. */
  received: {
    trackId: string;
    kind: 'audio' | 'video';
    paused: boolean;
    /** At least 0. */
    spatialLayer?: number | undefined;
    /** At least 0. */
    temporalLayer?: number | undefined;
    /** In bit/s. At least 0. */
    bitrate: number;
    /** Packets lost so far; retransmissions that come too late count. */
    packetsLost: number;
    /** The round-trip time to the client, ms; left out until it is known. */
    roundTripTime?: number | undefined;
    /** From 0, nothing at all, to 10, the best. At least 0. */
    score: number;
  }[];
};

/** The things that a peer may do. */
export type ServerPermissions = {
  publish: ('mic' | 'camera' | 'screen' | 'screen-audio')[];
  subscribe: boolean;
  data: boolean;
  chat: boolean;
  raiseHand: boolean;
  metadata: boolean;
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

/** A room. */
export type ServerRoom = {
  roomId: string;
  /**
   * True if it was created by the server API: it then lasts, with its options,
   * until it is deleted.
   */
  lasting: boolean;
  /** UTC. Left out unless it lasts. */
  createdAt?: string | undefined;
  /** True from the first join until it closes. */
  open: boolean;
  /** UTC. Left out unless it is open. */
  openedAt?: string | undefined;
  /** The number of its peers. At least 0. */
  peers: number;
  /** The most peers that it takes. At least 0. */
  maxPeers: number;
  /** The time for which it stays open without a peer, ms. At least 0. */
  emptyTimeout: number;
  metadata: Record<string, unknown>;
  /** True while only moderators who may lock it can enter. */
  locked: boolean;
  /** True while others wait until a moderator admits them. */
  lobby: boolean;
};

/** The figures of a server at a moment. */
export type ServerSample = {
  /** UTC. */
  at: string;
  /** At least 0. */
  rooms: number;
  /** At least 0. */
  peers: number;
  /** As that of the server. */
  cpuUsage: number;
  /** In bit/s. */
  incomingBitrate: number;
  /** In bit/s. */
  outgoingBitrate: number;
  workers: {
    /** At least 0. */
    index: number;
    /** At least 0. */
    consumers: number;
    /** In percent of one core. */
    cpuUsage: number;
  }[];
};

/** The sources that a peer may receive from another. */
export type ServerSubscription = {
  /** The peer that sends. */
  peerId: string;
  /** The sources that may be received from it. */
  sources: ('mic' | 'camera' | 'screen' | 'screen-audio')[];
};

/** A track that a peer sends. */
export type ServerTrack = {
  /** The producerId of other contracts. */
  trackId: string;
  kind: 'audio' | 'video';
  source: 'mic' | 'camera' | 'screen' | 'screen-audio';
  paused: boolean;
};

/** A client that waits in the lobby of a room. */
export type ServerWaiting = {
  peerId: string;
  displayName: string;
  device: {
    name?: string | undefined;
    version?: string | undefined;
  };
  /** UTC. */
  waitingSince: string;
};

/** A media worker. */
export type ServerWorker = {
  /** At least 0. */
  index: number;
  /** `stalled`: it does not answer. `missing`: it is being restarted. */
  state: 'ready' | 'stalled' | 'missing';
  pid?: number | undefined;
  /** Consumers on it, of all rooms. At least 0. */
  consumers: number;
  /** Media that it receives, bit/s. */
  incomingBitrate: number;
  /** Media that it sends, bit/s. */
  outgoingBitrate: number;
  /**
   * In percent of one core, since the figure before, which is at least a second
   * old.
   */
  cpuUsage?: number | undefined;
  /** Peak resident memory, bytes. At least 0. */
  peakMemory?: number | undefined;
};

/** Every operation by its name. */
export interface Operations {
  /** Lists rooms in the order of their ids. */
  listServerRooms: {
    input: {
      query?:
        | {
            /**
             * Entries on a page; 100 by default. 1 to 1000, a whole number from 1 to
             * 1000.
             */
            limit?: number | undefined;
            /** The nextCursor of the page before. At most 1024 characters. */
            cursor?: string | undefined;
            /** The beginning of the ids. At most 128 characters. */
            prefix?: string | undefined;
            /** Only open rooms, or only those that are not. */
            open?: 'true' | 'false' | undefined;
          }
        | undefined;
    };
    reply: {
      items: ServerRoom[];
      /** Left out on the last page. */
      nextCursor?: string | undefined;
    };
  };
  /**
   * Creates a room that lasts until it is deleted. It opens at the first join.
   */
  createServerRoom: {
    input: {
      body: {
        /** A random one by default. */
        roomId?: Id | undefined;
        /** 1 to 100000. */
        maxPeers?: number | undefined;
        /**
         * The time for which it stays open without a peer, ms; rooms.emptyTimeout by
         * default. 0 to 86400000.
         */
        emptyTimeout?: number | undefined;
        metadata?: Metadata | undefined;
        /** False by default. */
        locked?: boolean | undefined;
        /** False by default. */
        lobby?: boolean | undefined;
      };
    };
    reply: ServerRoom & { etag: string };
  };
  /** Shows a room. */
  showServerRoom: {
    input: {
      parameters: {
        roomId: Id;
      };
    };
    reply: ServerRoom & { etag: string };
  };
  /** Changes a room. If the room lasts, so do the changes. */
  updateServerRoom: {
    input: {
      parameters: {
        roomId: Id;
      };
      body: {
        /**
         * The most peers that it takes, those in it included; null for as many as any
         * room (rooms.maxPeers).
         */
        maxPeers?: number | null | undefined;
        /**
         * The time for which it stays open without a peer, ms; rooms.emptyTimeout by
         * default. 0 to 86400000.
         */
        emptyTimeout?: number | undefined;
        /** Replaces the previous metadata. */
        metadata?: Metadata | undefined;
        locked?: boolean | undefined;
        /**
         * False admits all that wait, which is refused with 423 if the room is
         * locked.
         */
        lobby?: boolean | undefined;
      };
    };
    reply: ServerRoom & { etag: string };
  };
  /** Ends a room for everyone in it, and deletes one that lasts. */
  deleteServerRoom: {
    input: {
      parameters: {
        roomId: Id;
      };
    };
    reply: undefined;
  };
  /**
   * Sends data to all peers of a room, or to those named: if one of them is
   * missing, to none.
   */
  sendServerData: {
    input: {
      parameters: {
        roomId: Id;
      };
      body: {
        /**
         * Any JSON. Any JSON, objects and lists nested at most 16 deep, at most 16384
         * bytes of JSON.
         */
        data: unknown;
        /** The ids of peers; without it, all. 1 to 1000 entries. */
        to?: Id[] | undefined;
      };
    };
    reply: undefined;
  };
  /** Ends a room for everyone in it. A lasting room can be entered again. */
  closeServerRoom: {
    input: {
      parameters: {
        roomId: Id;
      };
    };
    reply: undefined;
  };
  /** Lists the peers of a room in the order of their ids. */
  listServerPeers: {
    input: {
      parameters: {
        roomId: Id;
      };
      query?:
        | {
            /**
             * Entries on a page; 100 by default. 1 to 1000, a whole number from 1 to
             * 1000.
             */
            limit?: number | undefined;
            /** The nextCursor of the page before. At most 1024 characters. */
            cursor?: string | undefined;
          }
        | undefined;
    };
    reply: {
      items: ServerPeer[];
      /** Left out on the last page. */
      nextCursor?: string | undefined;
    };
  };
  /** Shows a peer. */
  showServerPeer: {
    input: {
      parameters: {
        roomId: Id;
        peerId: Id;
      };
    };
    reply: ServerPeer & { etag: string };
  };
  /**
   * Shows the media of a peer: its network paths, and bitrate, loss, round trip
   * and score of its tracks.
   */
  showServerPeerStats: {
    input: {
      parameters: {
        roomId: Id;
        peerId: Id;
      };
    };
    reply: ServerPeerStats;
  };
  /**
   * Changes the role, the permissions, the name or the metadata of a peer.
   * Tracks that it may no longer send or receive are closed.
   */
  updateServerPeer: {
    input: {
      parameters: {
        roomId: Id;
        peerId: Id;
      };
      body: {
        /** Sets its permissions too, in place of all earlier ones. */
        role?: 'guest' | 'member' | 'moderator' | undefined;
        /** Changes to single permissions, applied after the role. */
        permissions?:
          | {
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
            }
          | undefined;
        /** At most 128 characters, no control characters, a visible character. */
        displayName?: string | undefined;
        /** Replaces the previous metadata. */
        metadata?: Metadata | undefined;
      };
    };
    reply: ServerPeer & { etag: string };
  };
  /** Removes a peer from its room, and can ban it. */
  removeServerPeer: {
    input: {
      parameters: {
        roomId: Id;
        peerId: Id;
      };
      query?:
        | {
            /**
             * Keeps the person out: `true` for rooms.banTime, `forever`, or a number of
             * seconds. True, forever, or a number of seconds.
             */
            ban?: string | undefined;
          }
        | undefined;
    };
    reply: undefined;
  };
  /** Pauses a track. Its owner is told and may resume it; no one else can. */
  muteServerTrack: {
    input: {
      parameters: {
        roomId: Id;
        peerId: Id;
        trackId: Id;
      };
    };
    reply: undefined;
  };
  /** Asks the owner of a paused track to resume it. */
  requestServerUnmute: {
    input: {
      parameters: {
        roomId: Id;
        peerId: Id;
        trackId: Id;
      };
    };
    reply: undefined;
  };
  /** Ends a track. */
  stopServerTrack: {
    input: {
      parameters: {
        roomId: Id;
        peerId: Id;
        trackId: Id;
      };
    };
    reply: undefined;
  };
  /** Lists the clients in the lobby of a room in the order of their ids. */
  listServerWaiting: {
    input: {
      parameters: {
        roomId: Id;
      };
      query?:
        | {
            /**
             * Entries on a page; 100 by default. 1 to 1000, a whole number from 1 to
             * 1000.
             */
            limit?: number | undefined;
            /** The nextCursor of the page before. At most 1024 characters. */
            cursor?: string | undefined;
          }
        | undefined;
    };
    reply: {
      items: ServerWaiting[];
      /** Left out on the last page. */
      nextCursor?: string | undefined;
    };
  };
  /** Admits a client from the lobby to the room. */
  admitServerWaiting: {
    input: {
      parameters: {
        roomId: Id;
        peerId: Id;
      };
    };
    reply: undefined;
  };
  /** Turns a client in the lobby away. */
  rejectServerWaiting: {
    input: {
      parameters: {
        roomId: Id;
        peerId: Id;
      };
    };
    reply: undefined;
  };
  /**
   * Lists the sources that a peer may receive from each other peer in its room.
   */
  listServerSubscriptions: {
    input: {
      parameters: {
        roomId: Id;
        peerId: Id;
      };
      query?:
        | {
            /**
             * Entries on a page; 100 by default. 1 to 1000, a whole number from 1 to
             * 1000.
             */
            limit?: number | undefined;
            /** The nextCursor of the page before. At most 1024 characters. */
            cursor?: string | undefined;
          }
        | undefined;
    };
    reply: {
      items: ServerSubscription[];
      /** Left out on the last page. */
      nextCursor?: string | undefined;
    };
  };
  /**
   * Chooses the sources that a peer receives from another, until it leaves. It
   * does not see tracks of other sources.
   */
  setServerSubscription: {
    input: {
      parameters: {
        roomId: Id;
        peerId: Id;
        /** The peer that sends. */
        fromId: Id;
      };
      body: {
        /** The sources to receive; an empty list for none. At most 4 entries. */
        sources: ('mic' | 'camera' | 'screen' | 'screen-audio')[];
      };
    };
    reply: ServerSubscription;
  };
  /** Makes a token with which one peer enters a room. */
  createServerToken: {
    input: {
      body: {
        /** The room, or a pattern in which `*` matches any text. */
        roomId: Id;
        /** A random one by default. */
        peerId?: Id | undefined;
        /**
         * The name of the peer; without it, its client may choose. At most 128
         * characters, no control characters, a visible character.
         */
        displayName?: string | undefined;
        /** `member` by default. */
        role?: 'guest' | 'member' | 'moderator' | undefined;
        /** Those that differ from the permissions of the role. */
        permissions?:
          | {
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
            }
          | undefined;
        /**
         * Its lifetime, s; an hour by default, and auth.roomTokenLifetime at most. At
         * least 1.
         */
        ttl?: number | undefined;
      };
    };
    reply: {
      token: string;
      roomId: string;
      peerId: string;
      /** UTC. */
      expiresAt: string;
    };
  };
  /** Lists the bans that have not expired, the oldest first. */
  listServerBans: {
    input: {
      query?:
        | {
            /**
             * Entries on a page; 100 by default. 1 to 1000, a whole number from 1 to
             * 1000.
             */
            limit?: number | undefined;
            /** The nextCursor of the page before. At most 1024 characters. */
            cursor?: string | undefined;
            /** Only those of this room. */
            roomId?: Id | undefined;
          }
        | undefined;
    };
    reply: {
      items: ServerBan[];
      /** Left out on the last page. */
      nextCursor?: string | undefined;
    };
  };
  /**
   * Keeps a user or a network out of a room. Peers of the user are removed;
   * those from the network stay until they leave.
   */
  createServerBan: {
    input: {
      body: {
        roomId: Id;
        /** The user, as tokens name it; this or network is required. */
        userId?: Id | undefined;
        /**
         * An address; of an IPv6 address, its network (/64) is banned. An IPv4 or
         * IPv6 address.
         */
        network?: string | undefined;
        /** The time until it expires, s; without it, never. 1 to 315360000. */
        ttl?: number | undefined;
      };
    };
    reply: ServerBan;
  };
  /** Lifts a ban. */
  liftServerBan: {
    input: {
      parameters: {
        /** At most 64 characters. */
        banId: string;
      };
    };
    reply: undefined;
  };
  /**
   * Lists what moderators and clients of this API have done, the newest first.
   */
  listServerAudit: {
    input: {
      query?:
        | {
            /**
             * Entries on a page; 100 by default. 1 to 1000, a whole number from 1 to
             * 1000.
             */
            limit?: number | undefined;
            /** The nextCursor of the page before. At most 1024 characters. */
            cursor?: string | undefined;
            roomId?: Id | undefined;
            /** The id of a user, or of a key. */
            actorId?: Id | undefined;
            /** The id of a user. */
            targetId?: Id | undefined;
            /** At most 64 characters. */
            action?: string | undefined;
            from?: string | undefined;
            until?: string | undefined;
          }
        | undefined;
    };
    reply: {
      items: ServerAudit[];
      /** Left out on the last page. */
      nextCursor?: string | undefined;
    };
  };
  /** Lists the deliveries of webhooks, the newest first. */
  listServerDeliveries: {
    input: {
      query?:
        | {
            /**
             * Entries on a page; 100 by default. 1 to 1000, a whole number from 1 to
             * 1000.
             */
            limit?: number | undefined;
            /** The nextCursor of the page before. At most 1024 characters. */
            cursor?: string | undefined;
            /** At most 64 characters. */
            endpointId?: string | undefined;
            status?: 'pending' | 'delivered' | 'failed' | undefined;
            type?:
              | 'room.started'
              | 'room.finished'
              | 'peer.joined'
              | 'peer.left'
              | 'peer.removed'
              | 'peer.waiting'
              | 'track.published'
              | 'track.unpublished'
              | 'call.initiated'
              | 'call.started'
              | 'call.joined'
              | 'call.left'
              | 'call.ended'
              | 'chat.message'
              | undefined;
            roomId?: Id | undefined;
          }
        | undefined;
    };
    reply: {
      items: ServerDelivery[];
      /** Left out on the last page. */
      nextCursor?: string | undefined;
    };
  };
  /**
   * Delivers an event again, with the same id. An endpoint that is switched off
   * is switched on.
   */
  replayServerDelivery: {
    input: {
      parameters: {
        /** At most 64 characters. */
        deliveryId: string;
      };
    };
    reply: ServerDelivery;
  };
  /**
   * Lists the servers of the cluster in the order of their addresses, as they
   * have reported about once a second; a server that is alone lists itself.
   */
  listServerNodes: {
    input: {
      query?:
        | {
            /**
             * Entries on a page; 100 by default. 1 to 1000, a whole number from 1 to
             * 1000.
             */
            limit?: number | undefined;
            /** The nextCursor of the page before. At most 1024 characters. */
            cursor?: string | undefined;
          }
        | undefined;
    };
    reply: {
      items: ServerNode[];
      /** Left out on the last page. */
      nextCursor?: string | undefined;
    };
  };
  /** Shows a server with its media workers. */
  showServerNode: {
    input: {
      parameters: {
        /** The id of a server; `self` for the one that is asked. */
        nodeId: string;
      };
    };
    reply: ServerNodeDetails;
  };
  /**
   * Shows the latest figures of a server, for charts: by default those of an
   * hour (ops.historyLength).
   */
  showServerHistory: {
    input: {
      parameters: {
        /** The id of a server; `self` for the one that is asked. */
        nodeId: string;
      };
    };
    reply: ServerHistory;
  };
  /**
   * Drains a server as SIGTERM does: it opens no more rooms, and stops when
   * they are empty, or after shutdown.drainTimeout.
   */
  drainServerNode: {
    input: {
      parameters: {
        /** The id of a server; `self` for the one that is asked. */
        nodeId: string;
      };
    };
    reply: ServerNodeDetails;
  };
  /**
   * Sends the events of the server as they happen, as server-sent events, until
   * the client leaves.
   */
  followServerEvents: {
    input: Record<string, never>;
    reply: ServerEvent;
  };
  /** Shows the key of the request and its scopes. Any key may. */
  showServerKey: {
    input: Record<string, never>;
    reply: ServerKey;
  };
}

/** The method and the path of every operation. */
export const OPERATIONS = {
  listServerRooms: ['GET', '/api/server/v1/rooms'],
  createServerRoom: ['POST', '/api/server/v1/rooms'],
  showServerRoom: ['GET', '/api/server/v1/rooms/{roomId}'],
  updateServerRoom: ['PATCH', '/api/server/v1/rooms/{roomId}'],
  deleteServerRoom: ['DELETE', '/api/server/v1/rooms/{roomId}'],
  sendServerData: ['POST', '/api/server/v1/rooms/{roomId}/data'],
  closeServerRoom: ['POST', '/api/server/v1/rooms/{roomId}/close'],
  listServerPeers: ['GET', '/api/server/v1/rooms/{roomId}/peers'],
  showServerPeer: ['GET', '/api/server/v1/rooms/{roomId}/peers/{peerId}'],
  showServerPeerStats: [
    'GET',
    '/api/server/v1/rooms/{roomId}/peers/{peerId}/stats',
  ],
  updateServerPeer: ['PATCH', '/api/server/v1/rooms/{roomId}/peers/{peerId}'],
  removeServerPeer: ['DELETE', '/api/server/v1/rooms/{roomId}/peers/{peerId}'],
  muteServerTrack: [
    'POST',
    '/api/server/v1/rooms/{roomId}/peers/{peerId}/tracks/{trackId}/mute',
  ],
  requestServerUnmute: [
    'POST',
    '/api/server/v1/rooms/{roomId}/peers/{peerId}/tracks/{trackId}/request-unmute',
  ],
  stopServerTrack: [
    'DELETE',
    '/api/server/v1/rooms/{roomId}/peers/{peerId}/tracks/{trackId}',
  ],
  listServerWaiting: ['GET', '/api/server/v1/rooms/{roomId}/waiting'],
  admitServerWaiting: [
    'POST',
    '/api/server/v1/rooms/{roomId}/waiting/{peerId}/admit',
  ],
  rejectServerWaiting: [
    'DELETE',
    '/api/server/v1/rooms/{roomId}/waiting/{peerId}',
  ],
  listServerSubscriptions: [
    'GET',
    '/api/server/v1/rooms/{roomId}/peers/{peerId}/subscriptions',
  ],
  setServerSubscription: [
    'PUT',
    '/api/server/v1/rooms/{roomId}/peers/{peerId}/subscriptions/{fromId}',
  ],
  createServerToken: ['POST', '/api/server/v1/tokens'],
  listServerBans: ['GET', '/api/server/v1/bans'],
  createServerBan: ['POST', '/api/server/v1/bans'],
  liftServerBan: ['DELETE', '/api/server/v1/bans/{banId}'],
  listServerAudit: ['GET', '/api/server/v1/audit'],
  listServerDeliveries: ['GET', '/api/server/v1/webhooks/deliveries'],
  replayServerDelivery: [
    'POST',
    '/api/server/v1/webhooks/deliveries/{deliveryId}/replay',
  ],
  listServerNodes: ['GET', '/api/server/v1/nodes'],
  showServerNode: ['GET', '/api/server/v1/nodes/{nodeId}'],
  showServerHistory: ['GET', '/api/server/v1/nodes/{nodeId}/history'],
  drainServerNode: ['POST', '/api/server/v1/nodes/{nodeId}/drain'],
  followServerEvents: ['GET', '/api/server/v1/events'],
  showServerKey: ['GET', '/api/server/v1/key'],
} as const satisfies Record<keyof Operations, readonly [string, string]>;
