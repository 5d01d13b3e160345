import { defineErrors } from '../core/errors.ts';

/** Failures of rooms that backends create. */
export const provisioningErrors = defineErrors({
  ROOM_EXISTS: {
    status: 409,
    meaning: 'There is a lasting room with the id.',
  },
});
