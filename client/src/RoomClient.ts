import { Device } from 'mediasoup-client';
import type { types } from 'mediasoup-client';
import { Chat } from './Chat.ts';
import { RequestError } from './Connection.ts';
import type { Connection } from './Connection.ts';
import { MediaCipher } from './e2ee/MediaCipher.ts';
import { Emitter } from './Emitter.ts';
import { ResumableChannel } from './ResumableChannel.ts';
import { MediaSession } from './MediaSession.ts';
import type { LocalSource, MediaOptions, MediaParts } from './MediaSession.ts';
import { CLOSE_RESTARTING, PAGE_FLAG } from './protocol.ts';
import type { CloseInfo, ServerStat, Source } from './protocol.ts';
import type { Size } from './AdaptiveConsumer.ts';
import { joinRefusal } from './refusals.ts';
import { RemotePeers } from './RemotePeers.ts';
import { Signalling } from './Signalling.ts';
import { Speakers } from './Speakers.ts';
import type { MediaPath } from './Transports.ts';

export type RoomClientOptions = MediaOptions & {
  /** The WebSocket of the server, with a slash at the end: `wss://host/`. */
  url: string;
  roomId: string;
  peerId: string;
  displayName: string;
  /** What lets the user in where the server asks for it. */
  token?: string | undefined;
  /** The key of the room, where media is encrypted end to end. */
  key?: string | undefined;
  /** Whether the user may take part in the chat, as far as is known. */
  takesPart: boolean;
};

/** Where a client stands. It starts as `connecting` and ends as `ended`. */
export type RoomState =
  | { name: 'connecting'; attempt: number; refusal?: string | undefined }
  | { name: 'joined' }
  | { name: 'reconnecting'; restarting: boolean; refusal?: string | undefined }
  | { name: 'ended'; cause: 'left' | 'closed' | 'refused'; message: string };

type RoomClientEvents = {
  state: [RoomState];
  path: [MediaPath];
  /** Whether the server is about to restart. */
  draining: [boolean];
  publishFailed: [Source, Error];
  /** Nothing can be encrypted any more, and so nothing is sent. */
  encryptionFailed: [];
};

/** What outlives a connection that breaks, if the next one takes over. */
type RoomSession = {
  line: ResumableChannel;
  device: Device;
  session: MediaSession;
  resumeToken: string | undefined;
  /** How many notifications have come, over all its connections. */
  received: number;
};

/**
 * One client in one room: who is there, what they send, and what is sent from
 * here. When the connection is lost it takes up where it was, or joins anew and
 * publishes again what was published. It knows nothing of the page around it.
 */
export class RoomClient extends Emitter<RoomClientEvents> {
  /** Who else is there. */
  readonly roster = new RemotePeers();
  /** Who of them speaks, and whether the user does. */
  readonly speakers = new Speakers();
  /** What they and the user write. */
  readonly chat: Chat;
  readonly #options: RoomClientOptions;
  readonly #signalling: Signalling;
  readonly #cipher: MediaCipher | undefined;
  readonly #sources = new Map<Source, LocalSource>();
  #state: RoomState = { name: 'connecting', attempt: 0 };
  #connection: Connection | undefined;
  #stay: RoomSession | undefined;

