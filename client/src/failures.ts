import { CLOSE_CODES } from '@atrium/protocol';
import type { CloseName, ErrorName } from '@atrium/protocol';
import { RequestError } from 'videoconf-sdk/core';
import type {
  ClosingName,
  CloseInfo,
  Refusal,
  RefusalCode,
  RoomEnd,
} from 'videoconf-sdk/core';
import { failures } from './texts/en/failures.ts';
import { sentences, text, timeOfDay } from './texts/texts.ts';

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

/** The texts that stand for several errors of the server in a room. */
const SHARED: Partial<Record<ErrorName, 'OUT_OF_STEP' | 'OUTDATED' | 'GONE'>> =
  {
    VALIDATION_ERROR: 'OUTDATED',
    UNKNOWN_METHOD: 'OUTDATED',
    NOT_FOUND: 'OUTDATED',
    PRODUCER_NOT_FOUND: 'GONE',
    CONSUMER_NOT_FOUND: 'GONE',
    DATA_PRODUCER_NOT_FOUND: 'GONE',
    DATA_CONSUMER_NOT_FOUND: 'GONE',
    WRONG_DIRECTION: 'OUT_OF_STEP',
    TRANSPORT_REQUIRED: 'OUT_OF_STEP',
    TRANSPORT_NOT_FOUND: 'OUT_OF_STEP',
    TRANSPORT_CONNECTED: 'OUT_OF_STEP',
    NOT_JOINED: 'OUT_OF_STEP',
    ALREADY_JOINED: 'OUT_OF_STEP',
    ID_TAKEN: 'OUT_OF_STEP',
    RESUME_REFUSED: 'OUT_OF_STEP',
    PEER_CLOSED: 'OUT_OF_STEP',
  };

const REMEDIES = { OUT_OF_STEP: 'rejoin', OUTDATED: 'reload' } as const;

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

const INTERRUPTIONS = {
  shutdown: 'restarting',
  restart: 'restarting',
  workerDied: 'workerDied',
  slow: 'slow',
  flood: 'flood',
  protocol: 'protocol',
} as const satisfies Record<Interruption, string>;

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
  moved: 'restart',
  slowReader: 'slow',
  full: 'slow',
  loginEnded: 'expired',
  roomDeleted: 'deleted',
  flooding: 'flood',
  ended: 'left',
};

const MINUTE = 60_000;

/** A refusal to let the user in, and until when, in words for the user. */
export function refusalText({
  code,
  until,
}: Pick<Refusal, 'code' | 'until'>): string {
  const reason = reasonText(code);
  return until === undefined
    ? reason
    : sentences(
        reason,
        text('ban.until', { time: timeOfDay(wholeMinute(until)) }),
      );
}

/** The next whole minute, ms: a time without seconds must not be early. */
function wholeMinute(time: number): number {
  return Math.ceil(time / MINUTE) * MINUTE;
}

function reasonText(code: RefusalCode): string {
  return Object.hasOwn(failures.refusal, code)
    ? text(`refusal.${code as keyof typeof failures.refusal}`, {
        origin: location.origin,
      })
    : (inRoom(code)?.text ?? text('inRoom.UNKNOWN'));
}

/** The failure of something that the user has asked the room for. */
export function requestFailure(error: unknown): Failure {
  if (!(error instanceof RequestError)) {
    return { text: text('inRoom.LOST') };
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
    text: endText(why),
    again: why !== 'banned' && why !== 'expired',
  };
}

/** The announcement of a restart of the server, by a time, ms since the epoch. */
export function restartSentence(deadline: number): string {
  return text('room.draining', { time: timeOfDay(wholeMinute(deadline)) });
}

/** The text on a lost connection that the page opens again. */
export function interruptionSentence(
  close: CloseInfo,
  refusal: Refusal | undefined,
): string {
  const name = closingName(close) ?? '';
  if (Object.hasOwn(INTERRUPTIONS, name)) {
    return text(`connection.${INTERRUPTIONS[name as Interruption]}`);
  }
  return refusal
    ? text('connection.lostBecause', { reason: refusalText(refusal) })
    : text('connection.lost');
}

function endText(why: ClosingName | undefined): string {
  return text(
    Object.hasOwn(failures.end, why ?? '')
      ? `end.${why as keyof typeof failures.end}`
      : 'end.other',
  );
}

function closingName({ name, code }: CloseInfo): ClosingName | undefined {
  return (
    name ??
    Object.entries(BY_CODE).find(
      ([close]) => CLOSE_CODES[close as CloseName] === code,
    )?.[1]
  );
}

/**
 * The failure of what the user does in a room, by its error; undefined where that
 * means the same as to a user who joins.
 */
function inRoom(code: RefusalCode): Failure | undefined {
  if (code === 'ROOM_CLOSED') {
    return { text: endText(undefined) };
  }
  const shared = SHARED[code as ErrorName];
  if (shared) {
    return {
      text: text(`inRoom.${shared}`),
      remedy: shared === 'GONE' ? undefined : REMEDIES[shared],
    };
  }
  return Object.hasOwn(failures.inRoom, code)
    ? { text: text(`inRoom.${code as keyof typeof failures.inRoom}`) }
    : undefined;
}
