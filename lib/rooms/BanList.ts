import { AppError } from '../core/errors.ts';
import { roomErrors } from './errors.ts';
import { isSamePerson, marksOf } from './KnownClient.ts';
import type { KnownClient } from './KnownClient.ts';
import type { Ban } from './RoomBans.ts';

/** The bans of one room, in memory. */
export class BanList {
  readonly #bans = new Map<string, Ban>();

  add(ban: Ban): void {
    this.#bans.set(ban.id, ban);
  }

  delete(id: string): void {
    this.#bans.delete(id);
  }

  /**
   * Replaces the list.
   *
   * @returns The bans that were not in it.
   */
  replace(bans: readonly Ban[]): Ban[] {
    const added = bans.filter(({ id }) => !this.#bans.has(id));
    this.#bans.clear();
    for (const ban of bans) {
      this.add(ban);
    }
    return added;
  }

  /**
   * Makes sure that a client is not banned, and that its token is newer than its
   * removal.
   *
   * @throws {AppError} BANNED, REMOVED.
   */
  requireAdmission(client: KnownClient): void {
    const ban = this.find(client);
    if (ban !== undefined) {
      throw refusal(ban, client);
    }
  }

  /** The ban or removal that keeps a client out for longest, if there is one. */
  find(client: KnownClient): Ban | undefined {
    let longest: Ban | undefined;
    for (const ban of this.#bans.values()) {
      const { id, expiresAt } = ban;
      if (expiresAt !== undefined && expiresAt.getTime() <= Date.now()) {
        this.#bans.delete(id);
      } else if (
        keepsOut(ban, client) &&
        (longest === undefined || endOf(ban) > endOf(longest))
      ) {
        longest = ban;
      }
    }
    return longest;
  }
}

/** The end of a ban, ms since the epoch; Infinity if it is for good. */
function endOf({ expiresAt }: Ban): number {
  return expiresAt?.getTime() ?? Infinity;
}

/** The refusal of a client that a ban keeps out. */
function refusal(ban: Ban, client: KnownClient): AppError {
  const { issuedUntil, expiresAt } = ban;
  const isPerson = isSamePerson(ban, client);
  if (issuedUntil !== undefined && isPerson && isOlder(client, issuedUntil)) {
    return new AppError(
      roomErrors.REMOVED,
      `token: a moderator has removed the client from the room; expected a token issued after ${issuedUntil.toISOString()}, got an older one`,
    );
  }
  const [error, done] =
    issuedUntil === undefined
      ? [roomErrors.BANNED, 'banned']
      : [roomErrors.REMOVED, 'removed'];
  const whom = isPerson ? 'the client' : "the client's network";
  const until =
    expiresAt === undefined ? '' : ` until ${expiresAt.toISOString()}`;
  return new AppError(
    error,
    `a moderator has ${done} ${whom} from the room${until}`,
    { until: expiresAt },
  );
}

/**
 * Tells if a client is the person of a ban: after a removal, one with an older token,
 * or with the secret of the one removed.
 */
export function isTargetOf(ban: Ban, client: KnownClient): boolean {
  const { issuedUntil, secretHash } = ban;
  return (
    isSamePerson(ban, client) &&
    (issuedUntil === undefined ||
      isOlder(client, issuedUntil) ||
      (secretHash !== undefined && secretHash === client.secretHash))
  );
}

/** Tells if a client came by a token that is no newer than a removal. */
function isOlder({ issuedAt }: KnownClient, issuedUntil: Date): boolean {
  return issuedAt !== undefined && issuedAt <= issuedUntil.getTime();
}

/**
 * Tells if a ban keeps a client out: the banned person on any network, and everyone
 * on the network of the ban who was not in the room at the time. A client can easily
 * change its secret, but not its network. One with an account shows by it who it is,
 * so the network of a removal does not concern it.
 */
export function keepsOut(ban: Ban, client: KnownClient): boolean {
  const isKnown =
    ban.issuedUntil !== undefined && client.accountId !== undefined;
  return (
    isTargetOf(ban, client) ||
    (ban.network !== undefined &&
      ban.network === client.network &&
      !isKnown &&
      !marksOf(client).some((mark) => ban.spared.includes(mark)))
  );
}
