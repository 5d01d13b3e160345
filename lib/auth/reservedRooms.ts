/** The first part of each id that a contract gives to the rooms of its records. */
export const RESERVED_PREFIXES = ['chat-', 'call-', 'session-'] as const;

/**
 * Tells if a room's id belongs to the record of a contract. Only a grant of that
 * contract opens such a room, and no client creates one.
 */
export function isReserved(roomId: string): boolean {
  return RESERVED_PREFIXES.some((prefix) => roomId.startsWith(prefix));
}
