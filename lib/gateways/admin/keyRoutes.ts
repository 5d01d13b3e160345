import { z } from 'zod';

import { API_SCOPE_NAMES } from '../../auth/apiScopes.ts';
import type { RouteSpec } from '../../http/RouteSpec.ts';
import { BASE, clientErrors, route } from './routeParts.ts';

/** The key of a request. */
export const keyRoutes = {
  showServerKey: {
    ...route,
    method: 'GET',
    path: `${BASE}/key`,
    summary: 'Shows the key of the request and its scopes. Any key may.',
    replies: {
      200: {
        meaning: 'The key.',
        body: z
          .object({
            keyId: z.string(),
            scopes: z.array(z.enum(API_SCOPE_NAMES)),
          })
          .meta({
            id: 'ServerKey',
            description: 'A key of the server API, without its secret.',
          }),
      },
    },
    errors: clientErrors,
  },
} as const satisfies Record<string, RouteSpec>;
