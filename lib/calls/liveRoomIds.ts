import type { CallerIds } from './types.ts';

/** The ids of calls, participants and conversations. */
export const CALL_ID = /^[\da-f]{24}$/;

const PREFIX = 'call-';

/** The id of the live room that carries a call's media in mode `sfu`. */
export function liveRoomIdOf(callId: string): string {
  return `${PREFIX}${callId}`;
}

/** The id of the call whose media a live room carries, if it does. */
export function callIdOf(liveRoomId: string): string | undefined {
  const id = liveRoomId.slice(PREFIX.length);
  return liveRoomId.startsWith(PREFIX) && CALL_ID.test(id) ? id : undefined;
}

/** The id by which live rooms know a caller. */
export function roomUserIdOf({ userId, guestId, key }: CallerIds): string {
  return userId ?? guestId ?? key;
}
