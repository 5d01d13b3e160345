import type { Device, types } from 'mediasoup-client';
import type { Address } from './address.ts';
import { Chat } from './Chat.ts';
import { RequestError } from './Connection.ts';
import type { Connection } from './Connection.ts';
import type { EarlyConnection } from './EarlyConnection.ts';
import { MediaCipher } from './e2ee/MediaCipher.ts';
import { Emitter } from './Emitter.ts';
import type { ResumableChannel } from './ResumableChannel.ts';
import { fetchDevice, requestDevice } from './LoadedDevice.ts';
import type { LoadedDevice } from './LoadedDevice.ts';
import { MediaSession } from './MediaSession.ts';
import type { LocalSource, MediaOptions, MediaParts } from './MediaSession.ts';
import type {
  Method,
  Notification,
  Reply,
  RequestArguments,
} from '@atrium/protocol/protoo';
import type {
  CloseInfo,
  ModerationNotification,
  ServerStat,
  Source,
} from './wire.ts';
import type { ConnectionQuality } from './QualityMeter.ts';
import { refusalFor } from './Refusal.ts';
import type { Refusal } from './Refusal.ts';
import { RemotePeers } from './RemotePeers.ts';
import { RoomSession } from './RoomSession.ts';
import type { Membership } from './RoomSession.ts';
import { Signalling } from './Signalling.ts';
import type { SignallingEnd } from './Signalling.ts';
import { Speakers } from './Speakers.ts';
import type { MediaPath, OpenedTransport } from './Transports.ts';
import type { Size } from './Views.ts';

export type RoomClientOptions = MediaOptions &
  Membership &
  Address & {
    /** The key of the room, for end-to-end encryption. */
    key?: string | undefined;
  };

/** The state of a client. It starts as `connecting` and ends as `ended`. */
export type RoomState =
  | { name: 'connecting'; attempt: number; refusal?: Refusal | undefined }
  /** In the lobby, at this place, until a moderator lets the user in. */
  | { name: 'waiting'; position: number }
  | { name: 'joined' }
  /** The connection was closed in this way; `refusal` is that of the last attempt. */
  | { name: 'reconnecting'; close: CloseInfo; refusal?: Refusal | undefined }
  | ({ name: 'ended' } & RoomEnd);

/** The reason why a client is out of the room for good. */
export type RoomEnd = { cause: 'left' } | SignallingEnd;

/** The role of the user in the room, and what it permits. */
export type Rights = Pick<Reply<'joinRoom'>['self'], 'role' | 'permissions'>;

type RoomClientEvents = {
  state: [RoomState];
  /** The user's rights are known now, or have changed. */
  rights: [Rights];
  path: [MediaPath];
  /** The quality of the user's own connection, as the others are told. */
  quality: [ConnectionQuality];
  /**
   * The server restarts by this time, ms since the epoch; undefined: the connection to
   * that server has ended.
   */
  draining: [deadline: number | undefined];
  publishFailed: [Source, Error];
  /** A moderator has muted the user, who may unmute. */
  muted: [];
  /** A moderator asks the user to resume a source. */
  unmuteRequested: [Source];
  /** Encryption has failed, and so nothing is sent any more. */
  encryptionFailed: [];
  /** A stay in the room has begun, with this reply of the server. */
  begun: [Reply<'joinRoom'>];
  /** A notification of the server, before it is applied. */
  notification: [Notification];
};

/**
 * A client in a room: the other peers, their media, and the user's own. When the
 * connection is lost, it resumes the session, or joins again and publishes again
 * what was published. It knows nothing of the page around it.
 */
export class RoomClient extends Emitter<RoomClientEvents> {
  /** The other peers in the room. */
  readonly remotePeers = new RemotePeers();
  /** The people who are speaking, the user included. */
  readonly speakers = new Speakers();
  /** The chat of the room. */
  readonly chat: Chat;
  readonly #options: RoomClientOptions;
  readonly #signalling: Signalling;
  readonly #cipher: MediaCipher | undefined;
  readonly #sources = new Map<Source, LocalSource>();
  #state: RoomState = { name: 'connecting', attempt: 0 };
  #connection: Connection | undefined;
  #session: RoomSession | undefined;
  /** Fetched while the first connection opens. */
  #device: Promise<LoadedDevice | undefined> | undefined;

