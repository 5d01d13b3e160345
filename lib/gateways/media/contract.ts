import { z } from 'zod';

import type { EventTable, RequestTable } from '../../core/contract.ts';
import { kindSchema, serverIdSchema } from '../../media/schemas.ts';
import { errorFields } from './encodeError.ts';
import {
  callIdShape,
  connectFields,
  consumerFields,
  consumerShape,
  producerFields,
  producerShape,
  transportFields,
  transportShape,
} from './shapes.ts';

/** Longest token that is looked at. */
const MAX_TOKEN_LENGTH = 8_192;

const nothing = z.object({});

const token = z.string().max(MAX_TOKEN_LENGTH).optional();

const transportId = serverIdSchema
  .optional()
  .describe('May be left out if there is only one in this direction.');

/** One track, sent or received. */
const track = z
  .object({
    producerId: serverIdSchema.optional(),
    consumerId: serverIdSchema.optional(),
  })
  .refine(isOne, { message: 'expected either producerId or consumerId' });

/** Every event that clients send. */
export const requests = {
  authenticate: {
    summary:
      'Tells who the client is, and the call in which it is a participant. Answered with `authenticated`; then the producers that are there follow.',
    requires: 'public',
    data: z.object({
      callId: callIdShape,
      userId: z.string().min(1).max(128).optional(),
      token,
      sessionToken: token.describe('That of a guest.'),
    }),
    reply: z.object({
      participantId: z.string(),
      routerId: z.string(),
    }),
  },
  'create-transport': {
    summary: 'Opens a transport.',
    requires: 'member',
    data: z.object(transportFields),
    reply: transportShape,
  },
  'connect-transport': {
    summary: "Connects a transport to the client's end.",
    requires: 'member',
    data: z.object({ transportId: serverIdSchema, ...connectFields }),
    reply: nothing,
  },
  produce: {
    summary: 'Sends a track.',
    requires: 'member',
    data: z.object({ transportId, ...producerFields }),
    reply: producerShape,
  },
  consume: {
    summary: 'Receives a track.',
    requires: 'member',
    data: z.object({ transportId, ...consumerFields }),
    reply: z.object({ ...consumerShape.shape, producerId: serverIdSchema }),
  },
  resume: {
    summary: 'Resumes a track that is sent or received.',
    requires: 'member',
    data: track,
    reply: nothing,
  },
  pause: {
    summary: 'Pauses a track that is sent or received.',
    requires: 'member',
    data: track,
    reply: nothing,
  },
  close: {
    summary: 'Closes a track, or a transport with its tracks.',
    requires: 'member',
    data: z
      .object({
        producerId: serverIdSchema.optional(),
        consumerId: serverIdSchema.optional(),
        transportId: serverIdSchema.optional(),
      })
      .refine(isOne, {
        message: 'expected one of producerId, consumerId and transportId',
      }),
    reply: nothing,
  },
} satisfies RequestTable;

/** Every event that the server sends. */
export const events = {
  authenticated: {
    summary: 'The answer to `authenticate`.',
    data: z.object({
      success: z.boolean(),
      participantId: z.string().optional(),
      routerId: z.string().optional(),
      error: z.string().optional(),
    }),
  },
  'new-producer': {
    summary: 'Another participant sends a track.',
    data: z.object({
      producerId: serverIdSchema,
      participantId: z.string(),
      kind: kindSchema,
    }),
  },
  'producer-closed': {
    summary: 'A track of another participant has ended.',
    data: z.object({
      producerId: serverIdSchema,
      participantId: z.string(),
    }),
  },
  'call:error': {
    summary: 'A failure: of an event without a callback, or of the connection.',
    data: errorFields.partial({ details: true }),
  },
} satisfies EventTable;

/** The names and data of the events that the server sends. */
export type MediaEvent = {
  [Name in keyof typeof events]: {
    name: Name;
    data: z.input<(typeof events)[Name]['data']>;
  };
}[keyof typeof events];

function isOne(ids: Readonly<Record<string, string | undefined>>): boolean {
  return Object.values(ids).filter((id) => id !== undefined).length === 1;
}
