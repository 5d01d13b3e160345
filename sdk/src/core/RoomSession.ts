import type { Device } from 'mediasoup-client';
import { clientSecret } from './clientSecret.ts';
import { RequestError } from './Connection.ts';
import type { Connection } from './Connection.ts';
import { joinRoom } from './joinRoom.ts';
import type { OnWaiting } from './joinRoom.ts';
import { loadDevice } from './LoadedDevice.ts';
import type { LoadedDevice } from './LoadedDevice.ts';
import type { MediaSession } from './MediaSession.ts';
import { PAGE_FLAG } from './wire.ts';
import type { Notification, Reply, RequestData } from '@atrium/protocol/protoo';
import { ResumableChannel } from './ResumableChannel.ts';
import type { OpenedTransport } from './Transports.ts';

/** The user's identity in a room. */
export type Membership = {
  roomId: string;
  peerId: string;
  displayName: string;
  /** The user may use the chat, as far as is known. */
  takesPart: boolean;
};

/** The media that the server opens with the join. */
const WANTED = {
  transports: [
    { direction: 'send', enableSctp: true },
    { direction: 'recv', enableSctp: true },
  ],
  subscribe: 'auto',
} satisfies Partial<RequestData<'joinRoom'>>;

/** A session that has begun, the reply to its join, and its device. */
type Begun = {
  session: RoomSession;
  reply: Reply<'joinRoom'>;
  loaded: LoadedDevice;
};

/** Takes what the server sends, in the room and in its lobby. */
type Follower = {
  onNotification: (notification: Notification) => void;
  onWaiting: OnWaiting;
};

/** Creates the media of a session, at its start and after a media reset. */
type OpenMedia = (channel: ResumableChannel, device: Device) => MediaSession;

/**
 * A membership in the room, from joining until leaving: the server's state of
 * it may outlive a broken connection, and is resumed over the next one.
 */
export class RoomSession {
  readonly channel = new ResumableChannel();
  readonly #membership: Membership;
  readonly #device: Device;
  readonly #openMedia: OpenMedia;
  #media: MediaSession;
  #resumeToken: string | undefined;
  /** The number of the last notification, over all connections. */
  #after = 0;

  private constructor(
    membership: Membership,
    device: Device,
    openMedia: OpenMedia,
  ) {
    this.#membership = membership;
    this.#device = device;
    this.#openMedia = openMedia;
    this.#media = openMedia(this.channel, device);
  }

  /**
   * Joins the room again. Undefined where the connection has closed meanwhile;
   * else the session, which follows the connection, and the reply.
   */
  static async begin(
    connection: Connection,
    membership: Membership,
    loaded: LoadedDevice,
    openMedia: OpenMedia,
    follower: Follower,
  ): Promise<Begun | undefined> {
    const { device, version } = loaded;
    const reply = await joinRoom(
      connection,
      joinData(membership, device, WANTED),
      follower.onWaiting,
    );
    const { rtpCapabilities, rtpCapabilitiesVersion } = reply;
    if (version !== undefined && version !== rtpCapabilitiesVersion) {
      // Another server has taken over since.
      const [current] = await Promise.all([
        loadDevice(rtpCapabilities, rtpCapabilitiesVersion),
        connection.request('leaveRoom'),
      ]);
      return RoomSession.begin(
        connection,
        membership,
        current,
        openMedia,
        follower,
      );
    }
    if (connection.closed) {
      return undefined;
    }
    const session = new RoomSession(membership, device, openMedia);
    session.#follow(connection, reply, follower);
    // Without transports, a media reset is about to bring them.
    session.#media.open(reply.transports ?? [], reply.iceServers);
    return { session, reply, loaded };
  }

  get media(): MediaSession {
    return this.#media;
  }

  /** Another connection can take over. */
  get resumable(): boolean {
    return this.#resumeToken !== undefined && this.channel.resumable;
  }

  /** Continues over a new connection. Resolves to whether that worked. */
  async resume(connection: Connection, follower: Follower): Promise<boolean> {
    try {
      const reply = await connection.request(
        'joinRoom',
        joinData(this.#membership, this.#device, {
          resumeToken: this.#resumeToken,
          after: this.#after,
        }),
      );
      this.#follow(connection, reply, follower);
      return true;
    } catch (error) {
      if (error instanceof RequestError && error.errorName !== 'REMOVED') {
        return false;
      }
      throw error;
    }
  }

  /** Replaces all media, which the server has lost, by media over other transports. */
  resetMedia(transports: readonly OpenedTransport[]): void {
    this.#media.close();
    const media = this.#openMedia(this.channel, this.#device);
    this.#media = media;
    // The credentials of the join reply may have expired by now.
    this.channel.request('getIceServers').then(
      ({ iceServers }) => media.open(transports, iceServers),
      (error: unknown) => {
        if (!media.closed) {
          console.warn('Media cannot be set up, joining again:', error);
          this.channel.end();
        }
      },
    );
  }

  close(): void {
    this.channel.close();
    this.#media.close();
  }

  /** Follows a connection that has joined, right after the reply. */
  #follow(
    connection: Connection,
    { resumeToken }: Reply<'joinRoom'>,
    { onNotification }: Follower,
  ): void {
    this.#resumeToken = resumeToken;
    // No other frame was handled since the reply, so none is missed.
    connection.on('notification', (notification) => {
      this.#after = notification.seq ?? this.#after;
      onNotification(notification);
    });
    this.channel.attach(connection);
  }
}

/** The data of a join, with further options. */
function joinData(
  { roomId, peerId, displayName, takesPart }: Membership,
  device: Device,
  options: Partial<RequestData<'joinRoom'>>,
): RequestData<'joinRoom'> {
  return {
    roomId,
    peerId,
    displayName,
    clientSecret: clientSecret(),
    device: {
      ...(takesPart && { flag: PAGE_FLAG }),
      name: device.handlerName,
    },
    rtpCapabilities: device.recvRtpCapabilities,
    ...options,
  };
}
