import type { PlaybackIssue } from './e2ee/playbackIssue.ts';
import type {
  NotificationData,
  Peer,
  Permissions,
  Producer,
} from '@atrium/protocol/protoo';
import type { ConnectionQuality } from './QualityMeter.ts';
import type { Reception } from './reception.ts';
import type { Layers, Source } from './wire.ts';

/** A producer of another peer, with its track once it is received. */
export type RemoteProducer = Producer & {
  track?: MediaStreamTrack;
  /** The reason why it is not received although it could be. */
  playbackIssue?: PlaybackIssue | undefined;
  /** True while the network of this client does not carry it. */
  suspended?: boolean;
  /** True while its picture is frozen although sound arrives. */
  stalled?: boolean;
  /** Its consumer, if the server has opened it by itself. */
  consumerId?: string;
  /** The condition of what is received, once reported. */
  reception?: Reception;
  /** The layer that the server sends of it, once reported. */
  layers?: Layers;
};

const SOURCES: Record<Producer['kind'], readonly [Source, ...Source[]]> = {
  audio: ['mic', 'screen-audio'],
  video: ['camera', 'screen'],
};

/** The source of a producer: the usual one of its kind unless a fitting one is named. */
function sourceOf({ appData, kind }: Producer): Source {
  const sources = SOURCES[kind];
  return sources.find((source) => source === appData['source']) ?? sources[0];
}

/** Another peer in the room, as this client knows it at the moment. */
export class RemotePeer {
  readonly peerId: string;
  displayName: string;
  role: string;
  permissions: Permissions;
  /** The server keeps the peer while it is without a connection. */
  away: boolean;
  /** The time at which it raised its hand; undefined while it is lowered. */
  handRaisedAt: number | undefined;
  /** The quality of their connection, as the server tells it. */
  quality: ConnectionQuality = 'good';
  readonly #producers = new Map<string, RemoteProducer>();

  constructor({
    peerId,
    displayName,
    role,
    permissions,
    handRaisedAt,
    reconnecting = false,
    producers,
  }: Peer) {
    this.peerId = peerId;
    this.displayName = displayName;
    this.role = role;
    this.permissions = permissions;
    this.away = reconnecting;
    this.handRaisedAt = handRaisedAt;
    for (const producer of producers) {
      this.addProducer(producer);
    }
  }

  /** The connection of the peer is lost, be it for signalling or for media. */
  get reconnecting(): boolean {
    return this.away || this.quality === 'lost';
  }

  get producers(): RemoteProducer[] {
    return [...this.#producers.values()];
  }

  /** The issue that keeps one of the peer's tracks from being received. */
  get playbackIssue(): PlaybackIssue | undefined {
    return this.producers.find(({ playbackIssue }) => playbackIssue)
      ?.playbackIssue;
  }

  /** The video that the network does not carry at the moment. */
  get withheld(): 'camera' | 'screen' | undefined {
    const camera = this.get('camera');
    // A screen that does not change has no new pictures either.
    const stalled = camera?.stalled && !camera.paused && !this.reconnecting;
    if (camera?.suspended || stalled) {
      return 'camera';
    }
    return this.get('screen')?.suspended ? 'screen' : undefined;
  }

  /** The producer of a source; undefined when the peer sends none. */
  get(source: Source): RemoteProducer | undefined {
    return this.producers.find((producer) => sourceOf(producer) === source);
  }

  /** Applies what the server tells of a change. */
  update({
    displayName = this.displayName,
    role = this.role,
    permissions = this.permissions,
    handRaisedAt = this.handRaisedAt ?? null,
    reconnecting = this.away,
  }: NotificationData<'peerUpdated'>): void {
    this.displayName = displayName;
    this.role = role;
    this.permissions = permissions;
    this.handRaisedAt = handRaisedAt ?? undefined;
    this.away = reconnecting;
  }

  producer(producerId: string): RemoteProducer | undefined {
    return this.#producers.get(producerId);
  }

  addProducer({ producerId, kind, paused, appData }: Producer): void {
    this.#producers.set(producerId, { producerId, kind, paused, appData });
  }

  removeProducer(producerId: string): void {
    this.#producers.delete(producerId);
  }

  /** Forgets all that was received: the connection it came over is gone. */
  clearProducers(): void {
    this.#producers.clear();
  }
}
