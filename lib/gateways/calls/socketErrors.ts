import type { z } from 'zod';

import { callErrors } from '../../calls/errors.ts';
import { detailsOf } from '../../core/errorDetails.ts';
import { coreErrors } from '../../core/errors.ts';
import type { AppError } from '../../core/errors.ts';
import { roomErrors } from '../../rooms/errors.ts';
import type { CloseCode } from '../../signalling/closeCodes.ts';
import type { events } from './contract.ts';
import { textOf } from './encodeEvent.ts';

/** A failure on a socket. */
export type SocketError = z.input<(typeof events)['call:error']['data']>;

/** The failures that the contract has a name of its own for. */
const OWN: ReadonlySet<string> = new Set(
  [
    callErrors.CALL_NOT_FOUND,
    callErrors.CALL_ALREADY_ACTIVE,
    callErrors.CALL_ENDED,
    callErrors.PARTICIPANT_NOT_FOUND,
    callErrors.ALREADY_PARTICIPANT,
    callErrors.MAX_PARTICIPANTS_REACHED,
    callErrors.INVALID_MODE,
    callErrors.MODE_SWITCH_FAILED,
    callErrors.MEDIA_SERVER_ERROR,
    callErrors.TRANSCRIPTION_ERROR,
    callErrors.TRANSLATION_ERROR,
    callErrors.SIGNALING_ERROR,
    callErrors.PERMISSION_DENIED,
    callErrors.KICKED,
    callErrors.TIMEOUT,
    callErrors.INVALID_CONVERSATION_TYPE,
  ].map(({ code }) => code),
);

/** The names of all others, by their statuses. */
const BY_STATUS: Readonly<Record<number, string>> = {
  401: 'PERMISSION_DENIED',
  403: 'PERMISSION_DENIED',
  404: 'NOT_FOUND',
  409: 'CONFLICT',
  429: 'RATE_LIMIT_EXCEEDED',
  500: 'INTERNAL_SERVER_ERROR',
};

/** The names for data that does not fit the schema of an event. */
const MALFORMED: Readonly<Record<string, string>> = {
  'call:signal': callErrors.SIGNALING_ERROR.code,
  'call:transcription': callErrors.TRANSCRIPTION_ERROR.code,
};

/** Every name of a failure on a socket. */
export const SOCKET_CODES: ReadonlySet<string> = new Set([
  ...OWN,
  ...Object.values(BY_STATUS),
  'INVALID_REQUEST',
  'SERVICE_UNAVAILABLE',
]);

/**
 * Puts a failure into the shape of the contract.
 *
 * @param method - The event that failed.
 */
export function socketError(method: string, error: AppError): SocketError {
  return {
    code: codeFor(method, error),
    message: error.message,
    details: detailsOf(error),
  };
}

function codeFor(method: string, { code, status }: AppError): string {
  switch (code) {
    case coreErrors.VALIDATION_ERROR.code:
      return MALFORMED[method] ?? 'INVALID_REQUEST';
    case coreErrors.UNKNOWN_METHOD.code:
      return 'INVALID_REQUEST';
    case roomErrors.BANNED.code:
      return callErrors.KICKED.code;
    default:
      return OWN.has(code)
        ? code
        : (BY_STATUS[status] ??
            (status < 500 ? 'INVALID_REQUEST' : 'SERVICE_UNAVAILABLE'));
  }
}

/** Tells a client why it is disconnected. */
export function goodbyeOf(code: CloseCode, message: string): string {
  return textOf({ name: 'call:error', data: { code: nameOf(code), message } });
}

function nameOf(code: CloseCode): string {
  switch (code) {
    case 'goingAway':
    case 'restart':
    case 'moved':
    case 'mediaLost':
    case 'unavailable':
    case 'full':
      return 'SERVICE_UNAVAILABLE';
    case 'slowReader':
    case 'flooding':
      return 'RATE_LIMIT_EXCEEDED';
    case 'joinTimeout':
    case 'loginEnded':
    case 'ended':
    case 'roomDeleted':
      return 'PERMISSION_DENIED';
    case 'notTheProtocol':
    case 'notText':
    case 'notJson':
    case 'tooBig':
      return 'INVALID_REQUEST';
  }
}
