import { z } from 'zod';

import { accountErrors } from '../../accounts/errors.ts';
import { authErrors } from '../../auth/errors.ts';
import { coreErrors } from '../../core/errors.ts';
import { idSchema, nameSchema, passwordSchema } from '../../core/validation.ts';
import { authorizationErrors } from '../../http/bearerToken.ts';
import { errorSchema } from '../../http/RouteSpec.ts';
import type { RouteContract } from '../../http/RouteSpec.ts';
import { meetingErrors } from '../../meetings/errors.ts';
import { liveRoomIdOf } from '../../meetings/ids.ts';
import { roomErrors } from '../../rooms/errors.ts';
import { storeErrors } from '../../store/errors.ts';

const MAX_TITLE_LENGTH = 200;

/** Texts that are no id are the ids of no session. */
const bySession = z.object({
  sessionUrl: z
    .string()
    .describe('The address of the session, as POST /session returned it.'),
});

const tokenErrors = [
  authErrors.TOKEN_INVALID,
  authErrors.TOKEN_TYPE_WRONG,
  authErrors.TOKEN_EXPIRED,
  authErrors.TOKEN_NOT_YET_VALID,
  authErrors.USERS_UNAVAILABLE,
  authorizationErrors.AUTHORIZATION_MALFORMED,
] as const;

/** The resources of sessions. */
export const routeContract = {
  error: errorSchema,
  pathsBelow: ['/session', '/connect'],
  routes: {
    createSession: {
      method: 'POST',
      path: '/session',
      summary:
        'Creates a session. With auth.mode "token" it requires a token of a user or the key of a project.',
      audience: 'everybody',
      requires: 'public',
      body: z.object({
        title: nameSchema(MAX_TITLE_LENGTH),
        host: idSchema
          .optional()
          .describe(
            'The id of the host; by default the user of the token, who alone may be named with it.',
          ),
        password: passwordSchema
          .default('')
          .describe('Empty or left out for a session without a password.'),
      }),
      replies: {
        201: {
          meaning: 'The session.',
          body: z.object({
            socket: z
              .string()
              .describe('Its address, for POST /connect and GET /ws.'),
          }),
        },
      },
      errors: [
        authErrors.TOKEN_MISSING,
        ...tokenErrors,
        coreErrors.FORBIDDEN,
        accountErrors.BUSY,
        storeErrors.STORE_UNAVAILABLE,
      ],
    },
    joinSession: {
      method: 'POST',
      path: '/connect/{sessionUrl}',
      summary:
        'Lets a person into a session, with its password or a token of its host.',
      audience: 'everybody',
      requires: 'public',
      parameters: bySession,
      body: z
        .object({
          password: passwordSchema.optional(),
          token: z
            .string()
            .max(4_096)
            .optional()
            .describe(
              'The token of an earlier entry into this session, to get another ticket for the same person.',
            ),
        })
        .optional(),
      replies: {
        200: {
          meaning: 'The session, and the rights of the person.',
          body: z.object({
            title: z.string(),
            socket: z
              .string()
              .describe(
                'A ticket for GET /ws, for this person alone: valid until meetings.reconnectTimeout after its last connection.',
              ),
            token: z
              .string()
              .describe(
                'A JWT with which the same person enters the room of the session by protoo; its claim room is the roomId, and sub the peerId.',
              ),
          }),
        },
      },
      errors: [
        ...tokenErrors,
        coreErrors.FORBIDDEN,
        coreErrors.NOT_FOUND,
        meetingErrors.PASSWORD_WRONG,
        roomErrors.BANNED,
        roomErrors.REMOVED,
        meetingErrors.SESSION_NOT_FOUND,
        meetingErrors.SESSION_FULL,
        accountErrors.BUSY,
        storeErrors.STORE_UNAVAILABLE,
      ],
    },
    endSession: {
      method: 'DELETE',
      path: '/session/{sessionUrl}',
      summary:
        'Ends a session of the host, or any for the role admin, and puts all out who are in it.',
      audience: 'everybody',
      requires: 'user',
      parameters: bySession,
      liveRoom: ({ sessionUrl = '' }) => liveRoomIdOf(sessionUrl),
      replies: { 204: { meaning: 'The session has ended.' } },
      errors: [
        authErrors.TOKEN_MISSING,
        ...tokenErrors,
        meetingErrors.NOT_THE_HOST,
        meetingErrors.SESSION_NOT_FOUND,
        storeErrors.STORE_UNAVAILABLE,
      ],
    },
  },
} as const satisfies RouteContract;
