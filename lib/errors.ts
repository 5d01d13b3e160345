import { randomUUID } from 'node:crypto';

import type { Logger } from './logger.ts';

/**
 * Every failure that a client or an operator can cause.
 *
 * `status` is both the HTTP status and the protoo error code. Each gateway
 * that has a code of its own for a failure maps it from the code here.
 */
export const ERRORS = {
  VALIDATION_ERROR: { status: 400, meaning: 'A field is missing or wrong.' },
  MEDIA_REJECTED: {
    status: 400,
    meaning: 'The media engine cannot work with the parameters given.',
  },
  WRONG_DIRECTION: {
    status: 400,
    meaning: 'A send transport was used to receive, or the other way round.',
  },
  TRANSPORT_REQUIRED: {
    status: 400,
    meaning: 'No transport was named and there is not exactly one to take.',
  },
  TOKEN_MISSING: { status: 401, meaning: 'A token is needed.' },
  TOKEN_INVALID: {
    status: 401,
    meaning: 'The token is not one that this server accepts.',
  },
  TOKEN_EXPIRED: { status: 401, meaning: 'The token was valid once.' },
  TOKEN_NOT_YET_VALID: {
    status: 401,
    meaning:
      'The token is valid later (nbf), or the clocks of its issuer and of this server differ.',
  },
  FORBIDDEN: { status: 403, meaning: 'The token does not grant this.' },
  ORIGIN_REFUSED: {
    status: 403,
    meaning:
      'Pages of this origin may not use the server; it lists those that may in access.origins.',
  },
  RESUME_REFUSED: {
    status: 403,
    meaning: 'There is nothing to resume with this token; join without it.',
  },
  NOT_JOINED: { status: 403, meaning: 'The request needs a joined room.' },
  ROOM_NOT_FOUND: { status: 404, meaning: 'There is no such room.' },
  TRANSPORT_NOT_FOUND: {
    status: 404,
    meaning: 'The peer has no such transport.',
  },
  PRODUCER_NOT_FOUND: {
    status: 404,
    meaning: 'The room (or the peer, for its own) has no such producer.',
  },
  CONSUMER_NOT_FOUND: {
    status: 404,
    meaning: 'The peer has no such consumer.',
  },
  DATA_PRODUCER_NOT_FOUND: {
    status: 404,
    meaning: 'The room (or the peer, for its own) has no such data producer.',
  },
  DATA_CONSUMER_NOT_FOUND: {
    status: 404,
    meaning: 'The peer has no such data consumer.',
  },
  PEER_NOT_FOUND: { status: 404, meaning: 'The room has no such peer.' },
  UNKNOWN_METHOD: { status: 404, meaning: 'There is no such request.' },
  NOT_FOUND: { status: 404, meaning: 'Nothing is served at this path.' },
  ALREADY_JOINED: { status: 409, meaning: 'The connection is in a room.' },
  ROOM_FULL: {
    status: 409,
    meaning: 'As many peers are in the room as it takes.',
  },
  TRANSPORT_CONNECTED: {
    status: 409,
    meaning: 'The transport was connected before.',
  },
  LIMIT_REACHED: {
    status: 429,
    meaning:
      'The client, or its network, has or asks for as much as one may; the message names the option of the limit.',
  },
  ROOM_CLOSED: { status: 410, meaning: 'The room closed meanwhile.' },
  PEER_CLOSED: { status: 410, meaning: 'The peer left meanwhile.' },
  INTERNAL_ERROR: {
    status: 500,
    meaning: 'The server failed; its log says why.',
  },
  SHUTTING_DOWN: { status: 503, meaning: 'The server is about to stop.' },
  SERVER_FULL: {
    status: 503,
    meaning:
      'The server has as many rooms, peers or connections as it takes; the message names the option of the limit.',
  },
  USERS_UNAVAILABLE: {
    status: 503,
    meaning: 'The service that knows the users does not answer.',
  },
  MEDIA_RESET: {
    status: 503,
    meaning:
      'The media worker died; set up media again once mediaReset has come.',
  },
  NO_WORKER: { status: 503, meaning: 'No media worker is ready.' },
} as const satisfies Record<string, { status: number; meaning: string }>;

/** The name of a failure in {@link ERRORS}. */
export type ErrorCode = keyof typeof ERRORS;

interface RoomErrorOptions extends ErrorOptions {
  option?: string;
  retryAfter?: number;
}

/** A failure with a code, to be shown as it is to whoever caused it. */
export class RoomError extends Error {
  readonly code: ErrorCode;
  /** The option that sets the limit, where one was met. */
  readonly option: string | undefined;
  /** Seconds until trying again makes sense, where that is known. */
  readonly retryAfter: number | undefined;

  /**
   * @param code - The failure's name in {@link ERRORS}.
   * @param message - What was wrong, where, and what would be right.
   */
  constructor(code: ErrorCode, message: string, options?: RoomErrorOptions) {
    super(message, options);
    this.name = 'RoomError';
    this.code = code;
    this.option = options?.option;
    this.retryAfter = options?.retryAfter;
  }

  /** HTTP status and protoo error code. */
  get status(): number {
    return ERRORS[this.code].status;
  }
}

/**
 * What a client is told of a fault of the server's: an id, under which the log
 * has the rest.
 *
 * @param what - What failed.
 */
export function fault(logger: Logger, what: string, error: unknown): RoomError {
  const id = randomUUID();
  logger.error('%s failed, fault %s: %o', what, id, error);
  return new RoomError(
    'INTERNAL_ERROR',
    `${what} failed in the server; its log says more under fault ${id}`,
    { cause: error },
  );
}
