import { authErrors } from '../auth/errors.ts';
import { coreErrors } from '../core/errors.ts';
import { mediaErrors } from '../media/errors.ts';
import { roomErrors } from '../rooms/errors.ts';

/** Every failure that a request or handshake of a room's gateway can meet. */
export const sessionErrors = {
  ...coreErrors,
  ...authErrors,
  ...mediaErrors,
  ...roomErrors,
};

/** The name of a failure in {@link sessionErrors}. */
export type ErrorCode = keyof typeof sessionErrors;
