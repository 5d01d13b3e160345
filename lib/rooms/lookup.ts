import { AppError } from '../core/errors.ts';
import type { mediaErrors } from '../media/errors.ts';
import type { Needed } from '../media/mediasoupErrors.ts';
import { roomErrors } from './errors.ts';

/** Error codes for objects that a peer does not have. */
type NotFoundCode = Extract<keyof typeof roomErrors, `${string}_NOT_FOUND`>;

/**
 * Finds an object that a peer owns by an id that its client sent.
 *
 * @param code - The error if there is no such object.
 * @throws {AppError} With the code.
 */
export function lookUp<Owned>(
  owned: ReadonlyMap<string, Owned>,
  id: string,
  code: NotFoundCode,
): Owned {
  const found = owned.get(id);
  if (found === undefined) {
    const what = code
      .slice(0, code.indexOf('_NOT_FOUND'))
      .replace('_', ' ')
      .toLowerCase();
    throw new AppError(
      roomErrors[code],
      `the peer has no ${what} ${JSON.stringify(id.slice(0, 64))}`,
    );
  }
  return found;
}

/** Requires that the peer of a request does not close while it is pending. */
export function present(peer: Needed['thing']): Needed {
  return {
    thing: peer,
    code: roomErrors.PEER_CLOSED,
    message: 'the peer left while the request was pending',
  };
}

/** Tells if a request failed with an error of a room or of its media. */
export function isCode(
  error: unknown,
  code: keyof typeof roomErrors | keyof typeof mediaErrors,
): error is AppError {
  return error instanceof AppError && error.code === code;
}
