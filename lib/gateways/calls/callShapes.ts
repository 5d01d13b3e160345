import { z } from 'zod';

import { rtpCapabilitiesSchema } from '../../media/schemas.ts';
import { CALL_MODES, CALL_STATUSES } from '../../store/CallStore.ts';
import { timeShape } from './shapes.ts';

export const modeShape = z
  .enum(CALL_MODES)
  .describe('`p2p`: directly between two; `sfu`: by the server.');

export const statusShape = z
  .enum(CALL_STATUSES)
  .describe('`initiated` until the first acceptance.');

/** A participant of a call, as others see it. */
export const participantShape = z
  .object({
    participantId: z.string(),
    userId: z.string().optional().describe('Left out for guests.'),
    anonymousUserId: z.string().optional().describe('Only for guests.'),
    username: z.string(),
    role: z.enum(['initiator', 'participant']),
    status: z
      .enum(['connecting', 'connected', 'disconnected'])
      .describe(
        '`disconnected` while a participant may return, and of one who has left.',
      ),
    joinedAt: timeShape,
    leftAt: timeShape.optional().describe('Left out while in the call.'),
  })
  .meta({ id: 'CallParticipant' });

export const participantsShape = z
  .array(participantShape)
  .describe(
    'In the order in which they joined: those in the call; once it has ended, all who were.',
  );

/** The router of a call by the server. */
export const mediaServerShape = z
  .object({
    routerId: z.string().describe('The id of the live room.'),
    rtpCapabilities: rtpCapabilitiesSchema.describe(
      'Those of the router, with which a device is loaded.',
    ),
  })
  .meta({ id: 'MediaServerConfig' });

/** Seconds of a call. */
export const durationShape = z
  .int()
  .describe('Seconds since the first acceptance; 0 before.');
