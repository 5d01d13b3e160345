import { z } from 'zod';

import { accountErrors } from '../../accounts/errors.ts';
import { MAX_EMAIL_LENGTH } from '../../accounts/emailAddress.ts';
import { authErrors } from '../../auth/errors.ts';
import { chatErrors } from '../../chat/errors.ts';
import type { RouteContract } from '../../http/RouteSpec.ts';
import { storeErrors } from '../../store/errors.ts';
import { ROOM_TYPES } from '../../store/Store.ts';
import { isDictionary } from './fieldErrors.ts';
import { encodeError, REFRESH_PATH } from './encodeError.ts';
import { authorizationErrors } from '../../http/bearerToken.ts';
import { attempted, charField, choiceField, emailField } from './fields.ts';
import {
  cursorParameter,
  integerParameter,
  roomTypeParameter,
  searchParameter,
} from './parameters.ts';
import {
  accountShape,
  errorShape,
  messageShape,
  roomPageShape,
  roomShape,
} from './shapes.ts';

const name = charField({ max: 100 });

/** Longer passwords would only take time to hash. */
const password = charField({ max: 1_024, untrimmed: true });

const description = charField({ max: 4_000, blank: true });

/** Other texts than ids are the ids of no room. */
const byRoom = z.object({ id: z.string().describe('The id of the room.') });

const ofPublic = {
  audience: 'everybody',
  requires: 'public',
} as const;

const ofUser = {
  audience: 'everybody',
  requires: 'user',
} as const;

const tokenErrors = [
  authErrors.TOKEN_INVALID,
  authErrors.TOKEN_TYPE_WRONG,
  authErrors.TOKEN_EXPIRED,
  authErrors.TOKEN_NOT_YET_VALID,
  accountErrors.LOGIN_ENDED,
  accountErrors.USER_GONE,
  storeErrors.STORE_UNAVAILABLE,
] as const;

const userErrors = [
  authErrors.TOKEN_MISSING,
  authorizationErrors.AUTHORIZATION_MALFORMED,
  ...tokenErrors,
] as const;

const roomErrors = [...userErrors, chatErrors.CHAT_ROOM_NOT_FOUND] as const;

