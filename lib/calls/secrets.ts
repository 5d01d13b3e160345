import { createHash, timingSafeEqual } from 'node:crypto';

/**
 * Tells if a token is a secret of the server, in a time that says nothing about
 * the secret.
 */
export function isSecret(token: string, secret: string | undefined): boolean {
  return (
    secret !== undefined && timingSafeEqual(digestOf(token), digestOf(secret))
  );
}

function digestOf(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
