/** Matches any text in a pattern, the empty one included. */
const WILDCARD = '*';

/**
 * Tells if a room's id fits a pattern such as `team-*`. Each part between two
 * wildcards is taken where it comes first and never again, so the time grows
 * with the lengths and no pattern can make it explode.
 */
export function fitsPattern(roomId: string, pattern: string): boolean {
  const [first = '', ...rest] = pattern.split(WILDCARD);
  const last = rest.pop();
  if (last === undefined) {
    return roomId === pattern;
  }
  if (!roomId.startsWith(first)) {
    return false;
  }
  let position = first.length;
  for (const part of rest) {
    const found = roomId.indexOf(part, position);
    if (found === -1) {
      return false;
    }
    position = found + part.length;
  }
  return roomId.length - position >= last.length && roomId.endsWith(last);
}
