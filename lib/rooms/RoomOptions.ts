import type { PerNetworkLimit } from '../limits/PerNetworkLimit.ts';
import type { SampledLog } from '../limits/SampledLog.ts';
import type { Metrics } from '../core/metrics.ts';
import type { EventBudget } from './EventBudget.ts';
import type { AnswerLimit } from './KeptAnswers.ts';
import type { Metadata } from './metadata.ts';
import type { ModerationLog } from './ModerationLog.ts';
import type { RoomSections } from './options.ts';
import type { Ban, RoomBans } from './RoomBans.ts';
import type { RoomObserver } from './RoomObserver.ts';
import type { EntrySettings, RoomRecord } from './RoomRecords.ts';

/** The id of a live room and its bounds. */
export interface RoomOptions extends EntrySettings {
  readonly id: string;
  /** The most peers at a time. */
  readonly maxPeers: number;
  /** The time that the room stays open without a peer, ms. */
  readonly emptyTimeout: number;
  /** The metadata with which it opens. */
  readonly metadata?: Metadata | undefined;
  /** The record of the room, if it has one. */
  readonly record?: RoomRecord | undefined;
  /** The bans of the room; undefined if they could not be read. */
  readonly bans?: readonly Ban[] | undefined;
}

/** Services shared by all rooms. */
export interface RoomServices {
  readonly config: RoomSections;
  readonly metrics: Metrics;
  readonly log: SampledLog;
  /** Counts the peers of all rooms. */
  readonly peerLimit: PerNetworkLimit;
  /** Counts the clients in the lobbies of all rooms. */
  readonly waitingLimit: PerNetworkLimit;
  /** The memory taken by events that are queued for the peers of all rooms. */
  readonly queuedEvents: EventBudget;
  /** The memory taken by answers that are kept for the peers of all rooms. */
  readonly keptAnswers: EventBudget<AnswerLimit>;
  /** The bans of all rooms. */
  readonly bans: RoomBans;
  readonly moderationLog: ModerationLog;
  readonly observers: readonly RoomObserver[];
}
