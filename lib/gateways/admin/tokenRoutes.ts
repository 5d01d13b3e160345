import { z } from 'zod';

import { permissionChangesSchema } from '../../auth/Permissions.ts';
import { ROLES } from '../../auth/roles.ts';
import { displayNameSchema, idSchema } from '../../core/validation.ts';
import { adminErrors } from './errors.ts';
import { BASE, route, writeErrors, writeHeaders } from './routeParts.ts';
import type { ApiRoutes } from './routeParts.ts';
import { timeShape } from './shapes.ts';

/** Tokens with which clients enter rooms. */
export const tokenRoutes = {
  createServerToken: {
    ...route,
    scope: 'tokens:write',
    method: 'POST',
    path: `${BASE}/tokens`,
    summary: 'Makes a token with which one peer enters a room.',
    headers: writeHeaders,
    body: z.strictObject({
      roomId: idSchema.describe(
        'The room, or a pattern in which `*` matches any text.',
      ),
      peerId: idSchema.optional().describe('A random one by default.'),
      displayName: displayNameSchema
        .optional()
        .describe('The name of the peer; without it, its client may choose.'),
      role: z.enum(ROLES).optional().describe('`member` by default.'),
      permissions: permissionChangesSchema
        .optional()
        .describe('Those that differ from the permissions of the role.'),
      ttl: z
        .int()
        .min(1)
        .optional()
        .describe(
          'Its lifetime, s; an hour by default, and auth.roomTokenLifetime at most.',
        ),
    }),
    replies: {
      201: {
        meaning: 'The token.',
        body: z.object({
          token: z.string(),
          roomId: z.string(),
          peerId: z.string(),
          expiresAt: timeShape,
        }),
      },
    },
    errors: [...writeErrors, adminErrors.SIGNING_KEY_MISSING],
  },
} as const satisfies ApiRoutes;
