import type { RoomRegistry } from '../../rooms/RoomRegistry.ts';
import { actorOf } from './actorOf.ts';
import { pageAmong } from './paging.ts';
import type { ApiHandlers } from './routeParts.ts';
import type { subscriptionRoutes } from './subscriptionRoutes.ts';

/** The functions that serve subscriptions. */
export function subscriptionHandlers(
  registry: RoomRegistry,
): ApiHandlers<typeof subscriptionRoutes> {
  return {
    listServerSubscriptions({ parameters: { roomId, peerId }, query }) {
      const room = registry.get(roomId);
      const { reception } = room.member(peerId);
      const others = Array.from(room.peers.keys()).filter(
        (id) => id !== peerId,
      );
      const body = pageAmong(
        query,
        others,
        (id) => id,
        (id) => ({ peerId: id, sources: reception.sourcesOf(id) }),
      );
      return { status: 200, body };
    },

    setServerSubscription({ user, parameters, body: { sources } }) {
      const { roomId, peerId, fromId } = parameters;
      const room = registry.get(roomId);
      room.moderationBy(actorOf(user)).chooseReceived(peerId, fromId, sources);
      const { reception } = room.member(peerId);
      return {
        status: 200,
        body: { peerId: fromId, sources: reception.sourcesOf(fromId) },
      };
    },
  };
}
