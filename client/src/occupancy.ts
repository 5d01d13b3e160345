import { askAdmission } from 'videoconf-sdk/core';
import type { Address } from 'videoconf-sdk/core';

/** The people in a room, as the server tells one who may enter it. */
export type Occupancy = {
  count: number;
  /** The names of a few. */
  names: readonly string[];
  /** The time since which the first of them has been there, ms since the epoch. */
  since?: number;
};

/** The people in a room; undefined where the server tells of none. */
export async function occupancyOf(
  address: Address,
): Promise<Occupancy | undefined> {
  try {
    const { reply } = await askAdmission(address, { members: 'true' });
    return (reply as { members?: Occupancy }).members;
  } catch {
    // One can join without knowing.
    return undefined;
  }
}
