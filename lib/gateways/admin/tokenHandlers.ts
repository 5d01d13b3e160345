import { randomUUID } from 'node:crypto';

import type { AuthOptions } from '../../auth/options.ts';
import { isReserved } from '../../auth/reservedRooms.ts';
import { signRoomToken } from '../../auth/roomToken.ts';
import { AppError, coreErrors } from '../../core/errors.ts';
import type { ApiAudit } from './ApiAudit.ts';
import { adminErrors } from './errors.ts';
import type { ApiHandlers } from './routeParts.ts';
import type { tokenRoutes } from './tokenRoutes.ts';

/** The lifetime of a token whose client names none, s. */
const DEFAULT_TTL = 3_600;

/** The functions that serve tokens. */
export function tokenHandlers(
  auth: AuthOptions,
  audit: ApiAudit,
): ApiHandlers<typeof tokenRoutes> {
  return {
    createServerToken({ user, body }) {
      const { roomId, peerId = randomUUID(), displayName, role } = body;
      const { roomTokenLifetime: longest } = auth;
      const ttl = body.ttl ?? Math.min(DEFAULT_TTL, longest);
      if (ttl > longest) {
        throw new AppError(
          coreErrors.VALIDATION_ERROR,
          `ttl: expected at most auth.roomTokenLifetime, ${longest} s, got ${ttl}`,
        );
      }
      if (isReserved(roomId)) {
        throw new AppError(
          coreErrors.VALIDATION_ERROR,
          `roomId: expected a room that is not of another contract, got ${JSON.stringify(roomId)}`,
        );
      }
      const key = auth.keys.find((it) => it.algorithm === 'HS256');
      if (key === undefined) {
        throw new AppError(
          adminErrors.SIGNING_KEY_MISSING,
          'auth.keys: expected an HS256 key to sign tokens with, got none',
          { option: 'auth.keys' },
        );
      }
      const expiresAt = new Date(Date.now() + ttl * 1_000).toISOString();
      const token = signRoomToken(
        {
          room: roomId,
          peer: peerId,
          name: displayName,
          role,
          grants: body.permissions,
        },
        ttl,
        key,
        auth,
      );
      const details = { peerId, role, expiresAt };
      audit.record(user, 'createToken', { roomId, details });
      return { status: 201, body: { token, roomId, peerId, expiresAt } };
    },
  };
}
