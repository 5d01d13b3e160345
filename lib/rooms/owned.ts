import { RoomError } from '../errors.ts';
import type { ErrorCode } from '../errors.ts';
import type { Needed } from '../media/refusal.ts';
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

/** The peer that a request is for, which has to stay while it is under way. */
export function present(peer: Peer): Needed {
  return {
    thing: peer,
    code: 'PEER_CLOSED',
    message: 'the peer left while the request was under way',
  };
}
