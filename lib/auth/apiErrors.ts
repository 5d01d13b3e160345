import { defineErrors } from '../core/errors.ts';

/** Failures of the keys of the server API. */
export const apiErrors = defineErrors({
  API_KEY_INVALID: {
    status: 401,
    meaning:
      'The key is unknown, its secret or its token is wrong, or it has expired.',
  },
  API_SCOPE_MISSING: {
    status: 403,
    meaning: 'The key does not have the scope that the route requires.',
  },
  API_DISABLED: {
    status: 404,
    meaning: 'The server API is off, because auth.apiKeys is empty.',
  },
});
