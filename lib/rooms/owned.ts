import { RoomError } from '../errors.ts';
import type { ErrorCode } from '../errors.ts';
import type { Peer } from './Peer.ts';

/**
 * What a peer owns under an id that its client named.
 *
 * @param code - The error for when there is no such thing.
 * @throws {RoomError} With the code.
 */
export function lookUp<Owned>(
  owned: ReadonlyMap<string, Owned>,
  id: string,
  code: ErrorCode,
): Owned {
  const found = owned.get(id);
  if (found === undefined) {
    const what = code
      .slice(0, code.indexOf('_NOT_FOUND'))
      .replace('_', ' ')
      .toLowerCase();
    throw new RoomError(
      code,
      `the peer has no ${what} ${JSON.stringify(id.slice(0, 64))}`,
    );
  }
  return found;
}

/**
 * Makes sure that what was opened for a peer can be kept: the peer may have
 * gone meanwhile, and then it is closed again, or the worker has.
 *
 * @throws {RoomError} PEER_CLOSED, MEDIA_RESET.
 */
export function requireOpen(
  peer: Peer,
  opened: { readonly closed: boolean; close(): void },
): void {
  if (peer.closed) {
    opened.close();
    throw new RoomError(
      'PEER_CLOSED',
      'the peer left while the request was under way',
    );
  }
  if (opened.closed) {
    throw new RoomError(
      'MEDIA_RESET',
      'the media worker died while the request was under way; wait for mediaReset, then set up again',
    );
  }
}
