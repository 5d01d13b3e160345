import { Connection } from './Connection.ts';
import type {
  ConnectionOptions,
  Input,
  Reply,
  RequestOptions,
} from './Connection.ts';
import { followEvents } from './followEvents.ts';
import type { FollowOptions } from './followEvents.ts';
import type {
  ServerAudit,
  ServerBan,
  ServerDelivery,
  ServerEvent,
  ServerHistory,
  ServerKey,
  ServerNode,
  ServerPeer,
  ServerRoom,
  ServerSubscription,
  ServerWaiting,
} from './generated/operations.ts';

/** Changes of a peer. */
export type PeerChanges = Input<'updateServerPeer'>['body'];

/** The options of a new room. */
export type NewRoom = Input<'createServerRoom'>['body'];

/** Changes of a room. */
export type RoomChanges = Input<'updateServerRoom'>['body'];

/** The selection of rooms in a list. */
export type RoomFilter = Omit<
  NonNullable<Input<'listServerRooms'>['query']>,
  'cursor'
>;

/** The claims of a new token. */
export type NewToken = Input<'createServerToken'>['body'];

/** A new ban. */
export type NewBan = Input<'createServerBan'>['body'];

/** The selection of entries of the audit log. */
export type AuditFilter = Omit<
  NonNullable<Input<'listServerAudit'>['query']>,
  'cursor'
>;

/** The selection of deliveries of webhooks. */
export type DeliveryFilter = Omit<
  NonNullable<Input<'listServerDeliveries'>['query']>,
  'cursor'
>;

/** A source of tracks. */
export type Source = ServerPeer['tracks'][number]['source'];

/** The server API of an Atrium server. */
export class AtriumServer {
  readonly rooms: Rooms;
  readonly peers: Peers;
  readonly waiting: WaitingClients;
  readonly tracks: Tracks;
  readonly subscriptions: Subscriptions;
  readonly tokens: Tokens;
  readonly bans: Bans;
  readonly audit: Audit;
  readonly webhooks: Webhooks;
  readonly nodes: Nodes;
  readonly events: Events;
  readonly key: Key;

  constructor(options: ConnectionOptions) {
    const connection = new Connection(options);
    this.rooms = new Rooms(connection);
    this.peers = new Peers(connection);
    this.waiting = new WaitingClients(connection);
    this.tracks = new Tracks(connection);
    this.subscriptions = new Subscriptions(connection);
    this.tokens = new Tokens(connection);
    this.bans = new Bans(connection);
    this.audit = new Audit(connection);
    this.webhooks = new Webhooks(connection);
    this.nodes = new Nodes(connection);
    this.events = new Events(connection);
    this.key = new Key(connection);
  }
}

/** A part of the API. */
abstract class Resources {
  protected readonly connection: Connection;

  constructor(connection: Connection) {
    this.connection = connection;
  }
}

/** Rooms: open ones, and those that last until they are deleted. */
class Rooms extends Resources {
  /** All rooms in the order of their ids, page by page. */
  list(
    query: RoomFilter = {},
    options?: RequestOptions,
  ): AsyncGenerator<ServerRoom> {
    return this.connection.entries('listServerRooms', { query }, options);
  }

  /** Creates a room that lasts until it is deleted. */
  create(
    body: NewRoom = {},
    options?: RequestOptions,
  ): Promise<Reply<'createServerRoom'>> {
    return this.connection.request('createServerRoom', { body }, options);
  }

  get(
    roomId: string,
    options?: RequestOptions,
  ): Promise<Reply<'showServerRoom'>> {
    return this.connection.request(
      'showServerRoom',
      { parameters: { roomId } },
      options,
    );
  }

  /** Changes a room; with `ifMatch`, only the version that has this etag. */
  update(
    roomId: string,
    body: RoomChanges,
    options?: RequestOptions,
  ): Promise<Reply<'updateServerRoom'>> {
    return this.connection.request(
      'updateServerRoom',
      { parameters: { roomId }, body },
      options,
    );
  }

  /** Ends a room for everyone in it; one that lasts may be entered again. */
  async close(roomId: string, options?: RequestOptions): Promise<void> {
    await this.connection.request(
      'closeServerRoom',
      { parameters: { roomId } },
      options,
    );
  }

  /** Ends a room for everyone in it, for good. */
  async delete(roomId: string, options?: RequestOptions): Promise<void> {
    await this.connection.request(
      'deleteServerRoom',
      { parameters: { roomId } },
      options,
    );
  }

