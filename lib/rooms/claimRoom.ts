import type { RoomClaim, RoomDirectory } from '../cluster/RoomDirectory.ts';
import { AppError, coreErrors } from '../core/errors.ts';
import { roomErrors } from './errors.ts';

/** The time after which a room may be open again where its home is not known, s. */
const CLUSTER_RETRY = 2;

/**
 * Makes this node the home of a room.
 *
 * @param onLost - Called if another node turns out to have the room.
 * @throws {AppError} ROOM_ELSEWHERE, CLUSTER_UNAVAILABLE, SHUTTING_DOWN.
 */
export async function claimRoom(
  directory: RoomDirectory,
  roomId: string,
  onLost: () => void,
): Promise<RoomClaim> {
  const claim = await directory.claim(roomId, onLost);
  if (claim === 'elsewhere') {
    throw roomElsewhere(roomId);
  }
  if (claim === 'unavailable') {
    throw new AppError(
      roomErrors.CLUSTER_UNAVAILABLE,
      'the directory of the cluster (cluster.redis) does not answer, or has lost its data a moment ago; try again later',
      { retryAfter: CLUSTER_RETRY },
    );
  }
  if (claim === 'draining') {
    throw new AppError(
      coreErrors.SHUTTING_DOWN,
      'the server is stopping and opens no further room; connect again',
    );
  }
  return claim;
}

/** The failure to have a room here that another node has. */
export function roomElsewhere(roomId: string): AppError {
  return new AppError(
    roomErrors.ROOM_ELSEWHERE,
    `the room ${JSON.stringify(roomId)} is at another node of the cluster; connect again`,
  );
}
