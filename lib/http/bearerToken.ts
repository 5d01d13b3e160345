import type { IncomingMessage } from 'node:http';

import { authErrors } from '../auth/errors.ts';
import { AppError, defineErrors } from '../core/errors.ts';

/** Failures of the header `Authorization`. */
export const authorizationErrors = defineErrors({
  AUTHORIZATION_MALFORMED: {
    status: 401,
    meaning: 'The header Authorization has more or less than one token.',
  },
});

/**
 * The token of the header `Authorization`. Other schemes than `Bearer` do not
 * count, as they bring no token.
 *
 * @throws {AppError} TOKEN_MISSING, AUTHORIZATION_MALFORMED.
 */
export function bearerToken({ headers }: IncomingMessage): string {
  const [scheme = '', token, ...more] = (headers.authorization ?? '')
    .trim()
    .split(/\s+/);
  if (scheme.toLowerCase() !== 'bearer') {
    throw new AppError(
      authErrors.TOKEN_MISSING,
      `Authorization: expected Bearer and a token, got ${scheme === '' ? 'nothing' : 'another scheme'}`,
    );
  }
  if (token === undefined || more.length > 0) {
    throw new AppError(
      authorizationErrors.AUTHORIZATION_MALFORMED,
      `Authorization: expected Bearer and one token, got ${token === undefined ? 'none' : more.length + 1}`,
    );
  }
  return token;
}
