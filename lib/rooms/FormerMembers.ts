import type { PermissionChanges } from '../auth/Permissions.ts';
import { RecentMap } from '../core/RecentMap.ts';
import type { LeaveReason } from './events.ts';
import { marksOf } from './KnownClient.ts';
import type { KnownClient } from './KnownClient.ts';
import type { GivenRights, MemberRights } from './MemberRights.ts';

/** The most marks of former members that one room remembers. */
const MOST_MARKS = 1_000;

/** A member that has left. */
interface FormerMember {
  readonly given: GivenRights;
  /** It may enter although the room is locked. */
  readonly mayLock: boolean;
  /** When it left, ms since the epoch; undefined if it was removed. */
  readonly leftAt: number | undefined;
}

/**
 * The members that have left a room, known again by their user or their secret. When
 * they come back, they have the rights that they were given in the room, and lack the
 * rights that were taken from them.
 */
export class FormerMembers {
  readonly #members = new RecentMap<string, FormerMember>(MOST_MARKS);
  readonly #resumeTimeout: () => number;

  /** @param resumeTimeout - The time within which a member returns, ms. */
  constructor(resumeTimeout: () => number) {
    this.#resumeTimeout = resumeTimeout;
  }

  /** Notes that a member leaves. */
  note(client: KnownClient, rights: MemberRights, reason: LeaveReason): void {
    const wasRemoved = reason === 'removed';
    const { role, changes } = rights.given;
    const member: FormerMember = wasRemoved
      ? {
          // A moderator that was removed does not come back as one.
          given: {
            role: role === 'moderator' ? undefined : role,
            changes: withoutPowers(changes),
          },
          mayLock: false,
          leftAt: undefined,
        }
      : {
          given: rights.given,
          mayLock: rights.grants.moderate.includes('lock'),
          leftAt: Date.now(),
        };
    for (const mark of marksOf(client)) {
      this.#members.set(mark, member);
    }
  }

  /** The rights that a client was given in the room when it was a member. */
  rightsOf(client: KnownClient): GivenRights | undefined {
    return this.#find(client)?.given;
  }

  /**
   * Tells if a client returns to a locked room: it left a moment ago, or it may
   * lock the room.
   */
  mayReturn(client: KnownClient): boolean {
    const { leftAt, mayLock = false } = this.#find(client) ?? {};
    return (
      mayLock ||
      (leftAt !== undefined && Date.now() - leftAt <= this.#resumeTimeout())
    );
  }

  #find(client: KnownClient): FormerMember | undefined {
    for (const mark of marksOf(client)) {
      const member = this.#members.get(mark);
      if (member !== undefined) {
        return member;
      }
    }
    return undefined;
  }
}

/** Changes of permissions, of which those of the powers give none. */
function withoutPowers(
  changes: PermissionChanges | undefined,
): PermissionChanges | undefined {
  return changes?.moderate === undefined
    ? changes
    : { ...changes, moderate: false };
}
