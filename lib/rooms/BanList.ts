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
    for (const ban of this.#bans.values()) {
      const { id, expiresAt } = ban;
      if (expiresAt !== undefined && expiresAt.getTime() <= Date.now()) {
        this.#bans.delete(id);
      } else if (keepsOut(ban, client)) {
        if (ban.issuedUntil !== undefined) {
          throw new AppError(
            roomErrors.REMOVED,
            `token: a moderator has removed the client from the room; expected a token issued after ${ban.issuedUntil.toISOString()}, got an older one`,
          );
        }
        const until =
          expiresAt === undefined ? '' : ` until ${expiresAt.toISOString()}`;
        throw new AppError(
          roomErrors.BANNED,
          `a moderator has banned ${isSamePerson(ban, client) ? 'the client' : "the client's network"} from the room${until}`,
        );
      }
    }
  }
}

/** Tells if a client is the person of a ban, with a token that it keeps out. */
export function isTargetOf(ban: Ban, client: KnownClient): boolean {
  const { issuedUntil } = ban;
  const { issuedAt } = client;
  return (
    isSamePerson(ban, client) &&
    (issuedUntil === undefined ||
      (issuedAt !== undefined && issuedAt <= issuedUntil.getTime()))
  );
}

/**
 * Tells if a ban keeps a client out: the banned person on any network, and everyone
 * on the network of the ban who was not in the room at the time. A client can easily
 * change its secret, but not its network.
 */
export function keepsOut(ban: Ban, client: KnownClient): boolean {
  return (
    isTargetOf(ban, client) ||
    (ban.network !== undefined &&
      ban.network === client.network &&
      !marksOf(client).some((mark) => ban.spared.includes(mark)))
  );
}
