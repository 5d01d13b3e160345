import { AppError } from '../core/errors.ts';
import { roomErrors } from './errors.ts';

/** The time after which a node that does not answer may have been replaced, s. */
const RETRY_AFTER = 1;

/** The failure to reach the node that has a room. */
export function roomUnreachable(roomId: string): AppError {
  return new AppError(
    roomErrors.ROOM_UNREACHABLE,
    `the node that has the room ${JSON.stringify(roomId)} does not answer; try again in ${RETRY_AFTER} s`,
    { retryAfter: RETRY_AFTER },
  );
}
