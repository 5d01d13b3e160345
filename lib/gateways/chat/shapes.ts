import { z } from 'zod';

import { ROOM_TYPES } from '../../store/Store.ts';

/** An id that the database assigned. */
const id = z.int();

const time = z.iso.datetime().describe('UTC.');

/** An account as its owner sees it. */
export const accountShape = z
  .object({ id, email: z.string(), name: z.string(), date_joined: time })
  .meta({ id: 'Account' });

/** A user as others see them. */
const userShape = z.object({ id, email: z.string(), name: z.string() }).meta({
  id: 'ChatUser',
  description:
    'A user. Of one whose account was deleted the address is empty, and the name is "Deleted user".',
});

/** A lasting room. */
export const roomShape = z
  .object({
    id,
    name: z.string(),
    description: z.string(),
    creator: userShape,
    room_type: z.enum(ROOM_TYPES),
    created_at: time,
    is_active: z.literal(true).describe('Deleted rooms are never shown.'),
  })
  .meta({ id: 'ChatRoom' });

/** One page of the rooms. */
export const roomPageShape = z
  .object({
    count: z.int().describe('The number of rooms on all pages.'),
    next: z.url().nullable().describe('The URL of the next page.'),
    previous: z.url().nullable().describe('The URL of the page before.'),
    results: z.array(roomShape),
  })
  .meta({ id: 'ChatRoomPage' });

/** A message. */
export const messageShape = z
  .object({ id, user: userShape, content: z.string(), created_at: time })
  .meta({ id: 'ChatMessage' });

/** Every error: about fields, or else about the request as a whole. */
export const errorShape = z
  .union([
    z.object({
      detail: z.string(),
      code: z.string().optional(),
      messages: z
        .array(
          z.object({
            token_class: z.string(),
            token_type: z.string(),
            message: z.string(),
          }),
        )
        .optional()
        .describe('The problem of an access token.'),
    }),
    z
      .record(z.string(), z.array(z.string()))
      .describe('Problems by field, or under `non_field_errors`.'),
  ])
  .meta({ id: 'ChatError' });
