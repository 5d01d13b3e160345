import { authErrors } from '../auth/errors.ts';
import { coreErrors } from '../core/errors.ts';
import { mediaErrors } from '../media/errors.ts';
import { roomErrors } from '../rooms/errors.ts';

/** Every failure of a request or handshake of a gateway with rooms. */
export const sessionErrors = {
  ...coreErrors,
  ...authErrors,
  ...mediaErrors,
  ...roomErrors,
};

/** The name of a failure in {@link sessionErrors}. */
export type ErrorCode = keyof typeof sessionErrors;
