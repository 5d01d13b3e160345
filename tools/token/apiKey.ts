import { generateKeyPairSync, randomBytes } from 'node:crypto';

import { apiKeySchema, hashOfSecret } from '../../lib/auth/apiKeys.ts';
import { API_SCOPE_NAMES } from '../../lib/auth/apiScopes.ts';
import { check } from '../../lib/core/validation.ts';
import { UsageError } from '../UsageError.ts';

const SECRET_BYTES = 32;

/** A new key of the server API. */
interface NewKey {
  /** The part for the client alone, which is kept nowhere else. */
  readonly secret: string;
  /** The entry for `auth.apiKeys`. */
  readonly entry: string;
}

/**
 * Makes a key of the server API.
 *
 * @param options.scopes - Their names between commas, or `all`.
 * @param options.lifetime - The time after which it expires, s; without it, never.
 * @param options.signs - True for a key pair, which signs short tokens.
 * @throws {UsageError} When the server would refuse the entry.
 */
export function newApiKey(
  id: string,
  options: {
    scopes: string;
    lifetime: number | undefined;
    signs: boolean;
  },
): NewKey {
  const { scopes, lifetime, signs } = options;
  const { secret, proof } = signs ? keyPair() : sharedSecret(id);
  const entry = {
    id,
    ...proof,
    scopes: scopes === 'all' ? API_SCOPE_NAMES : scopes.split(','),
    ...(lifetime !== undefined && {
      expires: new Date(Date.now() + lifetime * 1_000).toISOString(),
    }),
  };
  const checked = check(apiKeySchema, entry, 'key');
  if (!checked.ok) {
    throw new UsageError(checked.problem);
  }
  return { secret, entry: `${JSON.stringify(entry)},` };
}

function sharedSecret(id: string) {
  const random = randomBytes(SECRET_BYTES).toString('base64url');
  return { secret: `${id}.${random}`, proof: { hash: hashOfSecret(random) } };
}

function keyPair() {
  const { privateKey, publicKey } = generateKeyPairSync('ec', {
    namedCurve: 'P-256',
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
    publicKeyEncoding: { type: 'spki', format: 'pem' },
  });
  return { secret: privateKey.trim(), proof: { publicKey } };
}
