import { z } from 'zod';

import { authErrors } from '../../auth/errors.ts';
import { callErrors } from '../../calls/errors.ts';
import { coreErrors } from '../../core/errors.ts';
import {
  displayNameSchema,
  idSchema,
  plainText,
} from '../../core/validation.ts';
import { authorizationErrors } from '../../http/bearerToken.ts';
import type { RouteSpec } from '../../http/RouteSpec.ts';
import { CONVERSATION_TYPES } from '../../store/CallStore.ts';
import { storeErrors } from '../../store/errors.ts';
import { pageQuery } from './parameters.ts';
import {
  callIdSchema,
  languageSchema,
  successOf,
  timeShape,
} from './shapes.ts';

/** The longest title of a conversation, characters. */
const MAX_TITLE_LENGTH = 200;

/** The most members that one request names. */
const MAX_NAMED = 10_000;

/** The shortest and the longest life of a share link, s. */
const MIN_EXPIRY = 1;
const MAX_EXPIRY = 31_536_000;

const MAX_TOKEN_LENGTH = 256;

/** Failures of any resource for users. */
export const userErrors = [
  authErrors.TOKEN_MISSING,
  authorizationErrors.AUTHORIZATION_MALFORMED,
  authErrors.TOKEN_INVALID,
  authErrors.TOKEN_TYPE_WRONG,
  authErrors.TOKEN_EXPIRED,
  authErrors.TOKEN_NOT_YET_VALID,
  authErrors.USERS_UNAVAILABLE,
  callErrors.SESSION_INVALID,
  storeErrors.STORE_UNAVAILABLE,
] as const;

const conversationErrors = [
  ...userErrors,
  callErrors.CONVERSATION_NOT_FOUND,
  callErrors.NOT_A_MEMBER,
] as const;

/** Changes are for those conversations alone that this server keeps. */
const changeErrors = [
  ...conversationErrors,
  callErrors.CONVERSATION_DENIED,
  coreErrors.NOT_FOUND,
] as const;

/** A resource for users, and for the operator's backend where it may. */
export const ofUser = {
  audience: 'everybody',
  requires: 'user',
} as const;

/** The id of a user in other issuers' tokens may be a number. */
const userIdSchema = z
  .union([idSchema, z.int().transform(String)])
  .describe('A text, or a whole number.');

const byConversation = z.object({ conversationId: callIdSchema });

/** A conversation as its members see it. */
export const conversationShape = z
  .object({
    conversationId: z.string(),
    type: z.enum(CONVERSATION_TYPES),
    title: z.string().describe('Empty if there is none.'),
    members: z
      .array(z.object({ userId: z.string(), username: z.string() }))
      .describe('In the order in which they were added.'),
  })
  .meta({ id: 'Conversation' });

const conversationReply = successOf(conversationShape);

