const MAX_LENGTH = 128;

/** Invisible characters, which the server refuses in a room's name. */
const UNSEEN = /[\p{C}\p{Z}\p{Default_Ignorable_Code_Point}\u2800\uFFFD]/u;

/** A room's name as the server knows it: composed, whatever the keyboard. */
export function roomIdOf(text: string): string {
  return text.normalize('NFC');
}

/**
 * A hint about a room's name that the server will not take; undefined for 1 to
 * 128 characters that can all be seen.
 */
export function roomIdProblem(roomId: string): string | undefined {
  if (roomId === '') {
    return 'Enter a name for the room.';
  }
  if (roomId.length > MAX_LENGTH) {
    return `Use at most ${MAX_LENGTH} characters; this is ${roomId.length}.`;
  }
  if (/\s/.test(roomId)) {
    const suggestion = roomId.trim().replace(/\s+/g, '-');
    return `Room names have no spaces. How about “${suggestion}”?`;
  }
  if (UNSEEN.test(roomId)) {
    return 'This name contains an invisible character. Type it again.';
  }
  return undefined;
}
