import { z } from 'zod';

import type { EventTable, RequestTable } from '../../core/contract.ts';
import { errorDetails } from '../../core/errorDetails.ts';
import { mediaServerShape, modeShape, participantShape } from './callShapes.ts';
import { callIdSchema, languageSchema, timeShape } from './shapes.ts';

/** Longest error of a client that could not switch. */
const MAX_ERROR_LENGTH = 1_000;

/** Longest line of a candidate. */
const MAX_CANDIDATE_LENGTH = 2_048;

/** Longest token that is looked at. */
const MAX_TOKEN_LENGTH = 8_192;

const id = callIdSchema;
const callId = id.describe('The call.');
const participantId = id.describe('The participant.');
const type = z.enum(['video', 'audio']);

const media = { audioEnabled: z.boolean(), videoEnabled: z.boolean() };
const settings = { ...media, screenShareEnabled: z.boolean() };

const description = z.object({
  type: z.enum(['offer', 'answer']),
  sdp: z.string().min(1),
});

const candidate = z.object({
  candidate: z.string().max(MAX_CANDIDATE_LENGTH),
  sdpMid: z.string().max(64).nullish(),
  sdpMLineIndex: z.int().min(0).max(65_535).nullish(),
  usernameFragment: z.string().max(256).nullish(),
});

const signal = z
  .discriminatedUnion('type', [
    description,
    z.object({ type: z.literal('ice-candidate'), candidate }),
  ])
  .meta({ id: 'CallSignal', description: 'A signal between two browsers.' });

const sentSignal = z
  .discriminatedUnion('type', [
    description,
    z.object({
      type: z.literal('ice-candidate'),
      candidate: candidate
        .nullable()
        .describe('null, after the last one, is not passed on.'),
    }),
  ])
  .meta({ id: 'SentSignal', description: 'A signal to another browser.' });

const nothing = z.object({});

const joined = z.object({
  callId: id,
  participantId: id.describe('The new participant.'),
  mode: modeShape,
  participants: z.array(participantShape),
  mediaServerConfig: mediaServerShape.optional().describe('In mode `sfu`.'),
});

/** Every event that clients send. */
export const requests = {
  authenticate: {
    summary:
      'Tells who the client is, within 10 s of the connection. Answered with `authenticated`. A token may also be in `auth.token` or the header `Authorization` of the handshake.',
    requires: 'public',
    data: z.object({
      userId: z
        .string()
        .min(1)
        .max(128)
        .optional()
        .describe(
          'Must be the user of the token. On an open server, it is believed without one.',
        ),
      token: z.string().max(MAX_TOKEN_LENGTH).optional(),
      sessionToken: z
        .string()
        .max(MAX_TOKEN_LENGTH)
        .optional()
        .describe('That of a guest.'),
      language: languageSchema
        .optional()
        .describe('The language that texts are translated to.'),
    }),
    reply: z.object({
      user: z.object({
        id: z.string(),
        username: z.string(),
        isAnonymous: z.boolean(),
      }),
    }),
  },
  'call:initiate': {
    summary: 'Starts a call, which rings for the others of the conversation.',
    requires: 'user',
    data: z.object({
      conversationId: id,
      type,
      settings: z.object(settings).partial().optional(),
    }),
    reply: z.object({ callId: id, mode: modeShape }),
  },
  'call:accept': {
    summary: 'Accepts a call that rings.',
    requires: 'user',
    data: z.object({ callId, ...media }),
    reply: joined,
  },
  'call:reject': {
    summary: 'Rejects a call that rings.',
    requires: 'user',
    data: z.object({
      callId,
      reason: z.enum(['busy', 'declined', 'unavailable']).optional(),
    }),
    reply: nothing,
  },
  'call:join': {
    summary: 'Joins a call.',
    requires: 'user',
    data: z.object({ callId, ...media }),
    reply: joined,
  },
  'call:leave': {
    summary: 'Leaves a call.',
    requires: 'member',
    data: z.object({ callId, participantId }),
    reply: nothing,
  },
  'call:signal': {
    summary:
      'Passes a signal on to the device of another participant. Only while media goes from browser to browser.',
    requires: 'member',
    data: z.object({
      callId,
      targetParticipantId: participantId,
      signal: sentSignal,
    }),
    reply: nothing,
  },
  'call:mode-switch-ack': {
    summary:
      'Says that the client has switched to the other mode, or could not.',
    requires: 'member',
    data: z.object({
      callId,
      participantId: participantId
        .optional()
        .describe('That of the client; ignored if it is another.'),
      success: z.boolean(),
      error: z.string().max(MAX_ERROR_LENGTH).optional(),
    }),
    reply: nothing,
  },
  'call:transcription': {
    summary: 'Relays a text that the participant spoke; a final one is kept.',
    requires: 'member',
    data: z.object({
      callId,
      participantId: participantId.optional(),
      text: z.string(),
      language: languageSchema,
      timestamp: z.iso.datetime({ offset: true }),
      isFinal: z.boolean(),
    }),
    reply: nothing,
  },
  'call:media-state-change': {
    summary: 'Tells the others which devices the participant uses.',
    requires: 'member',
    data: z.object({
      callId,
      participantId: participantId.optional(),
      ...settings,
    }),
    reply: nothing,
  },
} satisfies RequestTable;

