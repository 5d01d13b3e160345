import { chatErrors } from '../../chat/errors.ts';
import { AppError } from '../../core/errors.ts';

/** The id of a room in a path; undefined where no room can have it. */
export function numberIn(text: string): number | undefined {
  const id = /^\d{1,16}$/.test(text) ? Number(text) : 0;
  return id >= 1 && id <= Number.MAX_SAFE_INTEGER ? id : undefined;
}

/**
 * Reads the id of a room from a path.
 *
 * @throws {AppError} CHAT_ROOM_NOT_FOUND when no room can have it.
 */
export function roomIdOf(text: string): number {
  const id = numberIn(text);
  if (id === undefined) {
    throw new AppError(
      chatErrors.CHAT_ROOM_NOT_FOUND,
      `id: expected the id of a room, got ${JSON.stringify(text.slice(0, 60))}`,
    );
  }
  return id;
}
