import { z } from 'zod';

import { SOURCES } from '../../auth/Permissions.ts';
import { pageOf, pageQuery } from './paging.ts';
import {
  BASE,
  clientErrors,
  peerErrors,
  route,
  writeErrors,
  writeHeaders,
} from './routeParts.ts';
import type { ApiRoutes } from './routeParts.ts';
import { fromPeer, ofPeer, subscriptionShape } from './shapes.ts';

const SUBSCRIPTIONS = `${BASE}/rooms/{roomId}/peers/{peerId}/subscriptions`;

/** The choice of what peers receive of each other. */
export const subscriptionRoutes = {
  listServerSubscriptions: {
    ...route,
    scope: 'rooms:read',
    method: 'GET',
    path: SUBSCRIPTIONS,
    summary: 'Lists what a peer may receive of each other peer in its room.',
    parameters: ofPeer,
    query: z.object(pageQuery),
    replies: {
      200: { meaning: 'A page.', body: pageOf(subscriptionShape) },
    },
    errors: [...clientErrors, ...peerErrors],
  },
  setServerSubscription: {
    ...route,
    scope: 'peers:write',
    method: 'PUT',
    path: `${SUBSCRIPTIONS}/{fromId}`,
    summary:
      'Chooses the sources that a peer receives of another, until it leaves. Tracks of other sources do not exist for it.',
    headers: writeHeaders,
    parameters: fromPeer,
    body: z.strictObject({
      sources: z
        .array(z.enum(SOURCES))
        .max(SOURCES.length)
        .describe('The sources to receive; none with an empty list.'),
    }),
    replies: {
      200: { meaning: 'The choice.', body: subscriptionShape },
    },
    errors: [...writeErrors, ...peerErrors],
  },
} as const satisfies ApiRoutes;
