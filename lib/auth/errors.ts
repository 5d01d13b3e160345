import { defineErrors } from '../core/errors.ts';

/** Failures of tokens and of the user service. */
export const authErrors = defineErrors({
  TOKEN_MISSING: { status: 401, meaning: 'A token is needed.' },
  TOKEN_INVALID: {
    status: 401,
    meaning: 'The token is not one that this server accepts.',
  },
  TOKEN_TYPE_WRONG: {
    status: 401,
    meaning:
      'The token is genuine and of the other kind: a refresh token where an access token is needed, or the reverse.',
  },
  TOKEN_EXPIRED: { status: 401, meaning: 'The token was valid once.' },
  TOKEN_NOT_YET_VALID: {
    status: 401,
    meaning:
      'The token is valid later (nbf), or the clocks of its issuer and of this server differ.',
  },
  USERS_UNAVAILABLE: {
    status: 503,
    meaning: 'The service that knows the users does not answer.',
  },
});
