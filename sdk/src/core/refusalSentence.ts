import type { RefusalCode } from './Refusal.ts';

/** Refusals in words that say what a user can do; final ones first. */
export const REFUSAL_SENTENCES = {
  TOKEN_MISSING:
    'This server requires a personal invitation link. Ask the person who invited you for one.',
  TOKEN_EXPIRED: 'Your link has expired. Ask for a new one.',
  TOKEN_INVALID: 'Your link is not valid on this server. Ask for a new one.',
  TOKEN_TYPE_WRONG:
    'Your link does not contain a token for joining. Ask for a new one.',
  FORBIDDEN: 'Your link is for another room. Ask for one to this room.',
  BANNED:
    'A moderator has banned you from this room, or someone else in your network. Ask a person inside if that was a mistake.',
  REMOVED:
    'A moderator removed you from the room. Ask them if that was a mistake.',
  ORIGIN_REFUSED:
    'The server does not accept connections from this address, {origin}. Ask its operator to add the address to access.origins, or to check the proxy settings.',
  VALIDATION_ERROR:
    'The server does not accept this room name or your name. Try another one.',
  ROOM_LOCKED:
    'The room is locked. Ask someone inside to unlock it, then try again.',
  ROOM_FULL: 'The room is full. Try again when someone has left.',
  NOT_FOUND:
    'There is no Atrium server at this address. Check that the address is complete.',
  ROOM_NOT_FOUND: 'This room no longer exists. Ask for a link to another one.',
  RESUME_REFUSED: 'You are no longer in the room. Join again.',
  MEDIA_REJECTED:
    'The server does not support the audio and video of this browser. Try another one.',
  WEBSOCKETS_UNAVAILABLE:
    'This browser does not allow the page to open a WebSocket, which it needs to reach the server. Check its settings and extensions, or try another browser.',
  TOKEN_NOT_YET_VALID:
    'Your link is not valid yet. If it should be, the clock of the server, or of the service that issued the link, is wrong.',
  LIMIT_REACHED: 'Too many people are connecting from your network right now.',
  SERVER_FULL: 'The server is full right now.',
  SHUTTING_DOWN: 'The server is restarting.',
  USERS_UNAVAILABLE: 'The server cannot verify your identity right now.',
  RECORD_UNAVAILABLE: 'The server cannot look up this room right now.',
  CLUSTER_UNAVAILABLE: 'The server cannot open rooms right now.',
  ROOM_ELSEWHERE: 'The room is on another server now.',
  ROOM_UNREACHABLE: 'The server of this room does not answer right now.',
  NO_WORKER: 'The server cannot process audio and video right now.',
  MEDIA_RESET: 'The server is setting up audio and video again.',
  ROOM_CLOSED: 'The room has just closed.',
  PEER_CLOSED: 'Your connection was replaced by another one.',
  INTERNAL_ERROR:
    'An internal error occurred on the server. Its log has the details.',
  WEBSOCKETS_BLOCKED:
    'The server responds, but WebSocket connections do not reach it. A proxy in front of the server or in this network may be blocking them.',
} as const satisfies Partial<Record<RefusalCode, string>>;

/** A refusal in words for the user; other codes have the words of the server. */
export function refusalSentence({
  code,
  message,
}: {
  code: string;
  message: string;
}): string {
  const sentence = Object.hasOwn(REFUSAL_SENTENCES, code)
    ? REFUSAL_SENTENCES[code as keyof typeof REFUSAL_SENTENCES]
    : undefined;
  return (sentence ?? message).replace('{origin}', location.origin);
}
