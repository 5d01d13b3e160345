import { AppError, coreErrors } from '../core/errors.ts';
import type { AuthOptions } from './options.ts';

/** A key that tokens are signed with. */
export interface SigningKey {
  readonly algorithm: 'HS256';
  readonly kid?: string | undefined;
  readonly secret: string;
}

/**
 * The key that this server signs tokens with.
 *
 * @throws {AppError} NOT_FOUND when no key of the server can sign.
 */
export function signingKeyOf({ keys }: Pick<AuthOptions, 'keys'>): SigningKey {
  const key = keys.find((it) => it.algorithm === 'HS256');
  if (key === undefined) {
    throw new AppError(
      coreErrors.NOT_FOUND,
      'logins are not served here, because auth.keys has no HS256 key to sign tokens with',
      { option: 'auth.keys' },
    );
  }
  return key;
}
