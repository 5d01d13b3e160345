import { AppError } from '../core/errors.ts';
import type { Grants } from '../auth/Grants.ts';
import { BanList } from './BanList.ts';
import { roomErrors } from './errors.ts';
import type { LeaveReason } from './events.ts';
import { FormerMembers } from './FormerMembers.ts';
import { isSamePerson } from './KnownClient.ts';
import type { KnownClient } from './KnownClient.ts';
import type { GivenRights, MemberRights } from './MemberRights.ts';
import { RecentMap } from '../core/RecentMap.ts';
import type { Ban, RoomBans } from './RoomBans.ts';

/** The time after which the bans of an open room are read again, ms. */
const BANS_FRESH = 5_000;

/** The most tokens of removed peers that one room remembers. */
const MOST_REMOVED = 100;

/** A member, as far as the entry of others depends on it. */
interface Member {
  readonly client: KnownClient;
  readonly rights: MemberRights;
  readonly resumeToken: string | undefined;
}

/** The conditions under which clients enter one room: its lock and its bans. */
export class Admission {
  /** True while only clients that may lock the room, or return to it, can enter. */
  locked = false;
  readonly #roomId: string;
  readonly #members: ReadonlyMap<string, Member>;
  readonly #stored: RoomBans;
  readonly #bans = new BanList();
  readonly #former: FormerMembers;
  /** The resume tokens of members that were removed. */
  readonly #removed = new RecentMap<string, true>(MOST_REMOVED);
  #readAt = performance.now();
  #reading: Promise<Ban[]> | undefined;

  /**
   * @param members - The room's members, as they are at any time.
   * @param bans - The bans of the room when it opens.
   * @param resumeTimeout - The time within which a member returns, ms.
   */
  constructor(
    roomId: string,
    members: ReadonlyMap<string, Member>,
    stored: RoomBans,
    bans: readonly Ban[],
    resumeTimeout: () => number,
  ) {
    this.#roomId = roomId;
    this.#members = members;
    this.#stored = stored;
    this.#former = new FormerMembers(resumeTimeout);
    this.#bans.replace(bans);
  }

  /**
   * Makes sure that a client may enter.
   *
   * @throws {AppError} BANNED, ROOM_LOCKED.
   */
  require(client: KnownClient, { moderate }: Pick<Grants, 'moderate'>): void {
    this.#bans.requireAdmission(client);
    const mayEnter =
      !this.locked || moderate.includes('lock') || this.isReturning(client);
    if (!mayEnter) {
      throw new AppError(
        roomErrors.ROOM_LOCKED,
        'the room is locked: a moderator lets no one else in',
      );
    }
  }

  /**
   * Makes sure that a client is not banned.
   *
   * @throws {AppError} BANNED.
   */
  requireNotBanned(client: KnownClient): void {
    this.#bans.requireAdmission(client);
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
    if (reason === 'removed' && member.resumeToken !== undefined) {
      this.#removed.set(member.resumeToken, true);
    }
  }

  add(ban: Ban): void {
    this.#bans.add(ban);
  }

  lift(banId: string): void {
    this.#bans.delete(banId);
  }

  /**
   * Reads the bans again if that was a while ago: another server that shares the
   * database may have added some.
   *
   * @returns The new ones; undefined if there is no need to read.
   */
  refresh(): Promise<Ban[]> | undefined {
    if (performance.now() - this.#readAt >= BANS_FRESH) {
      this.#reading ??= this.#read();
    }
    return this.#reading;
  }

  async #read(): Promise<Ban[]> {
    const bans = await this.#stored.ofRoom(this.#roomId);
    this.#readAt = performance.now();
    this.#reading = undefined;
    return bans === undefined ? [] : this.#bans.replace(bans);
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
