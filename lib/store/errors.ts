import { defineErrors } from '../core/errors.ts';

/** Failures of the database. */
export const storeErrors = defineErrors({
  STORE_UNAVAILABLE: {
    status: 503,
    meaning: 'The database cannot be read or written at the moment.',
  },
});
