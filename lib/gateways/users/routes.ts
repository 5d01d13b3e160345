import { z } from 'zod';

import { isEmailAddress } from '../../accounts/emailAddress.ts';
import { accountErrors } from '../../accounts/errors.ts';
import { ACCOUNT_ROLES } from '../../accounts/roles.ts';
import { isUsername, USERNAME_FORM } from '../../accounts/username.ts';
import { authErrors } from '../../auth/errors.ts';
import { coreErrors } from '../../core/errors.ts';
import {
  nameSchema,
  passwordSchema,
  plainText,
} from '../../core/validation.ts';
import { authorizationErrors } from '../../http/bearerToken.ts';
import { errorSchema } from '../../http/RouteSpec.ts';
import type { RouteContract } from '../../http/RouteSpec.ts';
import { storeErrors } from '../../store/errors.ts';

const username = z
  .string()
  .normalize('NFC')
  .refine(isUsername, { message: `expected ${USERNAME_FORM}` });

const displayName = nameSchema(100);

const password = passwordSchema.min(1);

const email = z.string().max(254).refine(isEmailAddress, {
  message: 'expected an email address',
});

/** Other texts than ids are the ids of no user. */
const byUser = z.object({ id: z.string().describe('The id of the user.') });

const wholeNumber = z
  .string()
  .regex(/^\d{1,15}$/, { message: 'expected a whole number' })
  .transform(Number)
  .meta({ type: 'integer' });

const userShape = z
  .object({
    id: z.string(),
    name: z
      .string()
      .describe('The username; the display name of an account that has none.'),
    displayName: z.string().optional(),
    email: z.string().optional().describe('Empty if there is none.'),
    role: z.enum(ACCOUNT_ROLES).optional(),
  })
  .meta({
    id: 'User',
    description:
      'A user. All but `id` and `name` is for the user and for the role admin alone.',
  });

const identityShape = z.object({ id: z.string(), name: z.string() });

const userErrors = [
  authErrors.TOKEN_MISSING,
  authorizationErrors.AUTHORIZATION_MALFORMED,
  authErrors.TOKEN_INVALID,
  authErrors.TOKEN_TYPE_WRONG,
  authErrors.TOKEN_EXPIRED,
  authErrors.TOKEN_NOT_YET_VALID,
  accountErrors.LOGIN_ENDED,
  accountErrors.USER_GONE,
  storeErrors.STORE_UNAVAILABLE,
] as const;

const ofUser = { audience: 'everybody', requires: 'user' } as const;

const ofPublic = { audience: 'everybody', requires: 'public' } as const;

/** The resources of users. */
export const routeContract = {
  error: errorSchema,
  pathsBelow: ['/users'],
  routes: {
    authenticate: {
      ...ofPublic,
      method: 'POST',
      path: '/auth',
      summary: 'Starts a login, by username or email address.',
      body: z.object({ username: plainText(254).min(1), password }),
      replies: {
        200: {
          meaning:
            'Its token, which every contract accepts but the server API.',
          body: z.object({ token: z.string(), user: identityShape }),
        },
      },
      errors: [
        coreErrors.NOT_FOUND,
        accountErrors.CREDENTIALS_WRONG,
        accountErrors.TOO_MANY_ATTEMPTS,
        accountErrors.BUSY,
        storeErrors.STORE_UNAVAILABLE,
      ],
    },
    listUsers: {
      ...ofUser,
      method: 'GET',
      path: '/users',
      summary: 'Lists users in the order of their ids.',
      query: z.object({
        after: wholeNumber
          .optional()
          .describe('The id of the last user of the page before.'),
        limit: wholeNumber
          .optional()
          .describe('Users on a page; accounts.listedUsers at most.'),
      }),
      replies: { 200: { meaning: 'The users.', body: z.array(userShape) } },
      errors: userErrors,
    },
    showUser: {
      ...ofUser,
      method: 'GET',
      path: '/users/{id}',
      summary: 'Shows a user.',
      parameters: byUser,
      replies: { 200: { meaning: 'The user.', body: userShape } },
      errors: [...userErrors, accountErrors.USER_NOT_FOUND],
    },
    createUser: {
      ...ofPublic,
      method: 'POST',
      path: '/users',
      summary: 'Creates an account.',
      body: z.object({
        username,
        password,
        name: displayName
          .optional()
          .describe('The display name; the username by default.'),
        email: email.optional(),
      }),
      replies: { 201: { meaning: 'The user.', body: identityShape } },
      errors: [
        accountErrors.ACCOUNT_REFUSED,
        accountErrors.REGISTRATION_CLOSED,
        accountErrors.TOO_MANY_ATTEMPTS,
        accountErrors.BUSY,
        storeErrors.STORE_UNAVAILABLE,
      ],
    },
    updateUser: {
      ...ofUser,
      method: 'PUT',
      path: '/users/{id}',
      summary:
        'Changes the own account, or any for the role admin. What is left out stays; a new password ends all logins of the account.',
      parameters: byUser,
      body: z.object({
        name: displayName.optional().describe('The display name.'),
        email: email.optional(),
        password: password.optional(),
        role: z
          .enum(ACCOUNT_ROLES)
          .optional()
          .describe('For the role admin alone.'),
      }),
      replies: { 200: { meaning: 'The user.', body: userShape } },
      errors: [
        ...userErrors,
        coreErrors.FORBIDDEN,
        accountErrors.USER_NOT_FOUND,
        accountErrors.ACCOUNT_REFUSED,
        accountErrors.TOO_MANY_ATTEMPTS,
        accountErrors.BUSY,
      ],
    },
    deleteUser: {
      ...ofUser,
      method: 'DELETE',
      path: '/users/{id}',
      summary:
        'Deletes the own account, or any for the role admin: ends its logins, and erases its names and its address.',
      parameters: byUser,
      replies: { 204: { meaning: 'The account is deleted.' } },
      errors: [
        ...userErrors,
        coreErrors.FORBIDDEN,
        accountErrors.USER_NOT_FOUND,
      ],
    },
  },
} as const satisfies RouteContract;
