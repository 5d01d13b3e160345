import { EventEmitter } from 'node:events';

import { AwaitQueue } from 'awaitqueue';

import { AppError } from '../core/errors.ts';
import type {
  MessageRange,
  MessageRecord,
  Messages,
  RoomFilter,
  RoomRecord,
  Rooms,
  RoomType,
} from '../store/Store.ts';
import { chatErrors } from './errors.ts';

interface ChatEvents {
  /** A message was stored; emitted in the order of the ids of each room. */
  message: [roomId: number, message: MessageRecord];
  /** A room was deleted. */
  roomDeleted: [roomId: number];
}

/** Lasting rooms with their messages. */
export class ChatRooms extends EventEmitter<ChatEvents> {
  readonly #rooms: Rooms;
  readonly #messages: Messages;
  /** Writes under way, by room. */
  readonly #writes = new Map<number, AwaitQueue>();

  constructor(rooms: Rooms, messages: Messages) {
    super();
    this.#rooms = rooms;
    this.#messages = messages;
  }

  /** The rooms of a selection, in the order of their ids. */
  list(
    filter: RoomFilter,
    page?: { limit: number; offset: number },
  ): Promise<RoomRecord[]> {
    return this.#rooms.list(filter, page);
  }

  /** Counts the rooms of a selection. */
  count(filter: RoomFilter): Promise<number> {
    return this.#rooms.count(filter);
  }

  create(room: {
    name: string;
    description: string;
    type: RoomType;
    creatorId: number;
  }): Promise<RoomRecord> {
    return this.#rooms.create(room);
  }

  /** @throws {AppError} CHAT_ROOM_NOT_FOUND. */
  async get(roomId: number): Promise<RoomRecord> {
    return found(await this.#rooms.get(roomId), roomId);
  }

  /** @throws {AppError} CHAT_ROOM_NOT_FOUND, NOT_THE_CREATOR. */
  async update(
    roomId: number,
    userId: number,
    change: { name?: string | undefined; description?: string | undefined },
  ): Promise<RoomRecord> {
    await this.#requireCreator(roomId, userId, 'update');
    return found(await this.#rooms.update(roomId, change), roomId);
  }

  /** @throws {AppError} CHAT_ROOM_NOT_FOUND, NOT_THE_CREATOR. */
  async delete(roomId: number, userId: number): Promise<void> {
    await this.#requireCreator(roomId, userId, 'delete');
    if (await this.#rooms.delete(roomId)) {
      this.emit('roomDeleted', roomId);
    }
  }

  /**
   * Messages of a room, the oldest first.
   *
   * @throws {AppError} CHAT_ROOM_NOT_FOUND.
   */
  async messages(
    roomId: number,
    range: MessageRange,
  ): Promise<MessageRecord[]> {
    await this.get(roomId);
    return this.#messages.list(roomId, range);
  }

  /**
   * Stores a message, and emits it once it is on disk. Messages of a room are
   * stored and emitted one after the other, so that all see the same order.
   *
   * @throws {AppError} CHAT_ROOM_NOT_FOUND, also for a deleted user.
   */
  async post(
    roomId: number,
    userId: number,
    content: string,
  ): Promise<MessageRecord> {
    let queue = this.#writes.get(roomId);
    if (queue === undefined) {
      queue = new AwaitQueue();
      this.#writes.set(roomId, queue);
    }
    try {
      return await queue.push(async () => {
        const message = found(
          await this.#messages.add(roomId, userId, content),
          roomId,
        );
        this.emit('message', roomId, message);
        return message;
      });
    } finally {
      if (queue.size === 0 && this.#writes.get(roomId) === queue) {
        this.#writes.delete(roomId);
      }
    }
  }

  async #requireCreator(
    roomId: number,
    userId: number,
    action: 'update' | 'delete',
  ): Promise<void> {
    const { creator } = await this.get(roomId);
    if (creator.id !== userId) {
      throw new AppError(
        chatErrors.NOT_THE_CREATOR,
        `the room ${roomId} was created by another user, who alone can ${action} it`,
      );
    }
  }
}

/** @throws {AppError} CHAT_ROOM_NOT_FOUND. */
function found<Found>(it: Found | undefined, roomId: number): Found {
  if (it === undefined) {
    throw new AppError(
      chatErrors.CHAT_ROOM_NOT_FOUND,
      `there is no room ${roomId}`,
    );
  }
  return it;
}
