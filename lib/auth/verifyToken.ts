import { createPublicKey, createSecretKey } from 'node:crypto';
import type { KeyObject } from 'node:crypto';

import jwt from 'jsonwebtoken';

import { AppError } from '../core/errors.ts';
import { authErrors } from './errors.ts';
import type { AuthOptions } from './options.ts';

/** No token worth reading is longer. */
const MAX_TOKEN_LENGTH = 8_192;

/** The options by which tokens are verified. */
export type TokenOptions = Pick<AuthOptions, 'keys' | 'clockTolerance'>;

type Key = TokenOptions['keys'][number];

/**
 * The claims of a token that one of the keys signed.
 *
 * The algorithm is the key's and never the token's, the expiry is required,
 * and where the token names a key by `kid` only that one counts.
 *
 * @see https://www.rfc-editor.org/rfc/rfc8725
 * @throws {AppError} TOKEN_INVALID, TOKEN_EXPIRED, TOKEN_NOT_YET_VALID.
 */
export function verifyToken(
  token: string,
  { keys, clockTolerance }: TokenOptions,
): unknown {
  const { kid, crit } = headerOf(token);
  if (crit !== undefined) {
    throw new AppError(
      authErrors.TOKEN_INVALID,
      'token: expected no critical extension (crit), got one',
    );
  }
  const candidates = keys.filter(
    (key) => kid === undefined || key.kid === undefined || key.kid === kid,
  );
  let failure: unknown;
  for (const key of candidates) {
    try {
      return verifyWith(token, key, clockTolerance);
    } catch (error) {
      // A key that fits proves the token genuine, and then expiry is the cause.
      failure = isAboutTime(failure) ? failure : error;
    }
  }
  if (failure instanceof jwt.TokenExpiredError) {
    throw expired(failure.expiredAt, failure);
  }
  if (failure instanceof jwt.NotBeforeError) {
    throw new AppError(
      authErrors.TOKEN_NOT_YET_VALID,
      `token: expected one that is already valid, got one from ${timeOf(failure.date)} on, while it is ${timeOf(new Date())} here; wait, or correct the clocks`,
      { cause: failure },
    );
  }
  const reason =
    failure instanceof Error
      ? failure.message
      : 'no key of the server has the kid that it names';
  throw new AppError(authErrors.TOKEN_INVALID, `token: ${reason}`, {
    cause: failure,
  });
}

function isAboutTime(failure: unknown): boolean {
  return (
    failure instanceof jwt.TokenExpiredError ||
    failure instanceof jwt.NotBeforeError
  );
}

/**
 * The header of a token, before anything in the token is believed.
 *
 * @throws {AppError} TOKEN_INVALID.
 */
function headerOf(token: string): { kid?: unknown; crit?: unknown } {
  const [header = '', payload = '', signature, ...more] =
    token.length <= MAX_TOKEN_LENGTH ? token.split('.') : [];
  const parts = [header, payload].map(objectIn);
  if (parts.includes(undefined) || signature === undefined || more.length > 0) {
    throw new AppError(authErrors.TOKEN_INVALID, 'token: expected a JWT');
  }
  return parts[0] ?? {};
}

/** The JSON object in a part of a token; undefined where there is none. */
function objectIn(part: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(
      Buffer.from(part, 'base64url').toString(),
    );
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Keys that were read before. Given a text, jsonwebtoken would try to read it as
 * PEM for every token, which takes longer than everything else.
 */
const materials = new WeakMap<Key, KeyObject>();

function materialOf(key: Key): KeyObject {
  let material = materials.get(key);
  if (material === undefined) {
    material =
      'secret' in key
        ? createSecretKey(Buffer.from(key.secret))
        : createPublicKey(key.publicKey);
    materials.set(key, material);
  }
  return material;
}

function verifyWith(token: string, key: Key, clockTolerance: number): unknown {
  const claims = jwt.verify(token, materialOf(key), {
    algorithms: [key.algorithm],
    clockTolerance,
  });
  if (typeof claims === 'string' || claims.exp === undefined) {
    throw new jwt.JsonWebTokenError('expected an expiry (exp)');
  }
  return claims;
}

/** The error of a token that has expired. */
export function expired(at: Date, cause?: Error): AppError {
  return new AppError(
    authErrors.TOKEN_EXPIRED,
    `token: expired at ${timeOf(at)}; get a new one`,
    { cause },
  );
}

/** A time as ISO 8601 has it; in a token may be one that no calendar has. */
function timeOf(date: Date): string {
  return Number.isNaN(date.getTime())
    ? 'a time out of range'
    : date.toISOString();
}
