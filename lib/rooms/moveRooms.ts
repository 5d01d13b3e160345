import { setTimeout as delay } from 'node:timers/promises';

import { opensAnywhere } from '../auth/reservedRooms.ts';
import type { RoomDirectory } from '../cluster/RoomDirectory.ts';
import type { RoomRegistry } from './RoomRegistry.ts';

/** The longest time for a room to open at another node before the next one closes, ms. */
const MOVE_TIMEOUT = 3_000;

/** The time between two looks for its new home, ms. */
const POLL_INTERVAL = 100;

/**
 * Closes the rooms of a node that drains, one after another, so that their clients open
 * them at other nodes. It waits while no other node opens rooms. The rooms of contracts
 * that have more of them in this process go on, and so do those that were created on
 * request, which no join opens again. Never rejects.
 *
 * @param hasOthers - Tells if another node opens rooms.
 * @param deadline - The time at which the node stops, ms since the epoch.
 * @param signal - Ends it: the rooms that are left close with the node.
 */
export async function moveRooms(
  registry: RoomRegistry,
  directory: RoomDirectory,
  hasOthers: () => boolean,
  deadline: number,
  signal: AbortSignal,
): Promise<void> {
  const rooms = Array.from(registry.rooms.values()).filter(
    ({ id }) => opensAnywhere(id) && !registry.isCreated(id),
  );
  for (const [index, room] of rooms.entries()) {
    while (!signal.aborted && !hasOthers()) {
      await pause(signal);
    }
    if (signal.aborted) {
      return;
    }
    if (room.closed) {
      continue;
    }
    room.close('restart');
    const share = (deadline - Date.now()) / (rooms.length - index);
    const until = performance.now() + Math.min(MOVE_TIMEOUT, share);
    while (
      !signal.aborted &&
      performance.now() < until &&
      !(await directory.isElsewhere(room.id))
    ) {
      await pause(signal);
    }
  }
}

async function pause(signal: AbortSignal): Promise<void> {
  await delay(POLL_INTERVAL, undefined, { signal }).catch(() => undefined);
}
