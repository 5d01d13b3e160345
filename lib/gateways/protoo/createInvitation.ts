import type { AuthOptions } from '../../auth/options.ts';
import { isReserved } from '../../auth/reservedRooms.ts';
import { signRoomToken } from '../../auth/roomToken.ts';
import type { Role } from '../../auth/roles.ts';
import { AppError, coreErrors } from '../../core/errors.ts';
import type { Moderation } from '../../rooms/Moderation.ts';

/** The lifetime of an invitation for which the client names none, s. */
const DEFAULT_TTL = 86_400;

/**
 * Makes a token with which one person enters a room.
 *
 * @throws {AppError} FORBIDDEN, VALIDATION_ERROR for a longer lifetime than is allowed.
 */
export function createInvitation(
  moderation: Moderation,
  room: string,
  { role, ttl }: { role: Role; ttl?: number | undefined },
  auth: AuthOptions,
): { token: string; peerId: string; expiresAt: number } {
  const { roomTokenLifetime: longest } = auth;
  const lifetime = ttl ?? Math.min(DEFAULT_TTL, longest);
  if (lifetime > longest) {
    throw new AppError(
      coreErrors.VALIDATION_ERROR,
      `ttl: expected at most auth.roomTokenLifetime, ${longest} s, got ${lifetime}`,
    );
  }
  const until = new Date(Date.now() + lifetime * 1_000);
  return moderation.invite(role, until, (peer) => {
    const key = auth.keys.find((it) => it.algorithm === 'HS256');
    if (key === undefined) {
      throw new AppError(
        coreErrors.FORBIDDEN,
        'auth.keys: expected an HS256 key to sign invitations with, got none',
        { option: 'auth.keys' },
      );
    }
    // In a token, the id would open other rooms, or none.
    if (isReserved(room) || room.includes('*')) {
      throw new AppError(
        coreErrors.FORBIDDEN,
        `roomId: expected a room that tokens can name, not one of another contract or with "*", got ${JSON.stringify(room)}`,
      );
    }
    const token = signRoomToken({ room, peer, role }, lifetime, key, auth);
    return { token, peerId: peer, expiresAt: until.getTime() };
  });
}
