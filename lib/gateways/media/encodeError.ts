import { z } from 'zod';

import { callErrors } from '../../calls/errors.ts';
import { detailsOf, errorDetails } from '../../core/errorDetails.ts';
import { coreErrors } from '../../core/errors.ts';
import type { AppError } from '../../core/errors.ts';
import type { ErrorReply } from '../../http/RouteSpec.ts';
import { roomErrors } from '../../rooms/errors.ts';

/** The names of failures, by their statuses. */
const NAMES: Readonly<Record<number, string>> = {
  401: 'UNAUTHORIZED',
  403: 'FORBIDDEN',
  404: 'NOT_FOUND',
  409: 'CONFLICT',
  429: 'RATE_LIMIT_EXCEEDED',
  500: 'INTERNAL_SERVER_ERROR',
  503: 'SERVICE_UNAVAILABLE',
};

/** The statuses of failures that the contract reports by another one. */
const STATUSES: Readonly<Record<string, number>> = {
  [callErrors.CALL_ENDED.code]: 400,
  [coreErrors.UNKNOWN_METHOD.code]: 400,
  [callErrors.TIMEOUT.code]: 503,
  [roomErrors.PEER_CLOSED.code]: 404,
  [roomErrors.ROOM_CLOSED.code]: 404,
};

export const errorFields = z.object({
  code: z.string(),
  message: z
    .string()
    .describe('What was wrong, where, and what would be right.'),
  details: errorDetails,
});

/** Every error of the contract over HTTP. */
export const errorShape = z
  .object({ success: z.literal(false), error: errorFields })
  .meta({ id: 'MediaServerError' });

/** An error as the contract has it, over HTTP and Socket.IO. */
export function errorOf(error: AppError): z.input<typeof errorFields> {
  const status = statusOf(error);
  return {
    code:
      NAMES[status] ??
      (status < 500 ? 'INVALID_REQUEST' : 'SERVICE_UNAVAILABLE'),
    message: error.message,
    details: detailsOf(error),
  };
}

/** Puts an error into the shape of the contract. */
export function encodeError(error: AppError): ErrorReply {
  return {
    status: statusOf(error),
    body: { success: false, error: errorOf(error) },
  };
}

function statusOf({ code, status }: AppError): number {
  return STATUSES[code] ?? status;
}
