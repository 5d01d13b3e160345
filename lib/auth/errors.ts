import { defineErrors } from '../core/errors.ts';

/** Failures of tokens and of the user service. */
export const authErrors = defineErrors({
  TOKEN_MISSING: { status: 401, meaning: 'A token is required.' },
  TOKEN_INVALID: {
    status: 401,
    meaning: 'This server does not accept the token.',
  },
  TOKEN_TYPE_WRONG: {
    status: 401,
    meaning:
      'The token is genuine but of the wrong kind: a refresh token instead of an access token, or the reverse.',
  },
  TOKEN_EXPIRED: { status: 401, meaning: 'The token has expired.' },
  TOKEN_NOT_YET_VALID: {
    status: 401,
    meaning:
      'The token is not valid yet (nbf), or the clocks of its issuer and of this server differ.',
  },
  USERS_UNAVAILABLE: {
    status: 503,
    meaning: 'The user service (auth.users.url) does not answer.',
  },
});
