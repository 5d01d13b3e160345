import jwt from 'jsonwebtoken';

import { SECRET, withTokens } from './JsonClient.ts';

/** Server options that require a {@link peerToken} of protoo clients. */
export const tokensOnly = {
  auth: { ...withTokens.auth, mode: 'token' as const },
};

/** A token for one peer, with claims replaced, or left out if undefined. */
export function peerToken(
  peerId: string,
  changes: Record<string, unknown> = {},
  secret = SECRET,
): string {
  const now = Math.floor(Date.now() / 1_000);
  const claims = { sub: peerId, room: '*', iat: now, exp: now + 3_600 };
  const said = Object.entries({ ...claims, ...changes }).filter(
    ([, value]) => value !== undefined,
  );
  return jwt.sign(Object.fromEntries(said), secret, { algorithm: 'HS256' });
}

/** The header in which a client other than a browser sends its token. */
export function bearing(token: string): { headers: Record<string, string> } {
  return { headers: { Authorization: `Bearer ${token}` } };
}
