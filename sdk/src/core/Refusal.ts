import { ERRORS } from '@atrium/protocol';
import type { ErrorName } from '@atrium/protocol';

/**
 * The reason for a refusal: an error of the server; or the server answers, but
 * WebSockets do not reach it; or the browser opens none; or anything else, which
 * the message tells.
 */
export type RefusalCode =
  ErrorName | 'WEBSOCKETS_BLOCKED' | 'WEBSOCKETS_UNAVAILABLE' | 'OTHER';

/** A refusal to let the user in. */
export type Refusal = {
  code: RefusalCode;
  /** Another attempt would be refused as well. */
  final: boolean;
  /** The words of the server or the browser, for developers. */
  message: string;
  /** The end of the ban that is the reason, if it has one, ms since the epoch. */
  until?: number | undefined;
};

/** Errors that another attempt would end in as well. */
const FINAL: ReadonlySet<string> = new Set<ErrorName>([
  'TOKEN_MISSING',
  'TOKEN_EXPIRED',
  'TOKEN_INVALID',
  'TOKEN_TYPE_WRONG',
  'FORBIDDEN',
  'BANNED',
  'REMOVED',
  'ORIGIN_REFUSED',
  'VALIDATION_ERROR',
  'ROOM_FULL',
  'ROOM_LOCKED',
  'NOT_FOUND',
  'ROOM_NOT_FOUND',
  'RESUME_REFUSED',
  'MEDIA_REJECTED',
]);

/** The refusal with an error of the server, by its name. */
export function refusalFor(
  name: string,
  message: string,
  until?: number,
): Refusal {
  return {
    code: Object.hasOwn(ERRORS, name) ? (name as ErrorName) : 'OTHER',
    final: FINAL.has(name),
    message,
    until,
  };
}
