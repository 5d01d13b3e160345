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

/**
 * The ways that media may take: that over TURN servers alone where the page's
 * own address has `relay`, to see whether it works.
 */
export function policyFromAddress(): RTCIceTransportPolicy {
  return new URLSearchParams(location.search).has('relay') ? 'relay' : 'all';
}

/** The address that brings this browser back, the way it came. */
export function ownLink(roomId: string): string {
  const link = roomLink(roomId);
  return policyFromAddress() === 'relay' ? `${link}&relay` : link;
}
