import type { IncomingMessage } from 'node:http';

import { AccountRefusedError, accountErrors } from '../../accounts/errors.ts';
import { authErrors } from '../../auth/errors.ts';
import { chatErrors } from '../../chat/errors.ts';
import { coreErrors } from '../../core/errors.ts';
import type { AppError } from '../../core/errors.ts';
import { httpErrors } from '../../http/errors.ts';
import { InvalidInput } from '../../http/InvalidInput.ts';
import type { ErrorReply } from '../../http/RouteSpec.ts';
import { authorizationErrors } from '../../http/bearerToken.ts';
import { accountFields, FieldsError, inputFields } from './fieldErrors.ts';

/** The path at which refresh tokens are taken. */
export const REFRESH_PATH = '/auth/token/refresh/';

const NOT_FOUND = 'Not found.';

/** Details that are the same for every request, by the code of the error. */
const DETAILS: Readonly<Record<string, { detail: string; code?: string }>> = {
  [authErrors.TOKEN_MISSING.code]: {
    detail: 'Authentication credentials were not provided.',
  },
  [authorizationErrors.AUTHORIZATION_MALFORMED.code]: {
    detail: 'Authorization header must contain two space-delimited values',
    code: 'bad_authorization_header',
  },
  [accountErrors.USER_GONE.code]: {
    detail: 'User not found',
    code: 'user_not_found',
  },
  [accountErrors.CREDENTIALS_WRONG.code]: {
    detail: 'No active account found with the given credentials',
  },
  [accountErrors.REGISTRATION_CLOSED.code]: {
    detail: 'You do not have permission to perform this action.',
  },
  [chatErrors.CHAT_ROOM_NOT_FOUND.code]: { detail: NOT_FOUND },
  [coreErrors.NOT_FOUND.code]: { detail: NOT_FOUND },
  [coreErrors.INTERNAL_ERROR.code]: { detail: 'A server error occurred.' },
};

/** Problems of tokens, as SimpleJWT words them. */
const TOKEN_PROBLEMS: Readonly<Record<string, string>> = {
  [authErrors.TOKEN_INVALID.code]: 'Token is invalid',
  [authErrors.TOKEN_TYPE_WRONG.code]: 'Token has wrong type',
  [authErrors.TOKEN_NOT_YET_VALID.code]: 'Token is invalid',
  [authErrors.TOKEN_EXPIRED.code]: 'Token is expired',
  [accountErrors.LOGIN_ENDED.code]: 'Token is blacklisted',
};

/**
 * Puts an error into the words and the shape of Django REST framework and
 * SimpleJWT.
 */
export function encodeError(
  error: AppError | InvalidInput,
  request: IncomingMessage,
): ErrorReply {
  return {
    ...(error.status === 401 && {
      headers: { 'WWW-Authenticate': 'Bearer realm="api"' },
    }),
    ...encoded(error, request),
  };
}

function encoded(
  error: AppError | InvalidInput,
  request: IncomingMessage,
): ErrorReply {
  if (error instanceof InvalidInput) {
    // A malformed id is the id of no room.
    return error.where === 'parameters'
      ? { status: 404, body: { detail: NOT_FOUND } }
      : { body: inputFields(error) };
  }
  if (error instanceof FieldsError) {
    return { body: error.fields };
  }
  if (error instanceof AccountRefusedError) {
    return { body: accountFields(error) };
  }
  const problem = TOKEN_PROBLEMS[error.code];
  return {
    body:
      problem === undefined
        ? (DETAILS[error.code] ?? { detail: detailOf(error, request) })
        : tokenError(problem, request),
  };
}

/** SimpleJWT reports the problem of an access token for each kind of token. */
function tokenError(problem: string, { url = '' }: IncomingMessage): object {
  const code = 'token_not_valid';
  const [path = ''] = url.split('?');
  return [REFRESH_PATH, REFRESH_PATH.slice(0, -1)].includes(path)
    ? { detail: problem, code }
    : {
        detail: 'Given token not valid for any token type',
        code,
        messages: [
          {
            token_class: 'AccessToken',
            token_type: 'access',
            message: problem,
          },
        ],
      };
}

function detailOf(
  { code, message, retryAfter }: AppError,
  { method = '', headers }: IncomingMessage,
): string {
  if (retryAfter !== undefined) {
    const seconds = `${retryAfter} second${retryAfter === 1 ? '' : 's'}`;
    return `Request was throttled. Expected available in ${seconds}.`;
  }
  switch (code) {
    case httpErrors.METHOD_NOT_ALLOWED.code:
      return `Method "${method}" not allowed.`;
    case httpErrors.MALFORMED_BODY.code:
      return `JSON parse error - ${message.replace(/^body: /, '')}`;
    case httpErrors.UNSUPPORTED_MEDIA_TYPE.code:
      return headers['content-encoding'] === undefined
        ? `Unsupported media type "${headers['content-type'] ?? ''}" in request.`
        : message;
    case chatErrors.NOT_THE_CREATOR.code: {
      const verb = method === 'DELETE' ? 'delete' : 'update';
      return `You can only ${verb} rooms you created.`;
    }
    default:
      return message;
  }
}
