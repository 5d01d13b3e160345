import { callErrors } from '../../lib/calls/errors.ts';
import { AppError } from '../../lib/core/errors.ts';
import type { ErrorSpec } from '../../lib/core/errors.ts';
import { socketError } from '../../lib/gateways/calls/socketErrors.ts';
import { meetingErrors } from '../../lib/meetings/errors.ts';
import { sessionErrors } from '../../lib/signalling/errors.ts';
import type { ErrorCode } from '../../lib/signalling/errors.ts';
import {
  CLIENT_CLOSE_CODES,
  CLOSE_CODES,
} from '../../lib/signalling/closeCodes.ts';
import type { CloseReason } from '../../lib/signalling/closeCodes.ts';
import { table } from './markdown.ts';

/** Every failure that a request can end in. */
export function errorsSection(): string {
  return table(
    ['Code', 'Name', 'Meaning'],
    Object.entries(sessionErrors).map(([name, { status, meaning }]) => [
      String(status),
      `\`${name}\``,
      meaning,
    ]),
  );
}

/** The codes that a contract has for the failures, with what they stand for. */
export function contractErrorsSection(
  codes: Readonly<Record<ErrorCode, string>>,
): string {
  const failures = Object.entries(codes) as [ErrorCode, string][];
  const rows = Map.groupBy(failures, ([, code]) => code);
  return table(
    ['Code', 'Meaning'],
    Array.from(rows, ([code, members]) => [
      `\`${code}\``,
      members.map(([name]) => sessionErrors[name].meaning).join(' '),
    ]),
  );
}

/** Every failure of calls and conversations, with its code on the socket. */
export function callErrorsSection(): string {
  const errors: ErrorSpec[] = Object.values(callErrors);
  return table(
    ['`details.reason`', '`code`', 'Meaning'],
    errors.map((spec) => [
      `\`${spec.code}\``,
      `\`${socketError('', new AppError(spec, '')).code}\``,
      spec.meaning,
    ]),
  );
}

/** Every failure of sessions with a title and a password. */
export function meetingErrorsSection(): string {
  const errors: ErrorSpec[] = Object.values(meetingErrors);
  return table(
    ['Status', 'Code', 'Meaning'],
    errors.map(({ status, code, meaning }) => [
      String(status),
      `\`${code}\``,
      meaning,
    ]),
  );
}

/** Every code that the server closes a connection of a gateway with, or of any. */
export function closeCodesSection(gateway?: string): string {
  const reasons: CloseReason[] = Object.values(CLOSE_CODES);
  return table(
    ['Code', 'Meaning'],
    reasons
      .filter(
        ({ contracts }) =>
          gateway === undefined ||
          contracts === undefined ||
          contracts.includes(gateway),
      )
      .map(({ code, meaning }) => [String(code), meaning]),
  );
}

/** Every code of clients that the server takes for more than a goodbye. */
export function clientCloseCodesSection(): string {
  return table(
    ['Code', 'Meaning'],
    Object.values(CLIENT_CLOSE_CODES).map(({ code, meaning }) => [
      String(code),
      meaning,
    ]),
  );
}
