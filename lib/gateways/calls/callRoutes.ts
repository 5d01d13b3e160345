import { z } from 'zod';

import { callErrors } from '../../calls/errors.ts';
import { coreErrors } from '../../core/errors.ts';
import type { RouteSpec } from '../../http/RouteSpec.ts';
import { roomErrors } from '../../rooms/errors.ts';
import {
  CALL_MODES,
  CALL_STATUSES,
  CALL_TYPES,
} from '../../store/CallStore.ts';
import {
  durationShape,
  mediaServerShape,
  modeShape,
  participantsShape,
  statusShape,
} from './callShapes.ts';
import { ofUser, userErrors } from './conversationRoutes.ts';
import { pageQuery } from './parameters.ts';
import {
  callIdSchema,
  languageSchema,
  successOf,
  timeShape,
} from './shapes.ts';

const byCall = z.object({ callId: callIdSchema });
const byParticipant = byCall.extend({ participantId: callIdSchema });

/** Failures of any resource of a call. */
const callResourceErrors = [
  ...userErrors,
  callErrors.CALL_NOT_FOUND,
  callErrors.PERMISSION_DENIED,
] as const;

const liveCallErrors = [
  ...callResourceErrors,
  callErrors.CALL_ENDED,
  callErrors.CALL_ELSEWHERE,
] as const;

/** Failures of resources that look conversations up. */
const directoryErrors = [
  callErrors.CONVERSATION_NOT_FOUND,
  callErrors.DIRECTORY_UNAVAILABLE,
] as const;

/** Failures of resources that need the room of a call. */
const mediaErrors = [
  callErrors.MEDIA_SERVER_ERROR,
  callErrors.TIMEOUT,
] as const;

const callBase = {
  callId: z.string(),
  conversationId: z.string(),
  mode: modeShape,
  status: statusShape,
  initiator: z.object({ userId: z.string(), username: z.string() }),
  participants: participantsShape,
};

/** A call that was over at a time, or is not yet. */
const endedAtShape = timeShape.nullable().describe('Null until it ends.');

export const startedCallShape = z.object({
  ...callBase,
  createdAt: timeShape,
  expiresAt: timeShape.describe('The end of the ringing.'),
});

export const callShape = z.object({
  ...callBase,
  mediaServerConfig: mediaServerShape
    .optional()
    .describe('Only in mode `sfu`.'),
  createdAt: timeShape,
  endedAt: endedAtShape,
  duration: durationShape,
});

export const joinedCallShape = z.object({
  participantId: z.string(),
  callId: z.string(),
  mode: modeShape,
  status: statusShape,
  mediaServerConfig: mediaServerShape
    .optional()
    .describe('Only in mode `sfu`.'),
  participants: participantsShape,
  joinedAt: timeShape,
});

export const callSummaryShape = z.object({
  callId: z.string(),
  mode: modeShape,
  status: statusShape,
  participantCount: z
    .int()
    .describe('The number of people who were in the call at any time.'),
  createdAt: timeShape,
  endedAt: endedAtShape,
  duration: durationShape,
});

export const transcriptionShape = z.object({
  transcriptionId: z.string(),
  participantId: z.string(),
  text: z.string(),
  language: z.string(),
  timestamp: timeShape,
  confidenceScore: z.number().optional(),
  translations: z.record(z.string(), z.string()).describe('By language.'),
});

/** A device that the initiator begins with. */
const device = z.boolean().optional();