  /** Sends any JSON to all peers of a room, or to those given in `to`. */
  async sendData(
    roomId: string,
    data: unknown,
    options: RequestOptions & { to?: string[] } = {},
  ): Promise<void> {
    const { to, ...more } = options;
    await this.connection.request(
      'sendServerData',
      {
        parameters: { roomId },
        body: { data, ...(to !== undefined && { to }) },
      },
      more,
    );
  }
}

/** The peers of rooms. */
class Peers extends Resources {
  /** The peers of a room in the order of their ids, page by page. */
  list(
    roomId: string,
    query: { limit?: number } = {},
    options?: RequestOptions,
  ): AsyncGenerator<ServerPeer> {
    return this.connection.entries(
      'listServerPeers',
      { parameters: { roomId }, query },
      options,
    );
  }

  get(
    roomId: string,
    peerId: string,
    options?: RequestOptions,
  ): Promise<Reply<'showServerPeer'>> {
    return this.connection.request(
      'showServerPeer',
      { parameters: { roomId, peerId } },
      options,
    );
  }

  /** The media of a peer at the moment. */
  stats(
    roomId: string,
    peerId: string,
    options?: RequestOptions,
  ): Promise<Reply<'showServerPeerStats'>> {
    return this.connection.request(
      'showServerPeerStats',
      { parameters: { roomId, peerId } },
      options,
    );
  }

  /** Changes a peer; with `ifMatch`, only the version that has this etag. */
  update(
    roomId: string,
    peerId: string,
    body: PeerChanges,
    options?: RequestOptions,
  ): Promise<Reply<'updateServerPeer'>> {
    return this.connection.request(
      'updateServerPeer',
      { parameters: { roomId, peerId }, body },
      options,
    );
  }

  /**
   * Removes a peer from its room.
   *
   * @param options.ban - Keeps the person out: `true` for the time that the server
   *   is configured for, `forever`, or a number of seconds.
   */
  async remove(
    roomId: string,
    peerId: string,
    options: RequestOptions & { ban?: true | 'forever' | number } = {},
  ): Promise<void> {
    const { ban, ...more } = options;
    await this.connection.request(
      'removeServerPeer',
      {
        parameters: { roomId, peerId },
        ...(ban !== undefined && { query: { ban: String(ban) } }),
      },
      more,
    );
  }
}

/** The clients that wait in the lobbies of rooms. */
class WaitingClients extends Resources {
  /** The clients in the lobby of a room in the order of their ids. */
  list(
    roomId: string,
    query: { limit?: number } = {},
    options?: RequestOptions,
  ): AsyncGenerator<ServerWaiting> {
    return this.connection.entries(
      'listServerWaiting',
      { parameters: { roomId }, query },
      options,
    );
  }

  /** Lets a client into the room. */
  async admit(
    roomId: string,
    peerId: string,
    options?: RequestOptions,
  ): Promise<void> {
    await this.connection.request(
      'admitServerWaiting',
      { parameters: { roomId, peerId } },
      options,
    );
  }

  /** Turns a client away. */
  async reject(
    roomId: string,
    peerId: string,
    options?: RequestOptions,
  ): Promise<void> {
    await this.connection.request(
      'rejectServerWaiting',
      { parameters: { roomId, peerId } },
      options,
    );
  }
}

/** The tracks that peers send. */
class Tracks extends Resources {
  /** Pauses a track, whose owner may resume it. */
  async mute(
    roomId: string,
    peerId: string,
    trackId: string,
    options?: RequestOptions,
  ): Promise<void> {
    await this.connection.request(
      'muteServerTrack',
      { parameters: { roomId, peerId, trackId } },
      options,
    );
  }

  /** Asks the owner of a track to resume it. */
  async requestUnmute(
    roomId: string,
    peerId: string,
    trackId: string,
    options?: RequestOptions,
  ): Promise<void> {
    await this.connection.request(
      'requestServerUnmute',
      { parameters: { roomId, peerId, trackId } },
      options,
    );
  }

  /** Ends a track. */
  async stop(
    roomId: string,
    peerId: string,
    trackId: string,
    options?: RequestOptions,
  ): Promise<void> {
    await this.connection.request(
      'stopServerTrack',
      { parameters: { roomId, peerId, trackId } },
      options,
    );
  }
}

