import { createPublicKey, timingSafeEqual } from 'node:crypto';
import type { KeyObject } from 'node:crypto';

import jwt from 'jsonwebtoken';
import { z } from 'zod';

import { AppError } from '../core/errors.ts';
import type { Live } from '../core/Live.ts';
import type { Limits } from '../limits/options.ts';
import { RateLimit } from '../limits/RateLimit.ts';
import { apiErrors } from './apiErrors.ts';
import { hashOfSecret } from './apiKeys.ts';
import { API_SCOPE_NAMES } from './apiScopes.ts';
import type { ApiScope } from './apiScopes.ts';
import type { AuthOptions } from './options.ts';

type ApiKey = AuthOptions['apiKeys'][number];

/** The client of the server API behind a request. */
export interface ApiClient {
  /** The id of its key. */
  readonly keyId: string;
  readonly scopes: readonly ApiScope[];
}

/** Compared with where there is no key, so that the id of a key cannot be found by time. */
const NO_HASH = hashOfSecret('');

/** The claims of a token that a key has signed. */
const claimsSchema = z.object({
  iss: z.string(),
  iat: z.number(),
  exp: z.number(),
  scopes: z.array(z.enum(API_SCOPE_NAMES)).optional(),
});

/** Identifies the clients of the server API by their keys. */
export class ApiKeyAuthenticator {
  readonly #options: Live<AuthOptions>;
  readonly #failures: RateLimit;
  /** Public keys that were read before. */
  readonly #read = new WeakMap<ApiKey, KeyObject>();

  constructor(options: Live<AuthOptions>, limits: Live<Limits>) {
    this.#options = options;
    this.#failures = new RateLimit(limits, {
      perMinute: 'apiFailuresPerMinute',
      burst: 'apiFailureBurst',
    });
  }

  /**
   * Identifies a client.
   *
   * @param token - `ID.SECRET` of a key, or a token that a key has signed.
   * @param network - The network of the client.
   * @throws {AppError} API_DISABLED, API_KEY_INVALID, LIMIT_REACHED.
   */
  authenticate(token: string, network: string): ApiClient {
    if (this.#options.apiKeys.length === 0) {
      throw new AppError(
        apiErrors.API_DISABLED,
        'the server API is off, because auth.apiKeys is empty; npm run token -- --api ID --scopes rooms:read makes a key',
        { option: 'auth.apiKeys' },
      );
    }
    this.#failures.require(network);
    const parts = token.split('.');
    const client =
      parts.length === 2
        ? this.#ofSecret(parts[0] ?? '', parts[1] ?? '')
        : this.#ofToken(token);
    if (client === undefined) {
      this.#failures.take(network);
      throw new AppError(
        apiErrors.API_KEY_INVALID,
        `Authorization: expected Bearer and ID.SECRET of one of auth.apiKeys that has not expired, or a token that one has signed for at most ${this.#options.apiTokenLifetime} s, got another`,
      );
    }
    return client;
  }

  /** Tells if a client has a scope that its key has not lost meanwhile. */
  retains({ keyId, scopes }: ApiClient, scope: ApiScope): boolean {
    return (
      scopes.includes(scope) &&
      this.#find(keyId)?.scopes.includes(scope) === true
    );
  }

  #ofSecret(id: string, secret: string): ApiClient | undefined {
    const key = this.#find(id);
    const expected = Buffer.from(key?.hash ?? NO_HASH);
    const isRight = timingSafeEqual(
      Buffer.from(hashOfSecret(secret)),
      expected,
    );
    return isRight && key?.hash !== undefined
      ? { keyId: key.id, scopes: key.scopes }
      : undefined;
  }

  /** @returns Undefined unless a key has signed the token, for a short time. */
  #ofToken(token: string): ApiClient | undefined {
    const named = claimsSchema.safeParse(decoded(token));
    const key = named.success ? this.#find(named.data.iss) : undefined;
    if (!named.success || key?.publicKey === undefined) {
      return undefined;
    }
    const { iat, exp, scopes = key.scopes } = named.data;
    const { apiTokenLifetime, clockTolerance } = this.#options;
    const latest = Date.now() / 1_000 + clockTolerance;
    // One that is dated ahead would be valid for longer.
    if (exp - iat > apiTokenLifetime || iat > latest) {
      return undefined;
    }
    try {
      jwt.verify(token, this.#publicKeyOf(key, key.publicKey), {
        algorithms: ['ES256'],
        clockTolerance,
      });
    } catch {
      return undefined;
    }
    return {
      keyId: key.id,
      scopes: scopes.filter((scope) => key.scopes.includes(scope)),
    };
  }

  /** Finds a key that has not expired. */
  #find(id: string): ApiKey | undefined {
    const key = this.#options.apiKeys.find((it) => it.id === id);
    const expires = key?.expires;
    return expires === undefined || Date.parse(expires) > Date.now()
      ? key
      : undefined;
  }

  #publicKeyOf(key: ApiKey, pem: string): KeyObject {
    const known = this.#read.get(key) ?? createPublicKey(pem);
    this.#read.set(key, known);
    return known;
  }
}

/**
 * Makes sure that a client has a scope.
 *
 * @throws {AppError} API_SCOPE_MISSING.
 */
export function requireScope(
  { keyId, scopes }: ApiClient,
  scope: ApiScope,
): void {
  if (!scopes.includes(scope)) {
    throw new AppError(
      apiErrors.API_SCOPE_MISSING,
      `Authorization: expected a key with the scope "${scope}", got "${keyId}" with ${scopes.map((it) => `"${it}"`).join(', ') || 'none'}`,
    );
  }
}

/** The claims of a token before anything in it is believed. */
function decoded(token: string): unknown {
  try {
    return jwt.decode(token);
  } catch {
    return undefined;
  }
}
