import { AppError, coreErrors } from '../core/errors.ts';
import type { Identity } from './Identity.ts';
import { ALL_PERMISSIONS } from './Permissions.ts';
import type { Permissions } from './Permissions.ts';
import { isReserved, RESERVED_PREFIXES } from './reservedRooms.ts';
import { fitsPattern } from './roomPattern.ts';

/**
 * The identity of a client and its permissions, which come from a token of any
 * kind or from a server that is open. The rooms rely on them, and on nothing
 * that the client says about itself.
 *
 * Plain data, which can be stored and sent to other nodes: fields without a
 * value are missing.
 */
export interface Grants extends Permissions {
  readonly identity: Identity;
  /** True if the client chose the user id itself, because the server is open. */
  readonly anonymous?: boolean;
  /** The only id under which the client enters rooms; without it, any. */
  readonly peerId?: string;
  /** The rooms that the client may enter and create, as patterns of their ids. */
  readonly rooms: readonly string[];
  /** The rooms with reserved ids that the client may enter, as patterns, too. */
  readonly reserved?: readonly string[];
  /**
   * When the token was issued, ms since the epoch, or 0 if it does not say; where a
   * login was renewed, when that began. Without it, the client has no token.
   */
  readonly issuedAt?: number;
  /** When the token expires, ms since the epoch; without it, never. */
  readonly expiresAt?: number;
}

/** A pattern that every room fits. */
export const ANY_ROOM = '*';

/** The grants of a client of a server that asks for no token. */
export function openGrants(
  userId: string,
  permissions: Permissions = ALL_PERMISSIONS,
): Grants {
  return {
    ...permissions,
    identity: { userId, role: 'member' },
    anonymous: true,
    rooms: [ANY_ROOM],
  };
}

/**
 * Tells if a client may enter a room, and create it unless its id is reserved.
 * No pattern for ordinary rooms opens a reserved one.
 */
export function mayEnter(
  { rooms, reserved = [] }: Grants,
  roomId: string,
): boolean {
  const patterns = isReserved(roomId) ? reserved : rooms;
  return patterns.some((pattern) => fitsPattern(roomId, pattern));
}

/** Tells if a client may create a room whose id the server chooses. */
export function mayCreate({ rooms }: Grants): boolean {
  return rooms.includes(ANY_ROOM);
}

/**
 * Makes sure that a client may create a room whose id the server chooses.
 *
 * @throws {AppError} FORBIDDEN.
 */
export function requireCreation(grants: Grants): void {
  if (!mayCreate(grants)) {
    throw new AppError(
      coreErrors.FORBIDDEN,
      'token: expected one that grants every room, got one for some rooms alone',
    );
  }
}

/**
 * Makes sure that a client may enter a room.
 *
 * @throws {AppError} FORBIDDEN.
 */
export function requireEntry(grants: Grants, roomId: string): void {
  if (mayEnter(grants, roomId)) {
    return;
  }
  const why = isReserved(roomId)
    ? `; ids that begin with ${RESERVED_PREFIXES.join(', ')} are reserved, and only a grant of their contract opens these rooms`
    : '';
  throw new AppError(
    coreErrors.FORBIDDEN,
    `roomId: expected a room that the token grants, got ${JSON.stringify(roomId)}${why}`,
  );
}
