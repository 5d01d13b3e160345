import type { Grants } from '../auth/Grants.ts';
import type { KnownClient } from './KnownClient.ts';
import type { Room } from './Room.ts';

/** Most members that are named. */
const MOST_NAMED = 5;

/** The members of a room, for a client that is about to enter. Plain data. */
export interface Occupancy {
  count: number;
  /** The names of those who have been in it the longest. */
  names: string[];
  /** The time since which they have been in it, ms since the epoch. */
  since: number | undefined;
}

/**
 * The members of a room besides one peer, as far as a client may know of them: it
 * must be able to enter at once, past a lock and a lobby.
 */
export function occupancyFor(
  room: Room,
  peerId: string,
  client: KnownClient,
  { moderate, subscribe }: Pick<Grants, 'moderate' | 'subscribe'>,
): Occupancy | undefined {
  const isKeptOut =
    !subscribe ||
    (room.settings.locked && !moderate.includes('lock')) ||
    (room.lobby.enabled && !moderate.includes('lobby')) ||
    room.bans.keepsOut(client);
  if (isKeptOut) {
    return undefined;
  }
  const members = [...room.peers.values()]
    .filter(({ id }) => id !== peerId)
    .toSorted((a, b) => a.joinedAt - b.joinedAt);
  return {
    count: members.length,
    names: members.slice(0, MOST_NAMED).map(({ displayName }) => displayName),
    since: members[0]?.joinedAt,
  };
}
