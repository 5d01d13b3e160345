import { setTimeout } from 'node:timers/promises';

import { AwaitQueue } from 'awaitqueue';

import type { NodeBus, NodePeer } from '../cluster/NodeBus.ts';
import { AppError } from '../core/errors.ts';
import { Logger } from '../core/logger.ts';
import type { RoomRegistry } from '../rooms/RoomRegistry.ts';
import type { ChatRooms } from './ChatRooms.ts';
import { chatErrors } from './errors.ts';
import { lastingRoomIdOf, liveRoomIdOf } from './liveRoomIds.ts';

const logger = new Logger('chat');

/** The time until the store is asked again after a failure, ms. */
const RETRY_DELAY = 5_000;

/** A message between two servers. */
type Message =
  /** The first one of a link: all deletions that follow are told. */
  | { readonly type: 'linked' }
  | { readonly type: 'deleted'; readonly roomId: number };

/**
 * Closes the live rooms here whose lasting ones are deleted at other nodes, and tells
 * those of what is deleted here. What was deleted while there was no link is looked up
 * in the store when there is one again.
 */
export function shareDeletions(
  chatRooms: ChatRooms,
  registry: RoomRegistry,
  bus: NodeBus,
): void {
  const peers = new Set<NodePeer>();
  /** The look at the store under way, and one that waits for all who need a later one. */
  const looks = new AwaitQueue();
  chatRooms.on('roomDeleted', (roomId) => {
    peers.forEach((peer) => send(peer, { type: 'deleted', roomId }));
  });
  bus.serve('chat', (peer) => {
    peers.add(peer);
    send(peer, { type: 'linked' });
    return {
      receive: (received) => {
        // Nodes trust each other.
        const message = received as Message;
        if (message.type === 'deleted') {
          registry.closeDeleted(liveRoomIdOf(message.roomId));
        } else if (looks.size < 2) {
          void looks.push(async () => {
            while (
              peers.size > 0 &&
              !(await closeDeleted(chatRooms, registry))
            ) {
              await setTimeout(RETRY_DELAY, undefined, { ref: false });
            }
          });
        }
      },
      closed: () => peers.delete(peer),
    };
  });
}

/**
 * Closes the live rooms whose lasting ones are not in the store. While that is away, they
 * stay, and no message can be sent in them. Never rejects.
 *
 * @returns False if the store has not answered for all of them.
 */
async function closeDeleted(
  chatRooms: ChatRooms,
  registry: RoomRegistry,
): Promise<boolean> {
  // One after another, so that the store serves others meanwhile.
  for (const liveRoomId of Array.from(registry.rooms.keys())) {
    const roomId = lastingRoomIdOf(liveRoomId);
    // Rooms close meanwhile, all of them where the server stops.
    if (roomId === undefined || !registry.rooms.has(liveRoomId)) {
      continue;
    }
    try {
      await chatRooms.get(roomId);
    } catch (error) {
      if (isNotFound(error)) {
        registry.closeDeleted(liveRoomId);
      } else {
        logger.warn('cannot look for deleted rooms, tries again: %s', error);
        return false;
      }
    }
  }
  return true;
}

function isNotFound(error: unknown): boolean {
  return (
    error instanceof AppError &&
    error.code === chatErrors.CHAT_ROOM_NOT_FOUND.code
  );
}

function send(peer: NodePeer, message: Message): void {
  peer.send(message);
}
