import type { Caller } from '../../lib/calls/types.ts';

/** A user who may be in calls. */
export function userCaller(
  userId: string,
  role = 'user',
): Caller & { userId: string } {
  return {
    key: `user:${userId}`,
    userId,
    guestId: undefined,
    username: `Name of ${userId}`,
    role,
    conversationId: undefined,
  };
}

/** A guest of a conversation. */
export function guestIn(
  conversationId: string,
  guestId = 'a'.repeat(24),
): Caller {
  return {
    key: `guest:${guestId}`,
    userId: undefined,
    guestId,
    username: 'Guest',
    role: 'guest',
    conversationId,
  };
}
