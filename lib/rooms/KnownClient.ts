import { createHash } from 'node:crypto';

import type { Grants } from '../auth/Grants.ts';

/** The facts by which a room knows a client again. Plain data. */
export interface KnownClient {
  /** The user, if a token proved its identity. */
  readonly userId?: string | undefined;
  /** SHA-256 of the secret that the client sent. */
  readonly secretHash?: string | undefined;
  readonly network?: string | undefined;
}

/** The facts about a client, as far as they are known. */
export function knownClient(
  { identity, anonymous }: Grants,
  network: string,
  secret?: string,
): KnownClient {
  return {
    network,
    ...(anonymous !== true && { userId: identity.userId }),
    ...(secret !== undefined && { secretHash: hashOf(secret) }),
  };
}

/** The marks of a client: two clients with one in common are the same person. */
export function marksOf({
  userId,
  secretHash,
}: Pick<KnownClient, 'userId' | 'secretHash'>): string[] {
  return [
    ...(userId === undefined ? [] : [`user:${userId}`]),
    ...(secretHash === undefined ? [] : [`secret:${secretHash}`]),
  ];
}

/** Tells if two clients are the same person. */
export function isSamePerson(
  one: Pick<KnownClient, 'userId' | 'secretHash'>,
  other: Pick<KnownClient, 'userId' | 'secretHash'>,
): boolean {
  const marks = marksOf(other);
  return marksOf(one).some((mark) => marks.includes(mark));
}

function hashOf(secret: string): string {
  return createHash('sha256').update(secret).digest('base64url');
}
