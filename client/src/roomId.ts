const MAX_LENGTH = 128;

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

/**
 * A hint about a room's name that the server will not take; undefined for 1 to
 * 128 characters.
 */
export function roomIdProblem(roomId: string): string | undefined {
  if (roomId === '') {
    return 'Enter a name for the room.';
  }
  if (roomId.length > MAX_LENGTH) {
    return `Use at most ${MAX_LENGTH} characters; this is ${roomId.length}.`;
  }
  return UNSEEN.test(roomId)
    ? 'This name contains an invisible character. Type it again.'
    : undefined;
}
