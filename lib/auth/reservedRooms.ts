/** The first part of each id that a contract gives to the rooms of its records. */
export const RESERVED_PREFIXES = ['chat-', 'call-', 'session-'] as const;

/** Those of contracts that have more of such a room in one process. */
const BOUND_PREFIXES = ['call-', 'session-'] as const;

/**
 * Tells if a room's id belongs to the record of a contract. Only a grant of that
 * contract opens such a room, and no client creates one.
 */
export function isReserved(roomId: string): boolean {
  return RESERVED_PREFIXES.some((prefix) => roomId.startsWith(prefix));
}

/**
 * Tells if a room opens at whichever node of a cluster its first member reaches: all
 * that its contract has of it beside the live room is in the database.
 */
export function opensAnywhere(roomId: string): boolean {
  return !BOUND_PREFIXES.some((prefix) => roomId.startsWith(prefix));
}