/** The resources of calls, of their participants and of their texts. */
export const callRoutes = {
  initiateCall: {
    ...ofUser,
    method: 'POST',
    path: '/api/calls',
    summary:
      'Starts a call in a conversation, which rings for its other members.',
    body: z.object({
      conversationId: callIdSchema,
      type: z.enum(CALL_TYPES),
      settings: z
        .object({
          audioEnabled: device,
          videoEnabled: device,
          screenShareEnabled: device,
        })
        .optional()
        .describe(
          'The devices that are on at the start; by default audio, and in a video call video as well.',
        ),
    }),
    replies: {
      201: { meaning: 'The call.', body: successOf(startedCallShape) },
    },
    errors: [
      ...userErrors,
      ...directoryErrors,
      callErrors.NOT_A_MEMBER,
      callErrors.PERMISSION_DENIED,
      callErrors.CALL_ALREADY_ACTIVE,
      callErrors.INVALID_CONVERSATION_TYPE,
      coreErrors.SERVER_FULL,
      coreErrors.SHUTTING_DOWN,
    ],
  },
  showCall: {
    ...ofUser,
    method: 'GET',
    path: '/api/calls/{callId}',
    summary: 'Shows a call to people who are or were in it, and to admins.',
    parameters: byCall,
    replies: { 200: { meaning: 'The call.', body: successOf(callShape) } },
    errors: callResourceErrors,
  },
  joinCall: {
    ...ofUser,
    method: 'POST',
    path: '/api/calls/{callId}/participants',
    summary: 'Joins a call, which accepts it if it rings.',
    parameters: byCall,
    body: z
      .object({
        audioEnabled: z.boolean().default(true),
        videoEnabled: z.boolean().default(true),
      })
      .prefault({}),
    replies: {
      200: {
        meaning: 'The call, with the new participant.',
        body: successOf(joinedCallShape),
      },
    },
    errors: [
      ...liveCallErrors,
      ...directoryErrors,
      callErrors.KICKED,
      roomErrors.BANNED,
      callErrors.ALREADY_PARTICIPANT,
      callErrors.MAX_PARTICIPANTS_REACHED,
      ...mediaErrors,
    ],
  },
  leaveCall: {
    ...ofUser,
    method: 'DELETE',
    path: '/api/calls/{callId}/participants/{participantId}',
    summary:
      'Leaves a call. The initiator and admins can also remove others with it, for good.',
    parameters: byParticipant,
    replies: {
      200: {
        meaning: 'The participant has left.',
        body: successOf(
          z.object({
            message: z.string(),
            participantId: z.string(),
            leftAt: timeShape,
          }),
        ),
      },
    },
    errors: [...liveCallErrors, callErrors.PARTICIPANT_NOT_FOUND],
  },
  endCall: {
    ...ofUser,
    method: 'DELETE',
    path: '/api/calls/{callId}',
    summary: 'Ends a call for everyone. Only its initiator and admins may.',
    parameters: byCall,
    replies: {
      200: {
        meaning: 'The call has ended.',
        body: successOf(
          z.object({
            message: z.string(),
            callId: z.string(),
            endedAt: timeShape,
            duration: durationShape,
          }),
        ),
      },
    },
    errors: liveCallErrors,
  },
  listCalls: {
    ...ofUser,
    method: 'GET',
    path: '/api/conversations/{conversationId}/calls',
    summary: 'Lists the calls of a conversation, the newest first.',
    parameters: z.object({ conversationId: callIdSchema }),
    query: z.object({
      ...pageQuery,
      status: z
        .enum(CALL_STATUSES)
        .optional()
        .describe('Only calls with this status.'),
    }),
    replies: {
      200: {
        meaning: 'A page of the calls.',
        body: successOf(
          z.object({
            calls: z.array(callSummaryShape),
            total: z.int().describe('The number on all pages.'),
            limit: z.int(),
            offset: z.int(),
          }),
        ),
      },
    },
    errors: [...userErrors, ...directoryErrors, callErrors.PERMISSION_DENIED],
  },
  switchCallMode: {
    ...ofUser,
    method: 'PUT',
    path: '/api/calls/{callId}/mode',
    summary:
      'Switches the mode of a call, which then lasts until the number of participants changes. Only moderators and admins may.',
    parameters: byCall,
    body: z.object({ mode: z.enum(CALL_MODES) }),
    replies: {
      200: {
        meaning: 'The participants have switched.',
        body: successOf(
          z.object({
            callId: z.string(),
            mode: modeShape,
            switchedAt: timeShape,
            mediaServerConfig: mediaServerShape
              .optional()
              .describe('Only in mode `sfu`.'),
          }),
        ),
      },
    },
    errors: [
      ...liveCallErrors,
      callErrors.INVALID_MODE,
      callErrors.MODE_SWITCH_FAILED,
      ...mediaErrors,
    ],
  },
  submitTranscription: {
    ...ofUser,
    method: 'POST',
    path: '/api/calls/{callId}/transcriptions',
    summary:
      'Adds a text that a participant said, which is for media servers and transcribers with their secret (`calls.mediaServer.secret`).',
    parameters: byCall,
    body: z.object({
      participantId: callIdSchema,
      text: z.string().describe('Up to `limits.transcriptionLength`.'),
      language: languageSchema,
      timestamp: z.iso
        .datetime({ offset: true })
        .transform((time) => new Date(time)),
      confidenceScore: z.number().min(0).max(1).optional(),
    }),
    replies: {
      201: {
        meaning: 'The text was relayed, translated and stored.',
        body: successOf(
          z.object({
            transcriptionId: z.string(),
            translations: transcriptionShape.shape.translations,
          }),
        ),
      },
    },
    errors: [
      ...liveCallErrors,
      callErrors.PARTICIPANT_NOT_FOUND,
      callErrors.TRANSCRIPTION_ERROR,
    ],
  },
  listTranscriptions: {
    ...ofUser,
    method: 'GET',
    path: '/api/calls/{callId}/transcriptions',
    summary:
      'Lists the texts of a call, in the order in which they came, to people who are or were in it.',
    parameters: byCall,
    query: z.object(pageQuery),
    replies: {
      200: {
        meaning: 'A page of the texts.',
        body: successOf(
          z.object({
            transcriptions: z.array(transcriptionShape),
            total: z.int().describe('The number on all pages.'),
            limit: z.int(),
            offset: z.int(),
          }),
        ),
      },
    },
    errors: callResourceErrors,
  },
} as const satisfies Readonly<Record<string, RouteSpec>>;
