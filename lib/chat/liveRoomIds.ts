const LIVE_ROOM_ID = /^chat-([1-9]\d{0,15})$/;

/** The id of the live room of a lasting one. */
export function liveRoomIdOf(roomId: number): string {
  return `chat-${roomId}`;
}

/** The lasting room that a live one belongs to; undefined if it belongs to none. */
export function lastingRoomIdOf(liveRoomId: string): number | undefined {
  const id = Number(LIVE_ROOM_ID.exec(liveRoomId)?.[1]);
  return Number.isSafeInteger(id) ? id : undefined;
}
