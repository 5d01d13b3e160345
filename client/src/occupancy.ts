import type { Address } from 'videoconf-sdk/core';

/** The people in a room, as the server tells one who may enter it. */
export type Occupancy = {
  count: number;
  /** The names of a few. */
  names: readonly string[];
  /** The time since which the first of them has been there, ms since the epoch. */
  since?: number;
};

/** The longest that the server may take to answer, ms. */
const ANSWER_TIMEOUT = 10_000;

/** The people in a room; undefined where the server tells of none. */
export async function occupancyOf({
  url,
  roomId,
  peerId,
  token,
}: Address): Promise<Occupancy | undefined> {
  const [room, peer] = [roomId, peerId].map(encodeURIComponent);
  const resource = new URL(
    `rooms/${room}/peers/${peer}/admission`,
    url.replace(/^ws/, 'http'),
  );
  resource.searchParams.set('members', 'true');
  resource.searchParams.set('origin', location.origin);
  try {
    const response = await fetch(resource, {
      headers: token === undefined ? {} : { Authorization: `Bearer ${token}` },
      signal: AbortSignal.timeout(ANSWER_TIMEOUT),
    });
    const { members } = (await response.json()) as { members?: Occupancy };
    return members;
  } catch {
    // One can join without knowing.
    return undefined;
  }
}
