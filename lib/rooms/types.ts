import type { Grants } from '../auth/Grants.ts';
import type { Source } from '../auth/Permissions.ts';
import type { RoleOptions } from '../auth/roles.ts';
import type { Live } from '../core/Live.ts';
import type { LogFields, LogLevel } from '../core/logFormat.ts';
import type { Logger } from '../core/logger.ts';
import type { Metrics } from '../core/metrics.ts';
import type { Limits } from '../limits/options.ts';
import type { SampledLog } from '../limits/SampledLog.ts';
import type { Member } from '../media/RoomRouter.ts';
import type { RouterGroup } from '../media/RouterGroup.ts';
import type { AppDataLimit } from './AppDataLimit.ts';
import type { Broadcast } from './Broadcast.ts';
import type { ConnectionQuality } from './ConnectionQuality.ts';
import type { EventBudget } from './EventBudget.ts';
import type { EndReason, LeaveReason, RoomEnd } from './events.ts';
import type { AnswerLimit } from './KeptAnswers.ts';
import type { KnownClient } from './KnownClient.ts';
import type { LiveBans } from './LiveBans.ts';
import type { Lobby, LobbyMember } from './Lobby.ts';
import type { MemberRights } from './MemberRights.ts';
import type { Metadata } from './metadata.ts';
import type { ModerationLog } from './ModerationLog.ts';
import type { ProducerDirectory, ProducerOwner } from './ProducerDirectory.ts';
import type { RoomRecord } from './RoomRecords.ts';
import type { RoomSettings } from './RoomSettings.ts';

/** A peer, as its transports, producers and consumers see it. */
export interface PeerContext extends ProducerOwner, Member {
  readonly closed: boolean;
  readonly gateway: string;
  readonly displayName: string;
  readonly client: KnownClient;
  /** The client's permissions, as they are now. */
  readonly grants: Grants;
  readonly logger: Logger;
  readonly appDataLimit: AppDataLimit;
  readonly quality: ConnectionQuality;
  /** Tells if a producer does not exist for the client. */
  hides(producerId: string): boolean;
  /** Logs an entry about the peer. */
  log(level: LogLevel, message: string, fields?: LogFields): void;
  /** Fulfilled when the requests that the client has sent are answered. */
  answered(): Promise<void>;
}

/** A peer, as others in its room act on it. */
export interface ModeratedPeer {
  readonly id: string;
  readonly displayName: string;
  readonly client: KnownClient;
  readonly rights: MemberRights;
  readonly profile: {
    /** Gives the peer a name, whatever its token says. */
    setName(displayName: string): void;
    /**
     * Gives the peer metadata.
     *
     * @throws {AppError} VALIDATION_ERROR.
     */
    giveMetadata(metadata: Metadata): void;
  };
  /** Chooses the sources that the peer receives from another. */
  receive(fromId: string, sources: readonly Source[]): void;
  /** Puts new rights into effect, and tells the room. */
  rightsChanged(by: string | undefined): void;
  close(reason: LeaveReason, reasonForClient?: EndReason): void;
}

/** A room, as its peers and their parts see it. */
export interface RoomContext {
  readonly id: string;
  readonly logger: Logger;
  /** The log of clients. */
  readonly clientLog: SampledLog;
  readonly limits: Live<Limits>;
  /** The shortest time between two announcements of a peer's quality, ms. */
  readonly qualityInterval: number;
  /** The absence of a peer after which the others are told of it, ms. */
  readonly absenceNotice: number;
  /** The routers that carry the room's media. */
  readonly routers: RouterGroup;
  readonly producers: ProducerDirectory;
  readonly broadcast: Broadcast;
  /** The memory taken by events that are queued for the room's peers. */
  readonly queuedEvents: EventBudget;
  /** The memory taken by answers that are kept for the peers of all rooms. */
  readonly keptAnswers: EventBudget<AnswerLimit>;
  /** The record of the room, if it has one. */
  readonly record: RoomRecord | undefined;
  readonly roles: RoleOptions;
  readonly metrics: Pick<Metrics, 'moderations'>;
  /**
   * Finds a member.
   *
   * @throws {AppError} PEER_NOT_FOUND.
   */
  member(peerId: string): ModeratedPeer;
  readonly moderationLog: ModerationLog;
  readonly bans: LiveBans;
  /** The time of a ban that has none of its own, ms. */
  readonly banTime: number;
  readonly lobby: Lobby;
  readonly settings: RoomSettings;
  /** Takes note of changed permissions of a member. */
  rightsChanged(member: LobbyMember): void;
  /** Ends every peer, and the room. */
  close(reason: RoomEnd): void;
}
