import type { LoggedPerson } from '../rooms/ModerationLog.ts';
import type { ObservedTrack } from '../rooms/RoomObserver.ts';

/** The names of the events of a server. */
export const FEED_EVENTS = [
  'room.started',
  'room.finished',
  'peer.joined',
  'peer.left',
  'peer.waiting',
  'track.published',
  'track.unpublished',
  'audit.recorded',
] as const;

/** The peer that an event is about, as far as the event knows it. */
export interface FeedPeer {
  readonly peerId: string;
  readonly userId?: string;
  readonly displayName?: string;
  readonly contract?: string;
  readonly role?: string;
}

/** An event of a server. Plain data: the same object for all who listen. */
export interface FeedEvent {
  /** Its place among the events of this run of the server. */
  readonly id: string;
  readonly name: (typeof FEED_EVENTS)[number];
  readonly data: {
    /** The name again, so that the data are complete without it. */
    readonly type: (typeof FEED_EVENTS)[number];
    readonly at: string;
    readonly roomId: string | undefined;
    readonly peer?: FeedPeer;
    readonly track?: {
      readonly trackId: string;
      readonly kind: ObservedTrack['kind'];
      readonly source: ObservedTrack['source'];
    };
    readonly reason?: string;
    readonly audit?: {
      readonly at: string;
      readonly action: string;
      readonly contract: string;
      readonly roomId: string | undefined;
      readonly actor: LoggedPerson;
      readonly target?: LoggedPerson | undefined;
      readonly details: Readonly<Record<string, unknown>>;
    };
  };
}
