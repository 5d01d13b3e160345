/** Why a server lets somebody not in, in the user's words. */
export interface Refusal {
  text: string;
  /** Whether another attempt would come to the same. */
  final: boolean;
}

/** Refusals that no further attempt changes, and what a user can do. */
const ADVICE: Record<string, string> = {
  TOKEN_MISSING:
    'This server lets in only who comes by a link of their own. Ask for one where you were invited.',
  TOKEN_EXPIRED: 'Your link has expired. Ask for a new one.',
  TOKEN_INVALID: 'Your link is not one of this server. Ask for a new one.',
  FORBIDDEN: 'Your link is not for this room. Ask for one to this room.',
  ORIGIN_REFUSED:
    'The server does not know this page’s address, {origin}. Ask whoever runs it to allow the address in access.origins, or to mend the proxy in front of it.',
  VALIDATION_ERROR:
    'The server does not take the name of the room, or yours. Try another one.',
  ROOM_FULL: 'The room is full. Try again when somebody has left.',
  NOT_FOUND:
    'There is no room server at this address. Check that it is complete.',
  ROOM_NOT_FOUND: 'There is no such room any more. Ask for another one.',
  RESUME_REFUSED: 'Your stay in the room has ended. Join again.',
  MEDIA_REJECTED:
    'The server cannot work with the sound and picture of this browser. Try another one.',
};

/** Refusals that pass, while the page tries again. */
const PATIENCE: Record<string, string> = {
  TOKEN_NOT_YET_VALID:
    'Your link is not valid yet. If it should be, the clock of the server or of who made the link is wrong.',
  LIMIT_REACHED: 'Too many people come from your network at the moment.',
  SERVER_FULL: 'The server is full at the moment.',
  SHUTTING_DOWN: 'The server is restarting.',
  USERS_UNAVAILABLE: 'The server cannot look up who you are at the moment.',
  NO_WORKER: 'The server cannot carry sound and picture at the moment.',
  MEDIA_RESET: 'The server is setting up sound and picture anew.',
  ROOM_CLOSED: 'The room has just closed.',
  PEER_CLOSED: 'Your connection was replaced by another one.',
  INTERNAL_ERROR: 'Something has failed in the server. Its log says more.',
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

/** The user's words for a refused request to join; undefined where there are none. */
export function joinRefusal(status: number): string | undefined {
  const code = JOIN_CODES[status];
  return code === undefined ? undefined : refusalFor(code)?.text;
}
