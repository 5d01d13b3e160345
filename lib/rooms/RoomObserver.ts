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

/** A track of a peer, without what its owner attached to it. */
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
 * Learns what happens in all rooms. A room starts before its first peer joins; of a
 * peer, the join comes first, then what happens to its tracks, and the leave last,
 * also where the room ends; the end of the room comes after all of it.
 */
export interface RoomObserver {
  /** Takes note of a fact; never fails, and never waits. */
  observe(roomId: string, fact: RoomFact): void;
}
