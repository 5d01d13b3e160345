import type { RoomRegistry } from '../rooms/RoomRegistry.ts';
import type { ChatRooms } from './ChatRooms.ts';
import { liveRoomIdOf } from './liveRoomIds.ts';

/**
 * Sends the messages of lasting rooms to the members of their live rooms, and
 * closes a live room when its lasting one is deleted.
 */
export function relayToLiveRooms(
  chatRooms: ChatRooms,
  registry: RoomRegistry,
): void {
  chatRooms.on('message', (roomId, { createdAt, user, ...message }, sender) => {
    const room = registry.rooms.get(liveRoomIdOf(roomId));
    if (room === undefined) {
      return;
    }
    const peer = room.peers.get(sender?.peerId ?? '');
    room.broadcast.toAll(
      {
        type: 'keptMessage',
        from: peer?.id ?? String(user.id),
        message: { ...message, author: user, createdAt: createdAt.getTime() },
      },
      sender?.echo === false ? peer : undefined,
    );
  });
  chatRooms.on('roomDeleted', (roomId) => {
    registry.closeDeleted(liveRoomIdOf(roomId));
  });
}
