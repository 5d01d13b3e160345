import jwt from 'jsonwebtoken';

import { peerGrants } from './jwt.ts';
import type { AuthOptions } from './options.ts';
import type { SigningKey } from './signingKey.ts';

/** The claims of a token for one peer. */
export interface RoomTokenClaims {
  /** The id of the room, or a pattern in which `*` matches any text. */
  readonly room: string;
  /** The id of the peer. */
  readonly peer: string;
  readonly name?: string | undefined;
  readonly role?: string | undefined;
  /** Permissions that differ from those of the role, yet to be checked. */
  readonly grants?: object | undefined;
}

/**
 * Makes a token with which one peer enters a room.
 *
 * @param lifetime - In seconds.
 * @throws {AppError} TOKEN_INVALID for claims that the server would refuse.
 */
export function signRoomToken(
  { room, peer, name, role, grants }: RoomTokenClaims,
  lifetime: number,
  { kid, secret }: SigningKey,
  options: Pick<AuthOptions, 'keys' | 'clockTolerance' | 'roles'>,
): string {
  const token = jwt.sign(
    {
      room,
      ...(name !== undefined && { name }),
      ...(role !== undefined && { role }),
      ...(grants !== undefined && { grants }),
    },
    secret,
    {
      algorithm: 'HS256',
      subject: peer,
      expiresIn: lifetime,
      ...(kid !== undefined && { keyid: kid }),
    },
  );
  peerGrants(token, options);
  return token;
}
