import { z } from 'zod';

import { coreErrors } from '../../core/errors.ts';
import { FEED_EVENTS } from '../../feed/FeedEvent.ts';
import { auditShape } from './moderationShapes.ts';
import { BASE, clientErrors, route } from './routeParts.ts';
import type { ApiRoutes } from './routeParts.ts';
import { timeShape, trackShape } from './shapes.ts';

/** An event of the server. */
const eventShape = z
  .object({
    type: z.enum(FEED_EVENTS),
    at: timeShape,
    roomId: z
      .string()
      .optional()
      .describe('Left out where it concerns no room.'),
    peer: z
      .object({
        peerId: z.string(),
        userId: z.string().optional(),
        displayName: z.string().optional(),
        contract: z.string().optional(),
        role: z.string().optional(),
      })
      .optional()
      .describe('The peer that it is about: tracks have the peerId alone.'),
    track: trackShape.omit({ paused: true }).optional(),
    reason: z
      .string()
      .optional()
      .describe('The reason of `room.finished` and `peer.left`.'),
    audit: auditShape
      .optional()
      .describe(
        'The entry of `audit.recorded`, which needs the scope `audit:read` as well.',
      ),
  })
  .meta({ id: 'ServerEvent', description: 'An event of the server.' });

/** The events of the server, as they happen. */
export const eventRoutes = {
  followServerEvents: {
    ...route,
    scope: 'events:read',
    method: 'GET',
    path: `${BASE}/events`,
    summary:
      'Sends the events of the server as they happen, as server-sent events, until the client leaves.',
    headers: z.object({
      'last-event-id': z
        .string()
        .max(64)
        .optional()
        .describe(
          'The id of the last event that the client has: it first receives those after it, as far as they are kept.',
        ),
    }),
    replies: {
      200: { meaning: 'The events from now on.', events: eventShape },
    },
    errors: [...clientErrors, coreErrors.LIMIT_REACHED],
  },
} as const satisfies ApiRoutes;
