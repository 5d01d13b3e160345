import { z } from 'zod';

import { idSchema } from '../../core/validation.ts';
import { storeErrors } from '../../store/errors.ts';
import { adminErrors } from './errors.ts';
import { pageOf, pageQuery } from './paging.ts';
import {
  BASE,
  clientErrors,
  route,
  writeErrors,
  writeHeaders,
} from './routeParts.ts';
import type { ApiRoutes } from './routeParts.ts';
import { auditShape, banShape, networkSchema } from './moderationShapes.ts';

const time = z.iso.datetime({ offset: true });

/** Bans, and the audit log. */
export const banRoutes = {
  listServerBans: {
    ...route,
    scope: 'bans:read',
    method: 'GET',
    path: `${BASE}/bans`,
    summary: 'Lists the bans that have not expired, the oldest first.',
    query: z.object({
      ...pageQuery,
      roomId: idSchema.optional().describe('Only those of this room.'),
    }),
    replies: { 200: { meaning: 'A page of bans.', body: pageOf(banShape) } },
    errors: [...clientErrors, storeErrors.STORE_UNAVAILABLE],
  },
  createServerBan: {
    ...route,
    scope: 'bans:write',
    method: 'POST',
    path: `${BASE}/bans`,
    summary:
      'Keeps a user or a network out of a room. Peers of the user are removed; those from the network stay until they leave.',
    headers: writeHeaders,
    body: z.strictObject({
      roomId: idSchema,
      userId: idSchema
        .optional()
        .describe('The user, as tokens name it; this or network is required.'),
      network: networkSchema
        .optional()
        .describe(
          'An address; of an IPv6 address, its network (/64) is banned.',
        ),
      ttl: z
        .int()
        .min(1)
        .max(315_360_000)
        .optional()
        .describe('The time until it expires, s; without it, never.'),
    }),
    replies: { 201: { meaning: 'The ban.', body: banShape } },
    errors: writeErrors,
  },
  liftServerBan: {
    ...route,
    scope: 'bans:write',
    method: 'DELETE',
    path: `${BASE}/bans/{banId}`,
    summary: 'Lifts a ban.',
    headers: writeHeaders,
    parameters: z.object({ banId: z.string().max(64) }),
    replies: { 204: { meaning: 'The ban is lifted.' } },
    errors: [
      ...writeErrors,
      adminErrors.BAN_NOT_FOUND,
      storeErrors.STORE_UNAVAILABLE,
    ],
  },
  listServerAudit: {
    ...route,
    scope: 'audit:read',
    method: 'GET',
    path: `${BASE}/audit`,
    summary:
      'Lists what moderators and clients of this API have done, the newest first.',
    query: z.object({
      ...pageQuery,
      roomId: idSchema.optional(),
      actorId: idSchema.optional().describe('The id of a user, or of a key.'),
      targetId: idSchema.optional().describe('The id of a user.'),
      action: z.string().max(64).optional(),
      from: time.optional(),
      until: time.optional(),
    }),
    replies: {
      200: { meaning: 'A page of entries.', body: pageOf(auditShape) },
    },
    errors: [...clientErrors, storeErrors.STORE_UNAVAILABLE],
  },
} as const satisfies ApiRoutes;