/** The sources that peers receive from each other. */
class Subscriptions extends Resources {
  /** The sources that a peer may receive from each other peer in its room. */
  list(
    roomId: string,
    peerId: string,
    query: { limit?: number } = {},
    options?: RequestOptions,
  ): AsyncGenerator<ServerSubscription> {
    return this.connection.entries(
      'listServerSubscriptions',
      { parameters: { roomId, peerId }, query },
      options,
    );
  }

  /** Chooses the sources that a peer receives from another. */
  set(
    roomId: string,
    peerId: string,
    fromId: string,
    sources: Source[],
    options?: RequestOptions,
  ): Promise<Reply<'setServerSubscription'>> {
    return this.connection.request(
      'setServerSubscription',
      { parameters: { roomId, peerId, fromId }, body: { sources } },
      options,
    );
  }
}

/** Tokens with which clients enter rooms. */
class Tokens extends Resources {
  create(
    body: NewToken,
    options?: RequestOptions,
  ): Promise<Reply<'createServerToken'>> {
    return this.connection.request('createServerToken', { body }, options);
  }
}

/** Bans from rooms. */
class Bans extends Resources {
  /** The bans that have not expired, the oldest first. */
  list(
    query: { roomId?: string; limit?: number } = {},
    options?: RequestOptions,
  ): AsyncGenerator<ServerBan> {
    return this.connection.entries('listServerBans', { query }, options);
  }

  /** Keeps a user or a network out of a room. */
  create(body: NewBan, options?: RequestOptions): Promise<ServerBan> {
    return this.connection.request('createServerBan', { body }, options);
  }

  /** Lifts a ban. */
  async lift(banId: string, options?: RequestOptions): Promise<void> {
    await this.connection.request(
      'liftServerBan',
      { parameters: { banId } },
      options,
    );
  }
}

/** The audit log. */
class Audit extends Resources {
  /** Its entries, the newest first. */
  list(
    query: AuditFilter = {},
    options?: RequestOptions,
  ): AsyncGenerator<ServerAudit> {
    return this.connection.entries('listServerAudit', { query }, options);
  }
}

/** The deliveries of webhooks. */
class Webhooks extends Resources {
  /** The deliveries, the newest first. */
  deliveries(
    query: DeliveryFilter = {},
    options?: RequestOptions,
  ): AsyncGenerator<ServerDelivery> {
    return this.connection.entries('listServerDeliveries', { query }, options);
  }

  /** Delivers an event again, with the same id. */
  replay(
    deliveryId: string,
    options?: RequestOptions,
  ): Promise<ServerDelivery> {
    return this.connection.request(
      'replayServerDelivery',
      { parameters: { deliveryId } },
      options,
    );
  }
}

/** The servers. */
class Nodes extends Resources {
  /** The servers of the cluster in the order of their addresses, as they reported last. */
  list(options?: RequestOptions): AsyncGenerator<ServerNode> {
    return this.connection.entries('listServerNodes', {}, options);
  }

  /**
   * A server with its media workers.
   *
   * @param nodeId - By default the server that is asked.
   */
  get(
    nodeId = 'self',
    options?: RequestOptions,
  ): Promise<Reply<'showServerNode'>> {
    return this.connection.request(
      'showServerNode',
      { parameters: { nodeId } },
      options,
    );
  }

  /** The figures of a server over the last hour, for charts. */
  history(nodeId = 'self', options?: RequestOptions): Promise<ServerHistory> {
    return this.connection.request(
      'showServerHistory',
      { parameters: { nodeId } },
      options,
    );
  }

  /** Drains a server: it stops once its rooms are empty. */
  drain(
    nodeId = 'self',
    options?: RequestOptions,
  ): Promise<Reply<'drainServerNode'>> {
    return this.connection.request(
      'drainServerNode',
      { parameters: { nodeId } },
      options,
    );
  }
}

/** The events of the server. */
class Events extends Resources {
  /**
   * The events as they happen, until the signal aborts. A lost connection is opened
   * again, and continues with the first event missed that the server has kept.
   *
   * @throws {AtriumError} When the server refuses the client.
   */
  follow(options: FollowOptions = {}): AsyncGenerator<ServerEvent> {
    return followEvents(this.connection, options);
  }
}

/** The key of the client. */
class Key extends Resources {
  /** Its id and its scopes. */
  get(options?: RequestOptions): Promise<ServerKey> {
    return this.connection.request('showServerKey', {}, options);
  }
}
