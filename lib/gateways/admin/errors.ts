import { defineErrors } from '../../core/errors.ts';

/** Failures that only the server API has. */
export const adminErrors = defineErrors({
  NODE_NOT_FOUND: { status: 404, meaning: 'There is no such server.' },
  SIGNING_KEY_MISSING: {
    status: 409,
    meaning: 'The server has no key to sign tokens with.',
  },
  BAN_NOT_FOUND: {
    status: 404,
    meaning: 'There is no such ban, or it has expired.',
  },
  PRECONDITION_FAILED: {
    status: 412,
    meaning:
      'The resource has changed since the client read it: its ETag is not the one in If-Match.',
  },
  IDEMPOTENCY_KEY_REUSED: {
    status: 422,
    meaning: 'The Idempotency-Key was sent before with another request.',
  },
});
