import { CLOSE_CODES } from '@atrium/protocol';
import type { CloseName, ErrorName } from '@atrium/protocol';
import { endSentence, refusalSentence, RequestError } from 'videoconf-sdk/core';
import type {
  ClosingName,
  CloseInfo,
  Refusal,
  RefusalCode,
  RoomEnd,
} from 'videoconf-sdk/core';

/** A failure in words for the user, and the button that helps, if one does. */
export type Failure = {
  text: string;
  /** Undefined where there is nothing to press. */
  remedy?: 'rejoin' | 'reload' | undefined;
};

/** The end of a stay in words for the user. */
export type End = {
  text: string;
  /** Joining again at once may work. */
  again: boolean;
};

const OUT_OF_STEP: Failure = {
  text: 'This page is out of step with the server. Join again.',
  remedy: 'rejoin',
};

const OUTDATED: Failure = {
  text: 'This page does not fit the server. Reload it, then try again.',
  remedy: 'reload',
};

const GONE: Failure = {
  text: 'That has ended meanwhile. There is nothing left to do.',
};

const LATER = 'Try again in a moment.';

/**
 * Every error of the server, as an answer to what the user does in a room; undefined
 * where it means the same as to a user who joins.
 */
const IN_ROOM: Readonly<Record<ErrorName, Failure | undefined>> = {
  VALIDATION_ERROR: OUTDATED,
  UNKNOWN_METHOD: OUTDATED,
  NOT_FOUND: OUTDATED,
  FORBIDDEN: {
    text: 'You are not allowed to do that in this room. Ask a moderator.',
  },
  LIMIT_REACHED: {
    text: 'That is more than the server allows at a time. Wait a moment, then try again.',
  },
  INTERNAL_ERROR: { text: `Something went wrong on the server. ${LATER}` },
  SHUTTING_DOWN: { text: `The server is restarting. ${LATER}` },
  SERVER_FULL: { text: `The server is full right now. ${LATER}` },
  USERS_UNAVAILABLE: {
    text: `The server cannot verify your identity right now. ${LATER}`,
  },
  RECORD_UNAVAILABLE: {
    text: `The server cannot look up this room right now. ${LATER}`,
  },
  NO_WORKER: {
    text: `The server cannot process audio and video right now. ${LATER}`,
  },
  MEDIA_RESET: {
    text: `The server is setting up audio and video again. ${LATER}`,
  },
  MEDIA_REJECTED: {
    text: 'The server does not support the audio and video of this browser. Try another one.',
  },
  ROOM_FULL: {
    text: 'The room is full. Let others in when someone has left.',
  },
  PEER_NOT_FOUND: { text: 'This person is no longer here.' },
  PRODUCER_NOT_FOUND: GONE,
  CONSUMER_NOT_FOUND: GONE,
  DATA_PRODUCER_NOT_FOUND: GONE,
  DATA_CONSUMER_NOT_FOUND: GONE,
  WRONG_DIRECTION: OUT_OF_STEP,
  TRANSPORT_REQUIRED: OUT_OF_STEP,
  TRANSPORT_NOT_FOUND: OUT_OF_STEP,
  TRANSPORT_CONNECTED: OUT_OF_STEP,
  NOT_JOINED: OUT_OF_STEP,
  ALREADY_JOINED: OUT_OF_STEP,
  ID_TAKEN: OUT_OF_STEP,
  RESUME_REFUSED: OUT_OF_STEP,
  PEER_CLOSED: OUT_OF_STEP,
  ROOM_CLOSED: { text: endSentence(undefined) },
  ROOM_NOT_FOUND: undefined,
  ROOM_LOCKED: undefined,
  REMOVED: undefined,
  BANNED: undefined,
  IN_LOBBY: { text: 'You are in the lobby until a moderator lets you in.' },
  ROOM_HAS_LOBBY: { text: 'The room has a lobby, in which you cannot wait.' },
  ORIGIN_REFUSED: undefined,
  TOKEN_MISSING: undefined,
  TOKEN_INVALID: undefined,
  TOKEN_TYPE_WRONG: undefined,
  TOKEN_EXPIRED: undefined,
  TOKEN_NOT_YET_VALID: undefined,
};

