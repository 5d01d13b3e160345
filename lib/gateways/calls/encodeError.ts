import type { IncomingMessage } from 'node:http';

import { z } from 'zod';

import { callErrors } from '../../calls/errors.ts';
import { detailsOf, errorDetails } from '../../core/errorDetails.ts';
import type { AppError } from '../../core/errors.ts';
import type { ErrorReply } from '../../http/RouteSpec.ts';

/** The names of failures over HTTP, by their statuses. */
const NAMES = {
  400: 'INVALID_REQUEST',
  401: 'UNAUTHORIZED',
  403: 'FORBIDDEN',
  404: 'NOT_FOUND',
  409: 'CONFLICT',
  422: 'INVALID_CONVERSATION_TYPE',
  429: 'RATE_LIMIT_EXCEEDED',
  500: 'INTERNAL_SERVER_ERROR',
  503: 'SERVICE_UNAVAILABLE',
} as const;

type Status = keyof typeof NAMES;

/** The statuses of failures that the contract reports by another one. */
const STATUSES: Readonly<Record<string, Status>> = {
  [callErrors.CALL_ENDED.code]: 400,
  [callErrors.MAX_PARTICIPANTS_REACHED.code]: 400,
  [callErrors.TIMEOUT.code]: 503,
};

/** Every error over HTTP. */
export const errorShape = z
  .object({
    success: z.literal(false),
    error: z.object({
      code: z.enum(NAMES),
      message: z
        .string()
        .describe('What was wrong, where, and what would be right.'),
      details: errorDetails,
    }),
  })
  .meta({ id: 'CallsError' });

/** Puts an error into the shape of the contract. */
export function encodeError(
  error: AppError,
  request: IncomingMessage,
): ErrorReply {
  const status = statusOf(error, request);
  return {
    status,
    body: {
      success: false,
      error: {
        code: nameOf(status),
        message: error.message,
        details: detailsOf(error),
      },
    } satisfies z.input<typeof errorShape>,
  };
}

/** Starting a call in others' conversation is a mistake of the request. */
function statusOf(
  { code, status }: AppError,
  { url = '' }: IncomingMessage,
): number {
  return code === callErrors.NOT_A_MEMBER.code && url.startsWith('/api/calls')
    ? 400
    : (STATUSES[code] ?? status);
}

/** The name for a status; others than those of the contract are of its kind. */
function nameOf(status: number): (typeof NAMES)[Status] {
  const names: Readonly<Record<number, (typeof NAMES)[Status]>> = NAMES;
  return names[status] ?? (status < 500 ? NAMES[400] : NAMES[503]);
}
