import { createSecretKey, randomUUID } from 'node:crypto';

import jwt from 'jsonwebtoken';

import type { TokenType } from '../auth/jwt.ts';
import type { SigningKey } from '../auth/signingKey.ts';
import type { UserRecord } from '../store/Store.ts';
import type { AccountsOptions } from './options.ts';

/** The login that a token belongs to. */
interface LoginMark {
  readonly loginId: string;
  /** When it began, ms since the epoch. */
  readonly since: number;
}

/**
 * Signs the tokens of a login: SimpleJWT's claims, those of the JSON API, `sid`,
 * the login that ends all tokens that came of it, and `auth_time`, when it began.
 *
 * @see https://django-rest-framework-simplejwt.readthedocs.io
 */
export class AccountTokens {
  readonly #key: () => SigningKey;
  readonly #options: () => AccountsOptions;

  constructor(key: () => SigningKey, options: () => AccountsOptions) {
    this.#key = key;
    this.#options = options;
  }

  /** When the last token of a login that begins now expires. */
  loginExpiry(): Date {
    return new Date(Date.now() + this.#lifetimeOf('refresh'));
  }

  /** Signs a token of a login, which names an issuer if there is one. */
  sign(
    type: TokenType,
    user: UserRecord,
    { loginId, since }: LoginMark,
    issuer?: string,
  ): string {
    const { algorithm, kid, secret } = this.#key();
    return jwt.sign(
      {
        token_type: type,
        user_id: user.id,
        email: user.email,
        full_name: user.name,
        role: user.role,
        sid: loginId,
        // With fractions, so that a login right after a removal is newer than it.
        auth_time: since / 1_000,
      },
      // jsonwebtoken would first try to read a text as PEM.
      createSecretKey(Buffer.from(secret)),
      {
        algorithm,
        ...(kid !== undefined && { keyid: kid }),
        ...(issuer !== undefined && { issuer }),
        jwtid: randomUUID(),
        expiresIn: Math.floor(this.#lifetimeOf(type) / 1_000),
      },
    );
  }

  #lifetimeOf(type: TokenType): number {
    const { accessTokenLifetime, refreshTokenLifetime } = this.#options();
    return type === 'access' ? accessTokenLifetime : refreshTokenLifetime;
  }
}
