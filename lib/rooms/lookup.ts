import { AppError } from '../core/errors.ts';
import type { Needed } from '../media/mediasoupErrors.ts';
import { roomErrors } from './errors.ts';
import type { Peer } from './Peer.ts';

/** The codes of things that a room or a peer does not have. */
type NotFoundCode = Extract<keyof typeof roomErrors, `${string}_NOT_FOUND`>;

/**
 * Looks up what a peer owns under an id that its client sent.
 *
 * @param code - The error for when there is no such thing.
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

/** The peer that a request is for, which has to stay while it is under way. */
export function present(peer: Peer): Needed {
  return {
    thing: peer,
    code: roomErrors.PEER_CLOSED,
    message: 'the peer left while the request was under way',
  };
}
