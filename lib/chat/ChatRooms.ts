import { EventEmitter } from 'node:events';

import { AwaitQueue } from 'awaitqueue';

import { AppError, coreErrors } from '../core/errors.ts';
import type {
  MessageRange,
  MessageRecord,
  Messages,
  NewRoom,
  RoomFilter,
  RoomRecord,
  Rooms,
} from '../store/Store.ts';
import type { OutboxEvent } from '../store/WebhookStore.ts';
import { requireContent } from './content.ts';
import { chatErrors } from './errors.ts';
import type { ChatOptions } from './options.ts';

/** The member of a live room who sent a message. */
interface Sender {
  readonly peerId: string;
  /** True if the member receives the message as well. */
  readonly echo: boolean;
}

/** The events for backends that a message is, stored together with it. */
type EventsOfMessage = (
  roomId: number,
  message: MessageRecord,
) => readonly OutboxEvent[];

interface ChatEvents {
  /** A message was stored; emitted in the order of the ids of each room. */
  message: [roomId: number, message: MessageRecord, sender: Sender | undefined];
  /** A room was deleted. */
  roomDeleted: [roomId: number];
}

/** Lasting rooms with their messages. */
export class ChatRooms extends EventEmitter<ChatEvents> {
  readonly #rooms: Rooms;
  readonly #messages: Messages;
  readonly #options: () => ChatOptions;
  readonly #eventsOf: EventsOfMessage | undefined;
  /** Writes under way, by room. */
  readonly #writes = new Map<number, AwaitQueue>();

  constructor(
    rooms: Rooms,
    messages: Messages,
    options: () => ChatOptions,
    eventsOf?: EventsOfMessage,
  ) {
    super();
    this.#rooms = rooms;
    this.#messages = messages;
    this.#options = options;
    this.#eventsOf = eventsOf;
  }

  /** The most entries of a list, if a client asks for so many or for all. */
  atMost(limit = Infinity): number {
    return Math.min(limit, this.#options().listedEntries);
  }

  /** The rooms of a selection, in the order of their ids. */
  list(
    filter: RoomFilter,
    { limit, offset = 0 }: { limit?: number; offset?: number } = {},
  ): Promise<RoomRecord[]> {
    return this.#rooms.list(this.#bounded(filter), {
      limit: this.atMost(limit),
      offset,
    });
  }

  /** Counts the rooms of a selection. */
  count(filter: RoomFilter): Promise<number> {
    return this.#rooms.count(this.#bounded(filter));
  }

  /** @throws {AppError} LIMIT_REACHED when the creator has too many. */
  async create(room: NewRoom): Promise<RoomRecord> {
    const { roomsPerUser } = this.#options();
    const created = await this.#rooms.create(room, roomsPerUser);
    if (created === undefined) {
      throw new AppError(
        coreErrors.LIMIT_REACHED,
        `chat.roomsPerUser: expected at most ${roomsPerUser} rooms of one user, and that many exist; delete some`,
        { option: 'chat.roomsPerUser' },
      );
    }
    return created;
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
    return this.#messages.list(roomId, {
      ...range,
      limit: this.atMost(range.limit),
      searched: this.#options().searchedMessages,
    });
  }

  /**
   * Stores a message, and emits it once it is on disk. Messages of a room are
   * stored and emitted one after the other, so that all see the same order.
   *
   * @throws {AppError} VALIDATION_ERROR; CHAT_ROOM_NOT_FOUND, also for a
   *   deleted user.
   */
  async post(
    roomId: number,
    userId: number,
    content: string,
    sender?: Sender,
  ): Promise<MessageRecord> {
    requireContent(content);
    let queue = this.#writes.get(roomId);
    if (queue === undefined) {
      queue = new AwaitQueue();
      this.#writes.set(roomId, queue);
    }
    try {
      return await queue.push(async () => {
        const message = found(
          await this.#messages.add(
            roomId,
            userId,
            content,
            (stored) => this.#eventsOf?.(roomId, stored) ?? [],
          ),
          roomId,
        );
        this.emit('message', roomId, message, sender);
        return message;
      });
    } finally {
      if (queue.size === 0 && this.#writes.get(roomId) === queue) {
        this.#writes.delete(roomId);
      }
    }
  }

  #bounded(filter: RoomFilter): RoomFilter {
    return { ...filter, searched: this.#options().searchedRooms };
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