  constructor(options: RoomClientOptions) {
    super();
    this.#options = options;
    const { url, roomId, peerId } = options;
    this.chat = new Chat(peerId, options.key, options.takesPart);
    const query = new URLSearchParams({ roomId, peerId });
    if (options.token !== undefined) {
      query.set('token', options.token);
    }
    if (options.key !== undefined) {
      this.#cipher = new MediaCipher(options.key, peerId);
      this.#cipher.on('undecryptable', (it) => this.roster.refuse(it));
      this.#cipher.on('failed', () => this.emit('encryptionFailed'));
    }
    this.#signalling = new Signalling(`${url}?${query}`);
    this.#signalling.on('connected', (it) => void this.#onConnected(it));
    this.#signalling.on('disconnected', (info, attempt) =>
      this.#onDisconnected(info, attempt),
    );
    this.#signalling.on('refused', (refusal) => this.#onRefused(refusal));
    this.#signalling.on('ended', (reason) => this.#end('closed', reason));
  }

  get state(): RoomState {
    return this.#state;
  }

  /** What flows at the moment; undefined while nothing can. */
  get media(): MediaParts | undefined {
    return this.#stay?.session.parts;
  }

  /**
   * What the server counts of one of this client's own. Nothing while there is
   * no connection, or when it has gone there. Not asked through the line: no
   * answer that is still to come may keep the stay from being taken up.
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

  /** Joins the room. What comes of it is told by `state`. */
  join(): void {
    this.#signalling.connect();
  }

  /** Sends a track to the room, now or as soon as it is joined. */
  publish(source: Source, track: MediaStreamTrack, paused = false): void {
    track.enabled = !paused;
    this.#setSource(source, { track, paused });
  }

  /** Stops sending a source. Its track goes on: it is the caller's. */
  unpublish(source: Source): void {
    this.#setSource(source, undefined);
  }

  /** Holds a source back, or sends it again. At once silent or black. */
  setPaused(source: Source, paused: boolean): void {
    const local = this.#sources.get(source);
    if (local) {
      this.publish(source, local.track, paused);
    }
  }

  /** Says how large somebody's video is shown; undefined: not at all. */
  view(track: MediaStreamTrack, size: Size | undefined): void {
    this.#stay?.session.view(track, size);
  }

  /**
   * Tries to connect now when a pause before the next attempt is on, and sees
   * whether a connection that there is still stands.
   */
  retryNow(): void {
    this.#connection?.ping();
    this.#signalling.connect();
  }

  /** Leaves the connection as it is for a new one, with new transports. */
  rejoin(): void {
    this.#endStay();
    this.#connection?.drop();
  }

  /** Leaves the room for good. */
  leave(): void {
    if (this.#state.name === 'joined') {
      this.#connection?.request('leaveRoom').catch(() => {
        // The frame goes out before the socket closes, the answer does not
        // come back: a server that did not get it notices the closed socket.
      });
    }
    this.#end('left', '');
  }

  async #onConnected(connection: Connection): Promise<void> {
    this.#connection = connection;
    try {
      await this.#enter(connection);
    } catch (error) {
      // A connection that was lost meanwhile is made anew by Signalling.
      if (!connection.closed) {
        const sentence =
          error instanceof RequestError ? joinRefusal(error.code) : undefined;
        this.#end('refused', sentence ?? (error as Error).message);
      }
    }
  }

  /** Takes up the stay that was cut off, or begins a new one. */
  async #enter(connection: Connection): Promise<void> {
    const resumed = this.#stay && (await this.#resume(connection, this.#stay));
    if (!resumed) {
      this.#endStay();
      await this.#begin(connection);
    }
    if (connection.closed) {
      return;
    }
    this.#signalling.confirm();
    this.#setState({ name: 'joined' });
  }

  /** Goes on where the connection broke. Resolves to whether that worked. */
  async #resume(connection: Connection, stay: RoomSession): Promise<boolean> {
    try {
      const { device, resumeToken, received } = stay;
      const reply = await this.#joinRoom(connection, device, {
        resumeToken,
        received,
      });
      this.#follow(connection, { ...stay, resumeToken: reply.resumeToken });
      return true;
    } catch (error) {
      if (error instanceof RequestError) {
        return false;
      }
      throw error;
    }
  }

  async #begin(connection: Connection): Promise<void> {
    const { rtpCapabilities } = await connection.request(
      'getRouterRtpCapabilities',
    );
    const device = await Device.factory();
    await device.load({
      // mediasoup-client's types know fewer header extensions than the server.
      routerRtpCapabilities: rtpCapabilities as types.RtpCapabilities,
    });
    const reply = await this.#joinRoom(connection, device);
    if (connection.closed) {
      return;
    }
    const { peers = [], resumeToken } = reply;
    const line = new ResumableChannel();
    const session = this.#openSession(line, device);
    this.#follow(connection, {
      line,
      device,
      session,
      resumeToken,
      received: 0,
    });
    this.roster.attach(session, peers);
    this.chat.attach(session, peers);
  }

  #joinRoom(
    connection: Connection,
    device: Device,
    resume: Partial<Pick<RoomSession, 'resumeToken' | 'received'>> = {},
  ) {
    const { roomId, peerId, displayName, takesPart } = this.#options;
    return connection.request('joinRoom', {
      roomId,
      peerId,
      displayName,
      device: {
        ...(takesPart && { flag: PAGE_FLAG }),
        name: device.handlerName,
      },
      rtpCapabilities: device.recvRtpCapabilities,
      ...resume,
    });
  }

  /** Listens to a connection that has joined, and lets media go on over it. */
  #follow(connection: Connection, stay: RoomSession): void {
    this.#stay = stay;
    // From the reply to here no other frame was handled, so the notifications
    // follow it without a gap.
    connection.on('notification', (notification) => {
      stay.received += 1;
      switch (notification.method) {
        case 'mediaReset':
          this.#resetMedia();
          break;
        case 'producerWanted': {
          const { producerId, maxSpatialLayer } = notification.data;
          stay.session.want(producerId, maxSpatialLayer);
          break;
        }
        case 'serverDraining':
          this.emit('draining', true);
          break;
        case 'activeSpeaker':
        case 'audioLevels':
          this.speakers.handle(notification);
          break;
        case 'newDataProducer':
        case 'dataProducerClosed':
        case 'message':
          this.chat.handle(notification);
          break;
        case 'peerJoined':
        case 'peerLeft':
          this.chat.handle(notification);
          this.roster.handle(notification);
          break;
        case 'consumerScore':
        case 'producerScore':
        case 'dataConsumerClosed':
        case 'tokenExpiring':
          break;
        default:
          this.roster.handle(notification);
      }
    });
    stay.line.attach(connection);
  }

  /** Sets everything up again that went with the server's media worker. */
  #resetMedia(): void {
    const stay = this.#stay;
    if (stay) {
      stay.session.close();
      stay.session = this.#openSession(stay.line, stay.device);
      this.roster.renew(stay.session);
      this.chat.renew(stay.session);
      this.speakers.clear();
    }
  }

  #openSession(line: ResumableChannel, device: Device): MediaSession {
    const session = new MediaSession(line, device, this.#options, this.#cipher);
    session.on('path', (path) => this.emit('path', path));
    session.on('publishFailed', (source, error) => {
      this.#sources.delete(source);
      this.emit('publishFailed', source, error);
    });
    for (const [source, local] of this.#sources) {
      session.setSource(source, local);
    }
    return session;
  }

  #setSource(source: Source, local: LocalSource | undefined): void {
    if (local) {
      this.#sources.set(source, local);
    } else {
      this.#sources.delete(source);
    }
    this.#stay?.session.setSource(source, local);
  }

  #onDisconnected(info: CloseInfo, attempt: number): void {
    this.#connection = undefined;
    if (this.#stay?.resumeToken && this.#stay.line.resumable) {
      this.#stay.line.detach();
    } else {
      this.#endStay();
    }
    if (this.#state.name === 'connecting') {
      this.#setState({ ...this.#state, attempt });
    } else if (this.#state.name === 'joined') {
      const restarting = CLOSE_RESTARTING.includes(info.code);
      this.#setState({ name: 'reconnecting', restarting });
    }
  }

  /** Says what an attempt failed for, once that is known. */
  #onRefused(refusal: string | undefined): void {
    const state = this.#state;
    if (
      (state.name === 'connecting' || state.name === 'reconnecting') &&
      state.refusal !== refusal
    ) {
      this.#setState({ ...state, refusal });
    }
  }

  #endStay(): void {
    this.#stay?.line.close();
    this.#stay?.session.close();
    this.#stay = undefined;
    this.emit('draining', false);
    this.roster.detach();
    this.chat.detach();
    this.speakers.clear();
  }

  #end(cause: 'left' | 'closed' | 'refused', message: string): void {
    if (this.#state.name === 'ended') {
      return;
    }
    this.#signalling.close();
    this.#connection = undefined;
    this.#endStay();
    this.chat.close();
    this.#cipher?.close();
    this.#sources.clear();
    this.#setState({ name: 'ended', cause, message });
  }

  #setState(state: RoomState): void {
    this.#state = state;
    this.emit('state', state);
  }
}