/** Refusals that end a stay and may no longer hold at the next attempt. */
const PASSING: ReadonlySet<RefusalCode> = new Set<RefusalCode>([
  'ROOM_FULL',
  'ROOM_LOCKED',
  'RESUME_REFUSED',
  'REMOVED',
]);

/** A reason for which the server closes connections that the page opens again. */
type Interruption = Extract<
  ClosingName,
  'workerDied' | 'shutdown' | 'restart' | 'slow' | 'flood' | 'protocol'
>;

const RESTARTING =
  'The server is restarting. You will be back in the room in a moment…';

const INTERRUPTIONS: Readonly<Record<Interruption, string>> = {
  shutdown: RESTARTING,
  restart: RESTARTING,
  workerDied:
    'The server had to start audio and video again. You will be back in the room in a moment…',
  slow: 'Your network is too slow for what is sent to you, so the connection was lost. Reconnecting…',
  flood:
    'This page sent too much at a time, so the server closed the connection. Reconnecting…',
  protocol:
    'The server and this page did not understand each other. Reconnecting…',
};

const LOST = 'The connection to the server was lost. Reconnecting…';

/** Every close code, by the name of the reason that it is told with. */
const BY_CODE: Readonly<Record<CloseName, ClosingName | undefined>> = {
  goingAway: 'shutdown',
  notTheProtocol: 'protocol',
  notText: 'protocol',
  notJson: 'protocol',
  joinTimeout: 'protocol',
  tooBig: 'protocol',
  unavailable: undefined,
  mediaLost: 'restart',
  restart: 'restart',
  slowReader: 'slow',
  full: 'slow',
  loginEnded: 'expired',
  roomDeleted: 'deleted',
  flooding: 'flood',
  ended: 'left',
};

/** A refusal to let the user in, in words for the user. */
export function refusalText({ code }: Pick<Refusal, 'code'>): string {
  return (
    refusalSentence({ code, message: '' }) ||
    inRoom(code)?.text ||
    'The server does not let you in, and this page does not know the reason. Try again later.'
  );
}

/** The failure of something that the user has asked the room for. */
export function requestFailure(error: unknown): Failure {
  if (!(error instanceof RequestError)) {
    return { text: `The connection to the server was lost. ${LATER}` };
  }
  const { errorName } = error;
  return inRoom(errorName) ?? { text: refusalText({ code: errorName }) };
}

/** The end of a stay, or of the attempt to join, against the user's wish. */
export function endOf(end: Exclude<RoomEnd, { cause: 'left' }>): End {
  if (end.cause === 'refused') {
    const { refusal } = end;
    return {
      text: refusalText(refusal),
      again: !refusal.final || PASSING.has(refusal.code),
    };
  }
  const { why } = end;
  return {
    text: endSentence(why),
    again: why !== 'banned' && why !== 'expired',
  };
}

/** True if the server closed the connection to start again. */
export function isRestart(close: CloseInfo): boolean {
  const name = closingName(close);
  return name === 'shutdown' || name === 'restart';
}

/** The text on a lost connection that the page opens again. */
export function interruptionSentence(
  close: CloseInfo,
  refusal: Refusal | undefined,
): string {
  const name = closingName(close) ?? '';
  const text = Object.hasOwn(INTERRUPTIONS, name)
    ? INTERRUPTIONS[name as Interruption]
    : LOST;
  return refusal && text === LOST
    ? `The connection to the server was lost. ${refusalText(refusal)} Trying again…`
    : text;
}

function closingName({ name, code }: CloseInfo): ClosingName | undefined {
  return (
    name ??
    Object.entries(BY_CODE).find(
      ([close]) => CLOSE_CODES[close as CloseName] === code,
    )?.[1]
  );
}

function inRoom(code: RefusalCode): Failure | undefined {
  return Object.hasOwn(IN_ROOM, code) ? IN_ROOM[code as ErrorName] : undefined;
}
