import type {
  LeaveReason,
  ProducerInfo,
  RoomEnd,
  WaitingInfo,
} from './events.ts';
import type { KnownClient } from './KnownClient.ts';

/** The user and the account of a client, as far as tokens have proved them. */
type ObservedClient = Pick<KnownClient, 'userId' | 'accountId'>;

/** A peer, as observers of all rooms know it. */
export interface ObservedPeer {
  readonly id: string;
  readonly userId: string;
  readonly displayName: string;
  readonly client: ObservedClient;
  /** The contract that its client speaks. */
  readonly gateway: string;
  /** The time of the join, ms since the epoch. */
  readonly joinedAt: number;
  readonly rights: { readonly role: string };
}

/** A track of a peer, without the data that its owner attached to it. */
export type ObservedTrack = Pick<
  ProducerInfo,
  'producerId' | 'kind' | 'source'
>;

/** Something that has happened to a room. */
export type RoomFact =
  | { readonly type: 'roomStarted'; readonly openedAt: number }
  | { readonly type: 'roomFinished'; readonly reason: RoomEnd }
  | { readonly type: 'peerJoined'; readonly peer: ObservedPeer }
  | {
      readonly type: 'peerLeft';
      readonly peer: ObservedPeer;
      readonly reason: LeaveReason | RoomEnd;
    }
  | {
      readonly type: 'peerWaiting';
      readonly waiting: WaitingInfo;
      readonly client: ObservedClient;
    }
  | {
      readonly type: 'trackPublished' | 'trackUnpublished';
      readonly peerId: string;
      readonly track: ObservedTrack;
    };

/**
 * Observes all rooms. A room starts before its first peer joins. The facts of a peer
 * begin with its join, continue with its tracks, and end with its leave, also when the
 * room ends. The end of the room comes last.
 */
export interface RoomObserver {
  /** Takes note of a fact; never fails, and never waits. */
  observe(roomId: string, fact: RoomFact): void;
}
