import type { WaitingInfo } from '../../rooms/events.ts';
import type { RoomRegistry } from '../../rooms/RoomRegistry.ts';
import { actorOf } from './actorOf.ts';
import { pageAmong } from './paging.ts';
import type { ApiHandlers } from './routeParts.ts';
import type { waitingRoutes } from './waitingRoutes.ts';

/** The functions that serve lobbies. */
export function waitingHandlers(
  registry: RoomRegistry,
): ApiHandlers<typeof waitingRoutes> {
  return {
    listServerWaiting({ parameters: { roomId }, query }) {
      const { waiting } = registry.get(roomId).lobby;
      return { status: 200, body: pageAmong(query, waiting, idOf, shown) };
    },

    admitServerWaiting({ user, parameters: { roomId, peerId } }) {
      registry.get(roomId).moderationBy(actorOf(user)).admit(peerId);
      return { status: 204 };
    },

    rejectServerWaiting({ user, parameters: { roomId, peerId } }) {
      registry.get(roomId).moderationBy(actorOf(user)).reject(peerId);
      return { status: 204 };
    },
  };
}

function idOf({ peerId }: WaitingInfo): string {
  return peerId;
}

function shown({ peerId, displayName, device, waitingSince }: WaitingInfo) {
  return {
    peerId,
    displayName,
    device,
    waitingSince: new Date(waitingSince).toISOString(),
  };
}