/** The resources of accounts, lasting rooms and their messages. */
export const routeContract = {
  closingSlash: 'optional',
  pathsBelow: ['/auth', '/api/rooms', '/ws/chat'],
  error: errorShape,
  encodeError,
  routes: {
    register: {
      ...ofPublic,
      method: 'POST',
      path: '/auth/register/',
      summary: 'Creates an account.',
      body: fields({
        email: attempted(emailField()),
        name: attempted(name),
        password: attempted(password),
      }),
      replies: { 201: { meaning: 'The account.', body: accountShape } },
      errors: [
        accountErrors.ACCOUNT_REFUSED,
        accountErrors.REGISTRATION_CLOSED,
        accountErrors.TOO_MANY_ATTEMPTS,
        accountErrors.BUSY,
        storeErrors.STORE_UNAVAILABLE,
      ],
    },
    login: {
      ...ofPublic,
      method: 'POST',
      path: '/auth/login/',
      summary: 'Starts a login.',
      body: fields({ email: charField({ max: MAX_EMAIL_LENGTH }), password }),
      replies: {
        200: {
          meaning: 'Its tokens.',
          body: z.object({ access: z.string(), refresh: z.string() }),
        },
      },
      errors: [
        accountErrors.CREDENTIALS_WRONG,
        accountErrors.TOO_MANY_ATTEMPTS,
        accountErrors.BUSY,
        storeErrors.STORE_UNAVAILABLE,
      ],
    },
    refreshToken: {
      ...ofPublic,
      method: 'POST',
      path: REFRESH_PATH,
      summary: 'Issues another access token of a login.',
      body: fields({ refresh: charField({ max: 8_192 }) }),
      replies: {
        200: { meaning: 'The token.', body: z.object({ access: z.string() }) },
      },
      errors: tokenErrors,
    },
    showProfile: {
      ...ofUser,
      method: 'GET',
      path: '/auth/profile/',
      summary: "Shows the user's own account.",
      replies: { 200: { meaning: 'The account.', body: accountShape } },
      errors: userErrors,
    },
    updateProfile: {
      ...ofUser,
      method: 'PATCH',
      path: '/auth/profile/',
      summary: "Changes the user's name.",
      body: fields({ name: name.optional() }),
      replies: { 200: { meaning: 'The account.', body: accountShape } },
      errors: userErrors,
    },
    deleteProfile: {
      ...ofUser,
      method: 'DELETE',
      path: '/auth/profile/',
      summary:
        'Deletes the account: ends its logins, and erases its name and its address.',
      replies: { 204: { meaning: 'The account is deleted.' } },
      errors: userErrors,
    },
    logout: {
      ...ofUser,
      method: 'POST',
      path: '/auth/logout/',
      summary: 'Ends the login that the token belongs to, with all its tokens.',
      body: z.unknown().describe('Ignored.'),
      replies: {
        200: {
          meaning: 'The login has ended.',
          body: z.object({ message: z.string() }),
        },
      },
      errors: userErrors,
    },
    listRooms: {
      ...ofUser,
      method: 'GET',
      path: '/api/rooms/',
      summary: 'Lists the rooms in the order of their ids.',
      query: z.object({
        room_type: roomTypeParameter(),
        search: searchParameter().describe('Part of the name, in any case.'),
        limit: integerParameter(1).describe(
          'Rooms on a page; without it, the list comes whole.',
        ),
        offset: integerParameter(0).describe('Rooms before the page.'),
      }),
      replies: {
        200: {
          meaning: 'The rooms; with `limit`, a page of them.',
          body: z.union([z.array(roomShape), roomPageShape]),
        },
      },
      errors: userErrors,
    },
    createRoom: {
      ...ofUser,
      method: 'POST',
      path: '/api/rooms/',
      summary: 'Creates a room.',
      body: fields({
        name,
        description: description.optional(),
        room_type: choiceField(ROOM_TYPES),
      }),
      replies: { 201: { meaning: 'The room.', body: roomShape } },
      errors: userErrors,
    },
    showRoom: {
      ...ofUser,
      method: 'GET',
      path: '/api/rooms/{id}/',
      summary: 'Shows a room.',
      parameters: byRoom,
      replies: { 200: { meaning: 'The room.', body: roomShape } },
      errors: roomErrors,
    },
    updateRoom: {
      ...ofUser,
      method: 'PATCH',
      path: '/api/rooms/{id}/',
      summary: 'Changes a room that the user created.',
      parameters: byRoom,
      body: fields({
        name: name.optional(),
        description: description.optional(),
      }),
      replies: { 200: { meaning: 'The room.', body: roomShape } },
      errors: [...roomErrors, chatErrors.NOT_THE_CREATOR],
    },
    deleteRoom: {
      ...ofUser,
      method: 'DELETE',
      path: '/api/rooms/{id}/',
      summary: 'Deletes a room that the user created.',
      parameters: byRoom,
      replies: { 204: { meaning: 'The room is deleted.' } },
      errors: [...roomErrors, chatErrors.NOT_THE_CREATOR],
    },
    listMessages: {
      ...ofUser,
      method: 'GET',
      path: '/api/rooms/{id}/messages/',
      summary: 'Lists the messages of a room, the oldest first.',
      parameters: byRoom,
      query: z.object({
        limit: integerParameter(1).describe(
          'The newest so many, those next before `before`, or those next after `after`.',
        ),
        before: cursorParameter(),
        after: cursorParameter(),
        search: searchParameter().describe('Part of the content, in any case.'),
      }),
      replies: {
        200: { meaning: 'The messages.', body: z.array(messageShape) },
      },
      errors: roomErrors,
    },
  },
} as const satisfies RouteContract;

/** A body with fields; none at all is one without any of them. */
function fields<Shape extends z.ZodRawShape>(shape: Shape) {
  const names = Object.keys(shape);
  // A field that is missing is read as undefined, and reports that by itself.
  const missing = Object.fromEntries(names.map((it) => [it, undefined]));
  return z.preprocess(
    (body = {}) => (isDictionary(body) ? { ...missing, ...body } : body),
    z.object(shape),
  );
}
