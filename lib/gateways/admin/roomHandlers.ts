import type { ApiClient } from '../../auth/ApiKeyAuthenticator.ts';
import { firstAfter } from '../../core/sorting.ts';
import type { RouteHandlers } from '../../http/RouteSpec.ts';
import type { Room } from '../../rooms/Room.ts';
import type { RoomRegistry } from '../../rooms/RoomRegistry.ts';
import { actorOf } from './actorOf.ts';
import { page, pageIn } from './paging.ts';
import type { roomRoutes } from './roomRoutes.ts';
import { shownRoom } from './show.ts';

type Handlers = RouteHandlers<
  { routes: typeof roomRoutes; error: never },
  ApiClient
>;

/** The functions that serve rooms. */
export function roomHandlers(registry: RoomRegistry): Handlers {
  return {
    listServerRooms({ query }) {
      const request = pageIn(query);
      const { prefix = '' } = query;
      const rooms = Array.from(registry.rooms.values()).filter(({ id }) =>
        id.startsWith(prefix),
      );
      const found = firstAfter(rooms, idOf, request.after, request.limit + 1);
      return { status: 200, body: page(request, found, idOf, shownRoom) };
    },

    showServerRoom({ parameters: { roomId } }) {
      return { status: 200, body: shownRoom(registry.get(roomId)) };
    },

    closeServerRoom({ user, parameters: { roomId } }) {
      registry.get(roomId).moderationBy(actorOf(user)).closeRoom();
      return { status: 204 };
    },
  };
}

function idOf({ id }: Room): string {
  return id;
}
