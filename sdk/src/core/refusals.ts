/** A server's refusal to let the user in, in words for the user. */
export interface Refusal {
  text: string;
  /** Another attempt would be refused as well. */
  final: boolean;
}

/** Final refusals, and what a user can do about them. */
const ADVICE: Record<string, string> = {
  TOKEN_MISSING:
    'This server requires a personal invitation link. Ask the person who invited you for one.',
  TOKEN_EXPIRED: 'Your link has expired. Ask for a new one.',
  TOKEN_INVALID: 'Your link is not valid on this server. Ask for a new one.',
  TOKEN_TYPE_WRONG:
    'Your link does not contain a token for joining. Ask for a new one.',
  FORBIDDEN: 'Your link is for another room. Ask for one to this room.',
  ORIGIN_REFUSED:
    'The server does not accept connections from this address, {origin}. Ask its operator to add the address to access.origins, or to check the proxy settings.',
  VALIDATION_ERROR:
    'The server does not accept this room name or your name. Try another one.',
  ROOM_FULL: 'The room is full. Try again when someone has left.',
  NOT_FOUND:
    'There is no Atrium server at this address. Check that the address is complete.',
  ROOM_NOT_FOUND: 'This room no longer exists. Ask for a link to another one.',
  RESUME_REFUSED: 'You are no longer in the room. Join again.',
  MEDIA_REJECTED:
    'The server does not support the audio and video of this browser. Try another one.',
};

/** Temporary refusals, after which the page tries again. */
const PATIENCE: Record<string, string> = {
  TOKEN_NOT_YET_VALID:
    'Your link is not valid yet. If it should be, the clock of the server, or of the service that issued the link, is wrong.',
  LIMIT_REACHED: 'Too many people are connecting from your network right now.',
  SERVER_FULL: 'The server is full right now.',
  SHUTTING_DOWN: 'The server is restarting.',
  USERS_UNAVAILABLE: 'The server cannot verify your identity right now.',
  RECORD_UNAVAILABLE: 'The server cannot look up this room right now.',
  NO_WORKER: 'The server cannot process audio and video right now.',
  MEDIA_RESET: 'The server is setting up audio and video again.',
  ROOM_CLOSED: 'The room has just closed.',
  PEER_CLOSED: 'Your connection was replaced by another one.',
  INTERNAL_ERROR:
    'An internal error occurred on the server. Its log has the details.',
};

/** The refusal with one of the server's codes; undefined for other codes. */
export function refusalFor(code: string): Refusal | undefined {
  const final = Object.hasOwn(ADVICE, code);
  const sentences = final ? ADVICE : PATIENCE;
  const text = Object.hasOwn(sentences, code) ? sentences[code] : undefined;
  return text === undefined ? undefined : { text, final };
}

/** The usual code of each status that a request to join is refused with. */
const JOIN_CODES: Record<number, string> = {
  400: 'VALIDATION_ERROR',
  401: 'TOKEN_EXPIRED',
  403: 'FORBIDDEN',
  404: 'ROOM_NOT_FOUND',
  409: 'ROOM_FULL',
  410: 'ROOM_CLOSED',
  429: 'LIMIT_REACHED',
  500: 'INTERNAL_ERROR',
  503: 'SERVER_FULL',
};

/** The text for a refused request to join; undefined if the status has none. */
export function joinRefusal(status: number): string | undefined {
  const code = JOIN_CODES[status];
  return code === undefined ? undefined : refusalFor(code)?.text;
}
