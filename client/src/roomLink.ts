const MAX_LENGTH = 128;

/**
 * What is wrong with a room name, as a hint for the user; undefined when the
 * server will take it: 1 to 128 characters, no spaces, no control characters.
 */
export function roomIdProblem(roomId: string): string | undefined {
  if (roomId === '') {
    return 'Give the room a name.';
  }
  if (roomId.length > MAX_LENGTH) {
    return `Use at most ${MAX_LENGTH} characters; this is ${roomId.length}.`;
  }
  if (/\s/.test(roomId)) {
    const suggestion = roomId.trim().replace(/\s+/g, '-');
    return `Room names have no spaces. How about “${suggestion}”?`;
  }
  if (/\p{Cc}/u.test(roomId)) {
    return 'There is an invisible control character in this name. Type it anew.';
  }
  return undefined;
}

/** The address that brings others into a room. */
export function roomLink(roomId: string): string {
  return `${location.origin}/?${new URLSearchParams({ room: roomId })}`;
}

/** The room that the page's own address names; empty when it names none. */
export function roomFromAddress(): string {
  return new URLSearchParams(location.search).get('room') ?? '';
}