  constructor(options: RoomClientOptions) {
    super();
    this.#options = options;
    const { peerId } = options;
    this.chat = new Chat(peerId, options.key, options.takesPart);
    if (options.key !== undefined) {
      this.#cipher = new MediaCipher(options.key, peerId);
      this.#cipher.on('undecryptable', (it) =>
        this.remotePeers.markUndecryptable(it),
      );
      this.#cipher.on('failed', () => this.emit('encryptionFailed'));
    }
    this.#signalling = new Signalling(options);
    this.#signalling.on('connected', (it) => void this.#onConnected(it));
    this.#signalling.on('disconnected', (info, attempt) =>
      this.#onDisconnected(info, attempt),
    );
    this.#signalling.on('refused', (refusal) => this.#onRefused(refusal));
    this.#signalling.on('ended', (end) => this.#end(end));
  }

  get state(): RoomState {
    return this.#state;
  }

  /** The media objects in use; undefined without a session. */
  get media(): MediaParts | undefined {
    return this.#session?.media.parts;
  }

  /**
   * The server's statistics of one of this client's objects. Empty without a
   * connection, or when the object has closed. Requested past the channel: figures
   * are of no use later.
   */
  async serverStats(
    of:
      { transportId: string } | { producerId: string } | { consumerId: string },
  ): Promise<ServerStat[]> {
    const connection = this.#connection;
    if (!connection || this.#state.name !== 'joined') {
      return [];
    }
    try {
      const { stats } = await ('transportId' in of
        ? connection.request('getTransportStats', of)
        : 'producerId' in of
          ? connection.request('getProducerStats', of)
          : connection.request('getConsumerStats', of));
      return stats;
    } catch {
      return [];
    }
  }

  /**
   * Joins the room, by a connection that was opened before if there is one that
   * leads there. `state` reports the outcome.
   */
  join(early?: EarlyConnection): void {
    if (early?.leadsTo(this.#options)) {
      this.#device = early.device;
      this.#signalling.adopt(early.use());
    } else {
      this.#device = fetchDevice(this.#options.url);
      this.#signalling.connect();
    }
  }

  /** Sends a track to the room, now or as soon as it is joined. */
  publish(source: Source, track: MediaStreamTrack, paused = false): void {
    track.enabled = !paused;
    this.#setSource(source, { track, paused });
  }

  /** Stops sending a source. Its track belongs to the caller and stays open. */
  unpublish(source: Source): void {
    this.#setSource(source, undefined);
  }

  /** Pauses or resumes a source. Takes effect on the track at once. */
  setPaused(source: Source, paused: boolean): void {
    const local = this.#sources.get(source);
    if (local) {
      this.publish(source, local.track, paused);
    }
  }

  /**
   * Receives a video as it suits its display size, and sound with any size;
   * undefined: not at all. At first, sound is received and no video.
   */
  setDisplaySize(track: MediaStreamTrack, size: Size | undefined): void {
    this.#session?.media.setDisplaySize(track, size);
  }

  /**
   * Sends a message to peers, all others by default.
   *
   * @throws {Error} Without a session, or if it ends before the reply.
   */
  async sendMessage(data: unknown, to?: string[]): Promise<void> {
    await this.request('sendMessage', { data, ...(to && { to }) });
  }

  /**
   * Sends a request of the user to the room, such as one to moderate.
   *
   * @throws {Error} Without a session, if it ends before the reply, or if the server
   *   refuses.
   */
  async request<M extends Method>(
    method: M,
    ...data: RequestArguments<M>
  ): Promise<Reply<M>> {
    return this.#joined.channel.request(method, ...data);
  }

  /**
   * Opens a data channel that the others may consume.
   *
   * @throws {Error} Without a session, or if the server refuses.
   */
  async sendData(label: string): Promise<types.DataProducer> {
    return this.#joined.media.sendData(label);
  }

  /**
   * Receives a data channel of another peer.
   *
   * @throws {Error} Without a session, or if the server refuses.
   */
  async receiveData(dataProducerId: string): Promise<types.DataConsumer> {
    return this.#joined.media.receiveData(dataProducerId);
  }

  /**
   * Skips the pause before the next attempt to connect, and checks that an
   * existing connection is still alive.
   */
  retryNow(): void {
    this.#connection?.ping();
    this.#signalling.connect();
  }

  /** Replaces the connection by a new one, with a new session. */
  rejoin(): void {
    this.#endSession();
    this.#connection?.end();
  }

  /** Leaves the room for good. */
  leave(): void {
    if (this.#state.name === 'joined') {
      this.#connection?.request('leaveRoom').catch(() => {
        // The socket closes before the reply arrives. A server that missed the
        // request notices the closed socket.
      });
    }
    this.#end({ cause: 'left' });
  }

  /** The session. Throws without one. */
  get #joined(): RoomSession {
    if (!this.#session) {
      throw new Error('The connection to the server is not open.');
    }
    return this.#session;
  }

  async #onConnected(connection: Connection): Promise<void> {
    this.#connection = connection;
    try {
      await this.#enter(connection);
    } catch (error) {
      // Signalling replaces a connection that was lost meanwhile.
      if (!connection.closed) {
        const { errorName = '', until } =
          error instanceof RequestError ? error : {};
        const { message } = error as Error;
        const refusal = refusalFor(errorName, message, until);
        if (refusal.code === 'NO_WORKER') {
          // A server that has lost its media workers starts others.
          connection.end();
          this.#onRefused(refusal);
        } else {
          this.#end({ cause: 'refused', refusal });
        }
      }
    }
  }

  /** Resumes the session that was cut off, or begins a new one. */
  async #enter(connection: Connection): Promise<void> {
    const current = this.#session;
    const follower = {
      onNotification: (notification: Notification): void =>
        this.#onNotification(notification),
      onWaiting: (position: number): void => {
        this.#signalling.confirm();
        this.#setState({ name: 'waiting', position });
      },
    };
    if (!(await current?.resume(connection, follower))) {
      this.#endSession();
      const begun = await RoomSession.begin(
        connection,
        this.#options,
        (await this.#device) ?? (await requestDevice(connection)),
        (channel, device) => this.#openMedia(channel, device),
        follower,
      );
      if (!begun) {
        return;
      }
      const { session, reply, loaded } = begun;
      this.#setRights(reply.self);
      const { peers = [], transports, consumers = [] } = reply;
      this.#session = session;
      this.#device = Promise.resolve(loaded);
      this.remotePeers.attach(session.media, peers, transports && consumers);
      this.chat.attach(session.media, peers);
      this.emit('begun', reply);
    }
    if (connection.closed) {
      return;
    }
    this.#signalling.confirm();
    this.#setState({ name: 'joined' });
  }

  #onNotification(notification: Notification): void {
    this.emit('notification', notification);
    switch (notification.method) {
      case 'mediaReset':
        this.#resetMedia(notification.data.transports);
        break;
      case 'producerWanted': {
        const { producerId, maxSpatialLayer } = notification.data;
        this.#session?.media.setMaxLayer(producerId, maxSpatialLayer);
        break;
      }
      case 'producerMuted':
      case 'producerStopped':
      case 'unmuteRequested':
        this.#onModerated(notification);
        break;
      case 'serverDraining':
        this.emit('draining', notification.data.deadline);
        break;
      case 'activeSpeaker':
      case 'audioLevels':
        this.speakers.handle(notification);
        break;
      case 'connectionQuality':
        if (notification.data.peerId === this.#options.peerId) {
          this.emit('quality', notification.data.quality);
        } else {
          this.remotePeers.handle(notification);
        }
        break;
      case 'newDataProducer':
      case 'dataProducerClosed':
      case 'message':
      case 'chatCleared':
        this.chat.handle(notification);
        break;
      case 'peerJoined':
      case 'peerLeft':
      case 'peerUpdated':
        this.chat.handle(notification);
        this.remotePeers.handle(notification);
        break;
      case 'permissionsChanged':
        this.#setRights(notification.data);
        break;
      case 'closing':
      case 'reaction':
      case 'roomUpdated':
      case 'peerWaiting':
      case 'peerWaitingLeft':
      case 'serverMessage':
      case 'lobby':
      case 'admitted':
      case 'producerScore':
      case 'dataConsumerClosed':
      case 'tokenExpiring':
        break;
      default:
        this.remotePeers.handle(notification);
    }
  }

  #setRights({ role, permissions }: Rights): void {
    this.emit('rights', { role, permissions });
  }

  /** Applies what a moderator has done to one of the user's tracks. */
  #onModerated({ method, data }: ModerationNotification): void {
    const source = this.#session?.media.sourceOf(data.producerId);
    if (source === undefined) {
      return;
    }
    const local = this.#sources.get(source);
    if (method === 'unmuteRequested') {
      this.emit('unmuteRequested', source);
    } else if (method === 'producerStopped') {
      this.#session?.media.giveUp(source, new StoppedError());
    } else if (source === 'mic' && local) {
      this.#setSource(source, { ...local, paused: true });
      this.emit('muted');
    } else {
      // No one sees it, so the device is released, too.
      this.#setSource(source, undefined);
      this.emit('publishFailed', source, new StoppedError());
    }
  }

  /** Sets up all media again after the server's media worker has died. */
  #resetMedia(transports: readonly OpenedTransport[] | undefined): void {
    const session = this.#session;
    if (!transports) {
      // The server could open none; by the next attempt it may.
      this.rejoin();
    } else if (session) {
      session.resetMedia(transports);
      this.remotePeers.renew(session.media);
      this.chat.renew(session.media);
      this.speakers.clear();
    }
  }

  #openMedia(channel: ResumableChannel, device: Device): MediaSession {
    const media = new MediaSession(
      channel,
      device,
      this.#options,
      this.#cipher,
    );
    media.on('path', (path) => this.emit('path', path));
    media.on('stalls', (it) => this.remotePeers.markStalled(it));
    media.on('publishFailed', (source, error) => {
      this.#sources.delete(source);
      this.emit('publishFailed', source, error);
    });
    for (const [source, local] of this.#sources) {
      media.setSource(source, local);
    }
    return media;
  }

  #setSource(source: Source, local: LocalSource | undefined): void {
    if (local) {
      this.#sources.set(source, local);
    } else {
      this.#sources.delete(source);
    }
    this.#session?.media.setSource(source, local);
  }

  #onDisconnected(info: CloseInfo, attempt: number): void {
    this.#connection = undefined;
    if (this.#session?.resumable) {
      this.#session.channel.detach();
    } else {
      this.#endSession();
    }
    if (this.#state.name === 'connecting' || this.#state.name === 'waiting') {
      this.#setState({ name: 'connecting', attempt });
    } else if (this.#state.name === 'joined') {
      this.#setState({ name: 'reconnecting', close: info });
    }
  }

  /** Adds the reason for a failed attempt, once it is known. */
  #onRefused(refusal: Refusal | undefined): void {
    const state = this.#state;
    if (
      (state.name === 'connecting' || state.name === 'reconnecting') &&
      state.refusal?.code !== refusal?.code
    ) {
      this.#setState({ ...state, refusal });
    }
  }

  #endSession(): void {
    this.#session?.close();
    this.#session = undefined;
    this.emit('draining', undefined);
    this.emit('quality', 'good');
    this.remotePeers.detach();
    this.chat.detach();
    this.speakers.clear();
  }

  #end(end: RoomEnd): void {
    if (this.#state.name === 'ended') {
      return;
    }
    this.#signalling.close();
    this.#connection = undefined;
    this.#endSession();
    this.chat.close();
    this.#cipher?.close();
    this.#sources.clear();
    this.#setState({ name: 'ended', ...end });
  }

  #setState(state: RoomState): void {
    this.#state = state;
    this.emit('state', state);
  }
}

/** A moderator has stopped what was sent. */
export class StoppedError extends Error {
  constructor() {
    super('A moderator has stopped it.');
  }
}
