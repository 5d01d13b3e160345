import type { Live } from '../../core/Live.ts';
import type {
  AnyRoom,
  ProvisionedRooms,
} from '../../provisioning/ProvisionedRooms.ts';
import type { RoomsOptions } from '../../rooms/options.ts';
import type { RoomRegistry } from '../../rooms/RoomRegistry.ts';
import { actorOf } from './actorOf.ts';
import type { ApiAudit } from './ApiAudit.ts';
import { etagOf, requireMatch } from './etag.ts';
import { page, pageIn } from './paging.ts';
import type { roomRoutes } from './roomRoutes.ts';
import type { ApiHandlers } from './routeParts.ts';
import { roomState, shownRoom } from './show.ts';

/** The functions that serve rooms. */
export function roomHandlers(
  rooms: ProvisionedRooms,
  registry: RoomRegistry,
  options: Live<RoomsOptions>,
  audit: ApiAudit,
): ApiHandlers<typeof roomRoutes> {
  const show = (room: AnyRoom) => shownRoom(room, options.maxPeers);
  const tagOf = (room: AnyRoom) => etagOf(roomState(room, options.maxPeers));
  const shown = (room: AnyRoom) => ({
    body: show(room),
    headers: { ETag: tagOf(room) },
  });

  return {
    async listServerRooms({ query }) {
      const request = pageIn(query);
      const { prefix = '', open } = query;
      const found = await rooms.list({
        after: request.after,
        prefix,
        open: open && open === 'true',
        limit: request.limit + 1,
      });
      return { status: 200, body: page(request, found, idOf, show) };
    },

    async createServerRoom({ user, body: { roomId: id, ...wanted } }) {
      const room = await rooms.create({ id, ...wanted, by: actorOf(user) });
      const details = roomState(room, options.maxPeers);
      audit.record(user, 'createRoom', { roomId: room.id, details });
      return { status: 201, ...shown(room) };
    },

    async showServerRoom({ parameters: { roomId } }) {
      return { status: 200, ...shown(await rooms.get(roomId)) };
    },

    async updateServerRoom({ user, headers, parameters: { roomId }, body }) {
      const room = await rooms.update(roomId, body, actorOf(user), (before) =>
        requireMatch(headers, tagOf(before)),
      );
      const { locked: _locked, lobby: _lobby, ...others } = body;
      // The lock and the lobby of an open room are acts of moderation of their own.
      const details = room.room === undefined ? body : others;
      if (Object.keys(details).length > 0) {
        audit.record(user, 'updateRoom', { roomId, details });
      }
      return { status: 200, ...shown(room) };
    },

    async deleteServerRoom({ user, parameters: { roomId } }) {
      await rooms.delete(roomId);
      audit.record(user, 'deleteRoom', { roomId });
      return { status: 204 };
    },

    sendServerData({ user, parameters: { roomId }, body: { data, to } }) {
      registry.get(roomId).send(data, to);
      audit.record(user, 'sendData', { roomId, details: { to } });
      return { status: 204 };
    },

    closeServerRoom({ user, parameters: { roomId } }) {
      registry.get(roomId).moderationBy(actorOf(user)).closeRoom();
      return { status: 204 };
    },
  };
}

function idOf({ id }: AnyRoom): string {
  return id;
}
