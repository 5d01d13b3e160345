import { AppError } from '../core/errors.ts';
import type { ErrorSpec } from '../core/errors.ts';
import { roomErrors } from '../rooms/errors.ts';
import type {
  MessageDraft,
  RoomRecord,
  RoomRecords,
} from '../rooms/RoomRecords.ts';
import { storeErrors } from '../store/errors.ts';
import type { ChatRooms } from './ChatRooms.ts';
import { chatErrors } from './errors.ts';
import { lastingRoomIdOf } from './liveRoomIds.ts';

/** The records of live rooms that belong to lasting ones. */
export class ChatRecords implements RoomRecords {
  readonly #rooms: ChatRooms;

  constructor(rooms: ChatRooms) {
    this.#rooms = rooms;
  }

  async find(liveRoomId: string): Promise<RoomRecord> {
    const roomId = lastingRoomIdOf(liveRoomId);
    if (roomId === undefined) {
      throw notFound(liveRoomId);
    }
    try {
      await this.#rooms.get(roomId);
    } catch (error) {
      throw translated(error, notFound(liveRoomId));
    }
    return { keep: (draft) => this.#keep(roomId, draft) };
  }

  async #keep(
    roomId: number,
    { peerId, userId, content, echo }: MessageDraft,
  ): Promise<void> {
    try {
      await this.#rooms.post(roomId, Number(userId), content, { peerId, echo });
    } catch (error) {
      throw translated(
        error,
        new AppError(
          roomErrors.ROOM_CLOSED,
          'the room or the account was deleted; the message was not sent',
        ),
      );
    }
  }
}

/** A failure of the store or of a lasting room, in the terms of live rooms. */
function translated(error: unknown, gone: AppError): unknown {
  if (isOf(error, chatErrors.CHAT_ROOM_NOT_FOUND)) {
    return gone;
  }
  if (isOf(error, storeErrors.STORE_UNAVAILABLE)) {
    return new AppError(roomErrors.RECORD_UNAVAILABLE, error.message, {
      cause: error,
    });
  }
  return error;
}

function isOf(error: unknown, { code }: ErrorSpec): error is AppError {
  return error instanceof AppError && error.code === code;
}

function notFound(liveRoomId: string): AppError {
  return new AppError(
    roomErrors.ROOM_NOT_FOUND,
    `there is no room ${JSON.stringify(liveRoomId)}; it was never made, or was deleted`,
  );
}
