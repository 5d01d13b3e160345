import { AppError } from '../core/errors.ts';
import type { Grants } from '../auth/Grants.ts';
import { roomErrors } from './errors.ts';
import type { LeaveReason } from './events.ts';
import { FormerMembers } from './FormerMembers.ts';
import { isSamePerson } from './KnownClient.ts';
import type { KnownClient } from './KnownClient.ts';
import type { GivenRights, MemberRights } from './MemberRights.ts';
import { RecentMap } from '../core/RecentMap.ts';
import type { RoomSettings } from './RoomSettings.ts';
import type { LiveBans } from './LiveBans.ts';

/** The most tokens of removed peers that one room remembers. */
const MOST_REMOVED = 100;

/** A member, as far as the entry of others depends on it. */
interface Member {
  readonly client: KnownClient;
  readonly rights: MemberRights;
  readonly connection: { readonly resumeToken: string | undefined };
}

/** The conditions under which clients enter one room: its lock and its bans. */
export class Admission {
  readonly #members: ReadonlyMap<string, Member>;
  readonly #settings: Pick<RoomSettings, 'locked'>;
  readonly #bans: LiveBans;
  readonly #former: FormerMembers;
  /** The resume tokens of members that were removed. */
  readonly #removed = new RecentMap<string, true>(MOST_REMOVED);

  /**
   * @param members - The room's members, as they are at any time.
   * @param resumeTimeout - The time within which a member returns, ms.
   */
  constructor(
    members: ReadonlyMap<string, Member>,
    settings: Pick<RoomSettings, 'locked'>,
    bans: LiveBans,
    resumeTimeout: () => number,
  ) {
    this.#members = members;
    this.#settings = settings;
    this.#bans = bans;
    this.#former = new FormerMembers(resumeTimeout);
  }

  /**
   * Makes sure that a client may enter.
   *
   * @throws {AppError} BANNED, ROOM_LOCKED.
   */
  require(client: KnownClient, { moderate }: Pick<Grants, 'moderate'>): void {
    this.#bans.requireNotBanned(client);
    const mayEnter =
      !this.#settings.locked ||
      moderate.includes('lock') ||
      this.isReturning(client);
    if (!mayEnter) {
      throw new AppError(
        roomErrors.ROOM_LOCKED,
        'the room is locked: a moderator lets no one else in',
      );
    }
  }

  /**
   * Makes sure that the peer of a resume token was not removed.
   *
   * @throws {AppError} REMOVED.
   */
  requireNotRemoved(resumeToken: string): void {
    if (this.#removed.get(resumeToken) === true) {
      throw new AppError(
        roomErrors.REMOVED,
        'resumeToken: a moderator has removed its peer from the room',
      );
    }
  }

  /** The rights that a client was given in the room before it left. */
  rightsOf(client: KnownClient): GivenRights | undefined {
    return this.#former.rightsOf(client);
  }

  /** Notes that a member leaves. */
  noteLeft(member: Member, reason: LeaveReason): void {
    this.#former.note(member.client, member.rights, reason);
    if (reason === 'removed' && member.connection.resumeToken !== undefined) {
      this.#removed.set(member.connection.resumeToken, true);
    }
  }

  /**
   * Tells if a client is in the room already, was in it a moment ago, or was given
   * the right to lock it.
   */
  isReturning(client: KnownClient): boolean {
    for (const member of this.#members.values()) {
      if (isSamePerson(member.client, client)) {
        return true;
      }
    }
    return this.#former.mayReturn(client);
  }
}
