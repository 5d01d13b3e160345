import { z } from 'zod';

import { idSchema } from '../../core/validation.ts';
import { storeErrors } from '../../store/errors.ts';
import { DELIVERY_STATUSES } from '../../store/WebhookStore.ts';
import { webhookErrors } from '../../webhooks/errors.ts';
import { WEBHOOK_EVENT_TYPES } from '../../webhooks/events.ts';
import { pageOf, pageQuery } from './paging.ts';
import {
  BASE,
  clientErrors,
  route,
  writeErrors,
  writeHeaders,
} from './routeParts.ts';
import type { ApiRoutes } from './routeParts.ts';
import { timeShape } from './shapes.ts';

/** A delivery of an event to an endpoint. */
const deliveryShape = z
  .object({
    deliveryId: z.string(),
    endpointId: z.string(),
    eventId: z.string().describe('The webhook-id that the receiver sees.'),
    type: z.string().describe('`peer.joined`, and others.'),
    roomId: z.string().optional(),
    sequence: z
      .int()
      .optional()
      .describe('The number of the event in its room.'),
    status: z
      .enum(DELIVERY_STATUSES)
      .describe(
        '`pending`: it is to be tried, for the first time or again. `failed`: it is given up.',
      ),
    attempts: z.int().min(0),
    responseStatus: z
      .int()
      .optional()
      .describe('The status of the last answer; left out without one.'),
    error: z
      .string()
      .optional()
      .describe('The failure of the last attempt; left out without one.'),
    createdAt: timeShape,
    updatedAt: timeShape,
    nextAttemptAt: timeShape
      .optional()
      .describe('UTC. The earliest time; left out unless it is pending.'),
    data: z.record(z.string(), z.unknown()).describe('The data of the event.'),
  })
  .meta({
    id: 'ServerDelivery',
    description: 'A delivery of an event to an endpoint of webhooks.',
  });

/** Deliveries of webhooks. */
export const webhookRoutes = {
  listServerDeliveries: {
    ...route,
    scope: 'webhooks:read',
    method: 'GET',
    path: `${BASE}/webhooks/deliveries`,
    summary: 'Lists the deliveries of webhooks, the newest first.',
    query: z.object({
      ...pageQuery,
      endpointId: z.string().max(64).optional(),
      status: z.enum(DELIVERY_STATUSES).optional(),
      type: z.enum(WEBHOOK_EVENT_TYPES).optional(),
      roomId: idSchema.optional(),
    }),
    replies: {
      200: { meaning: 'A page of deliveries.', body: pageOf(deliveryShape) },
    },
    errors: [...clientErrors, storeErrors.STORE_UNAVAILABLE],
  },
  replayServerDelivery: {
    ...route,
    scope: 'webhooks:write',
    method: 'POST',
    path: `${BASE}/webhooks/deliveries/{deliveryId}/replay`,
    summary:
      'Delivers an event again, with the same id. An endpoint that is switched off is switched on.',
    headers: writeHeaders,
    parameters: z.object({ deliveryId: z.string().max(64) }),
    replies: { 202: { meaning: 'It is pending.', body: deliveryShape } },
    errors: [
      ...writeErrors,
      webhookErrors.DELIVERY_NOT_FOUND,
      webhookErrors.WEBHOOK_ENDPOINT_UNKNOWN,
      storeErrors.STORE_UNAVAILABLE,
    ],
  },
} as const satisfies ApiRoutes;