/** The resources of conversations, their share links and their guests. */
export const conversationRoutes = {
  createConversation: {
    ...ofUser,
    method: 'POST',
    path: '/api/conversations',
    summary:
      'Creates a conversation, of which the user is a member. Public and global ones are for administrators, moderators and the secret of the server (`calls.secret`).',
    body: z.object({
      type: z.enum(CONVERSATION_TYPES),
      title: plainText(MAX_TITLE_LENGTH).default(''),
      memberIds: z
        .array(userIdSchema)
        .max(MAX_NAMED)
        .default([])
        .describe('The other members. A direct conversation has two.'),
    }),
    replies: {
      201: { meaning: 'The conversation.', body: conversationReply },
    },
    errors: [
      ...userErrors,
      callErrors.CONVERSATION_DENIED,
      coreErrors.NOT_FOUND,
    ],
  },
  listConversations: {
    ...ofUser,
    method: 'GET',
    path: '/api/conversations',
    summary:
      "Lists the user's conversations, beginning with the one joined last.",
    query: z.object(pageQuery),
    replies: {
      200: {
        meaning: 'A page of the conversations.',
        body: successOf(
          z.object({
            conversations: z.array(conversationShape),
            total: z.int().describe('The number on all pages.'),
            limit: z.int(),
            offset: z.int(),
          }),
        ),
      },
    },
    errors: [
      ...userErrors,
      callErrors.CONVERSATION_DENIED,
      coreErrors.NOT_FOUND,
    ],
  },
  showConversation: {
    ...ofUser,
    method: 'GET',
    path: '/api/conversations/{conversationId}',
    summary:
      'Shows a conversation to people who belong to it; public and global ones to every user.',
    parameters: byConversation,
    replies: {
      200: { meaning: 'The conversation.', body: conversationReply },
    },
    errors: [...conversationErrors, callErrors.DIRECTORY_UNAVAILABLE],
  },
  addMember: {
    ...ofUser,
    method: 'POST',
    path: '/api/conversations/{conversationId}/members',
    summary:
      'Adds a member: to a group by a member of it, to a public conversation oneself.',
    parameters: byConversation,
    body: z.object({ userId: userIdSchema }),
    replies: {
      201: {
        meaning: 'The conversation with the member.',
        body: conversationReply,
      },
    },
    errors: [
      ...changeErrors,
      callErrors.CONVERSATION_FIXED,
      callErrors.ALREADY_MEMBER,
    ],
  },
  removeMember: {
    ...ofUser,
    method: 'DELETE',
    path: '/api/conversations/{conversationId}/members/{userId}',
    summary:
      'Removes a member: oneself, or another one as the creator of the conversation.',
    parameters: byConversation.extend({ userId: idSchema }),
    replies: {
      200: {
        meaning: 'The member has left.',
        body: successOf(z.object({ message: z.string(), userId: z.string() })),
      },
    },
    errors: [
      ...changeErrors,
      callErrors.CONVERSATION_FIXED,
      callErrors.MEMBER_NOT_FOUND,
    ],
  },
  createShareLink: {
    ...ofUser,
    method: 'POST',
    path: '/api/conversations/{conversationId}/share-links',
    summary: 'Creates a link that lets guests into a conversation.',
    parameters: byConversation,
    body: z
      .object({
        expiresIn: z
          .int()
          .min(MIN_EXPIRY)
          .max(MAX_EXPIRY)
          .optional()
          .describe(
            'Seconds for which it is valid, up to `calls.shareLinkLifetime`, which counts if left out.',
          ),
      })
      .prefault({}),
    replies: {
      201: {
        meaning: 'The link. Its token is shown this once.',
        body: successOf(
          z.object({
            token: z.string(),
            url: z
              .string()
              .describe('The link, for a browser. It opens the page.'),
            expiresAt: timeShape,
          }),
        ),
      },
    },
    errors: [
      ...conversationErrors,
      callErrors.CONVERSATION_DENIED,
      callErrors.INVALID_CONVERSATION_TYPE,
      callErrors.DIRECTORY_UNAVAILABLE,
    ],
  },
  startGuestSession: {
    audience: 'everybody',
    requires: 'public',
    method: 'POST',
    path: '/api/share-links/{token}/sessions',
    summary: 'Lets a guest into the conversation of a share link.',
    parameters: z.object({ token: z.string().max(MAX_TOKEN_LENGTH) }),
    body: z.object({
      username: displayNameSchema,
      language: languageSchema
        .optional()
        .describe('The language that texts of calls are translated into.'),
    }),
    replies: {
      201: {
        meaning: 'The session. Its token is shown this once.',
        body: successOf(
          z.object({
            sessionToken: z.string(),
            anonymousUserId: z.string(),
            conversationId: z.string(),
          }),
        ),
      },
    },
    errors: [callErrors.SHARE_LINK_NOT_FOUND, storeErrors.STORE_UNAVAILABLE],
  },
} as const satisfies Readonly<Record<string, RouteSpec>>;