/** Every event that the server sends. */
export const events = {
  authenticated: {
    summary: 'Answers `authenticate`.',
    data: z.object({
      success: z.boolean(),
      user: requests.authenticate.reply.shape.user.optional(),
      error: z.string().optional(),
    }),
  },
  'call:incoming': {
    summary: 'A call rings.',
    data: z.object({
      callId: id,
      conversationId: id,
      type,
      caller: z.object({ userId: z.string(), username: z.string() }),
      expiresAt: timeShape.describe('The end of the ringing, UTC.'),
    }),
  },
  'call:handled': {
    summary: 'Another device of the user has accepted or rejected the call.',
    data: z.object({ callId: id, by: z.enum(['accept', 'reject']) }),
  },
  'call:started': {
    summary:
      'The call has started. For the initiator, and for the participants who accept it.',
    data: z.object({
      callId: id,
      mode: modeShape,
      participants: z.array(participantShape),
      mediaServerConfig: mediaServerShape.optional(),
    }),
  },
  'call:participant-joined': {
    summary: 'A participant has joined.',
    data: z.object({
      callId: id,
      participant: participantShape.pick({
        participantId: true,
        userId: true,
        anonymousUserId: true,
        username: true,
        joinedAt: true,
      }),
      totalParticipants: z.int(),
    }),
  },
  'call:participant-left': {
    summary: 'A participant has left.',
    data: z.object({
      callId: id,
      participantId: id,
      userId: z.string().optional(),
      username: z.string(),
      leftAt: timeShape,
      totalParticipants: z.int(),
    }),
  },
  'call:ended': {
    summary: 'The call has ended, or rings no longer.',
    data: z.object({
      callId: id,
      reason: z.enum(['normal', 'timeout', 'error', 'forced']),
      endedBy: z.string().optional().describe('The user who ended it.'),
      endedAt: timeShape,
      duration: z.number().describe('Seconds.'),
    }),
  },
  'call:signal': {
    summary: 'A signal of another participant.',
    data: z.object({ callId: id, fromParticipantId: id, signal }),
  },
  'call:mode-switch': {
    summary:
      'The client is to switch to the other mode, and to acknowledge it with `call:mode-switch-ack`.',
    data: z.object({
      callId: id,
      oldMode: modeShape,
      newMode: modeShape,
      reason: z.enum([
        'participant-count-changed',
        'manual',
        'quality-fallback',
      ]),
      mediaServerConfig: mediaServerShape.optional(),
      switchDeadline: timeShape,
    }),
  },
  'call:transcription': {
    summary: 'A text of another participant.',
    data: z.object({
      callId: id,
      participantId: id,
      username: z.string(),
      text: z.string(),
      language: z.string(),
      translation: z.string().optional(),
      targetLanguage: z.string().optional(),
      timestamp: timeShape,
      isFinal: z.boolean(),
    }),
  },
  'call:participant-media-state': {
    summary: 'The devices that another participant uses.',
    data: z.object({
      callId: id,
      participantId: id,
      username: z.string(),
      ...settings,
    }),
  },
  'call:error': {
    summary:
      'A failure: of an event that was sent without a callback, or of the call.',
    data: z.object({
      callId: z.string().optional(),
      code: z.string(),
      message: z.string(),
      details: errorDetails.optional(),
    }),
  },
} satisfies EventTable;

/** The names and data of the events that the server sends. */
export type CallsEvent = {
  [Name in keyof typeof events]: {
    name: Name;
    data: z.input<(typeof events)[Name]['data']>;
  };
}[keyof typeof events];
