import { createHash } from 'node:crypto';

import type { Grants } from '../auth/Grants.ts';

/** The facts by which a room knows a client again. Plain data. */
export interface KnownClient {
  /** The user, if a token proved its identity. */
  readonly userId?: string | undefined;
  /** The account of the user, where a meeting gives the user another id. */
  readonly accountId?: string | undefined;
  /** SHA-256 of the secret that the client sent. */
  readonly secretHash?: string | undefined;
  readonly network?: string | undefined;
  /** When the token was issued, ms since the epoch; undefined without one. */
  readonly issuedAt?: number | undefined;
}

/** The facts about a client, as far as they are known. */
export function knownClient(
  { identity, anonymous, issuedAt }: Grants,
  network: string,
  secret?: string,
): KnownClient {
  return {
    network,
    ...(issuedAt !== undefined && { issuedAt }),
    ...(anonymous !== true && {
      userId: identity.userId,
      accountId: identity.accountId,
    }),
    ...(secret !== undefined && { secretHash: hashOf(secret) }),
  };
}

/** The facts that tell one person from another. */
type KnownPerson = Omit<KnownClient, 'network' | 'issuedAt'>;

/** The marks of a client: two clients with one in common are the same person. */
export function marksOf({
  userId,
  accountId,
  secretHash,
}: KnownPerson): string[] {
  return [
    ...(userId === undefined ? [] : [`user:${userId}`]),
    ...(accountId === undefined ? [] : [`user:${accountId}`]),
    ...(secretHash === undefined ? [] : [`secret:${secretHash}`]),
  ];
}

/** Tells if two clients are the same person. */
export function isSamePerson(one: KnownPerson, other: KnownPerson): boolean {
  const marks = marksOf(other);
  return marksOf(one).some((mark) => marks.includes(mark));
}

function hashOf(secret: string): string {
  return createHash('sha256').update(secret).digest('base64url');
}
