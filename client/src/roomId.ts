/** The longest name of a room, in UTF-16 units. */
export const MAX_ROOM_ID = 128;

/** Invisible characters, which the server refuses in a room's name. */
const UNSEEN = /[\p{C}\p{Z}\p{Default_Ignorable_Code_Point}\u2800\uFFFD]/u;

/** A room's name as the server knows it: composed, whatever the keyboard. */
export function roomIdOf(text: string): string {
  return text.normalize('NFC');
}

/** A room's name made of a text that a user typed: "Winter garden" is `winter-garden`. */
export function roomIdFrom(text: string): string {
  const words = text.replaceAll(/[\p{Z}\s]+/gu, ' ').trim();
  const seen = words.toLowerCase().replaceAll(' ', '-');
  return roomIdOf(seen.replaceAll(new RegExp(UNSEEN, 'gu'), ''));
}

/** The fault of a room's name that the server will not take. */
export type RoomIdProblem = 'missing' | 'tooLong' | 'unseen';

/** Finds the fault of a room's name; undefined for 1 to 128 visible characters. */
export function roomIdProblem(roomId: string): RoomIdProblem | undefined {
  if (roomId === '') {
    return 'missing';
  }
  if (roomId.length > MAX_ROOM_ID) {
    return 'tooLong';
  }
  return UNSEEN.test(roomId) ? 'unseen' : undefined;
}
