import { Emitter, RoomClient } from 'videoconf-sdk/core';
import type {
  ConnectionQuality,
  MediaPath,
  RemotePeer,
  RoomEnd,
  Size,
  Source,
} from 'videoconf-sdk/core';
import {
  codecFromAddress,
  dtxFromAddress,
  policyFromAddress,
  serverUrl,
} from '../roomLink.ts';
import { GOOD } from './Leg.ts';
import type { Condition, Leg, Tracks } from './Leg.ts';
import { endOf } from '../failures.ts';

/** Between two looks at the transports, ms. */
const INTERVAL = 100;

/** The user in a call. */
export type Self = {
  callId: string;
  participantId: string;
  userId: string;
  name: string;
};

type Events = {
  change: [];
  publishFailed: [Source, Error];
  /** The server has closed the leg or refused it. */
  ended: [problem: string];
};

/** The media of a call by the server: the live room of the call. */
export class ServerLeg extends Emitter<Events> implements Leg {
  readonly #client: RoomClient;
  readonly #timer: ReturnType<typeof setInterval>;
  /** The sources that are to be sent. */
  readonly #sources = new Set<Source>();
  #path: MediaPath = 'open';
  #quality: ConnectionQuality = 'good';
  #reached = false;
  #closed = false;

  constructor({ callId, participantId, userId, name }: Self, token: string) {
    super();
    const client = new RoomClient({
      url: serverUrl(),
      roomId: `call-${callId}`,
      // Ids that begin with that of the user are free to use.
      peerId: `${userId}-${participantId}`,
      displayName: name,
      token,
      takesPart: false,
      iceTransportPolicy: policyFromAddress(),
      codec: codecFromAddress(),
      dtx: dtxFromAddress(),
    });
    this.#client = client;
    client.on('state', (state) => {
      if (state.name === 'ended' && !this.#closed) {
        this.close();
        this.emit('ended', problemOf(state));
      }
    });
    client.on('path', (path) => {
      this.#path = path;
      this.emit('change');
    });
    client.on('quality', (quality) => {
      this.#quality = quality;
      this.emit('change');
    });
    client.on('publishFailed', (source, error) => {
      this.#sources.delete(source);
      this.emit('publishFailed', source, error);
    });
    for (const event of ['peerJoined', 'peerChanged', 'peerLeft'] as const) {
      client.remotePeers.on(event, () => this.emit('change'));
    }
    // Transports do not tell when the last of them is connected.
    this.#timer = setInterval(() => this.#look(), INTERVAL);
  }

  get reached(): boolean {
    return this.#reached;
  }

  get path(): MediaPath {
    return this.#client.state.name === 'reconnecting'
      ? 'interrupted'
      : this.#path;
  }

  get quality(): ConnectionQuality {
    return this.#quality;
  }

  conditionOf(participantId: string): Condition {
    return this.#peerOf(participantId) ?? GOOD;
  }

  /** Enters the room, with what has been published by then. */
  open(): void {
    this.#client.join();
  }

  tracksOf(participantId: string): Tracks | undefined {
    const peer = this.#peerOf(participantId);
    const trackOf = (source: Source): MediaStreamTrack | undefined => {
      const producer = peer?.get(source);
      return producer?.paused ? undefined : producer?.track;
    };
    return (
      peer && {
        mic: trackOf('mic'),
        camera: trackOf('camera'),
        screen: trackOf('screen'),
        screenAudio: trackOf('screen-audio'),
      }
    );
  }

  publish(source: Source, track: MediaStreamTrack, paused = false): void {
    this.#sources.add(source);
    this.#client.publish(source, track, paused);
  }

  unpublish(source: Source): void {
    this.#sources.delete(source);
    this.#client.unpublish(source);
  }

  setPaused(source: Source, paused: boolean): void {
    this.#client.setPaused(source, paused);
  }

  setDisplaySize(track: MediaStreamTrack, size: Size | undefined): void {
    this.#client.setDisplaySize(track, size);
  }

  retryNow(): void {
    this.#client.retryNow();
  }

  close(): void {
    this.#closed = true;
    clearInterval(this.#timer);
    this.#client.leave();
  }

  #peerOf(participantId: string): RemotePeer | undefined {
    return this.#client.remotePeers.peers.find(({ peerId }) =>
      peerId.endsWith(participantId),
    );
  }

  #look(): void {
    const { state, media } = this.#client;
    const reached =
      state.name === 'joined' &&
      media?.producers.length === this.#sources.size &&
      media.transports.every((it) => it.connectionState === 'connected');
    if (reached !== this.#reached) {
      this.#reached = reached;
      this.emit('change');
    }
  }
}

/** The end of the way by the server in words for the user; empty for none. */
function problemOf(end: RoomEnd): string {
  return end.cause === 'left' ? '' : endOf(end).text;
}
