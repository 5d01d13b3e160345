import { z } from 'zod';

import { SOURCES } from '../../auth/Permissions.ts';
import { pageOf, pageQuery } from './paging.ts';
import {
  BASE,
  clientErrors,
  peerErrors,
  roomRoute,
  writeErrors,
  writeHeaders,
} from './routeParts.ts';
import type { ApiRoutes } from './routeParts.ts';
import { fromPeer, ofPeer, subscriptionShape } from './shapes.ts';

const SUBSCRIPTIONS = `${BASE}/rooms/{roomId}/peers/{peerId}/subscriptions`;

/** The sources that peers receive from each other. */
export const subscriptionRoutes = {
  listServerSubscriptions: {
    ...roomRoute,
    scope: 'rooms:read',
    method: 'GET',
    path: SUBSCRIPTIONS,
    summary:
      'Lists the sources that a peer may receive from each other peer in its room.',
    parameters: ofPeer,
    query: z.object(pageQuery),
    replies: {
      200: { meaning: 'A page.', body: pageOf(subscriptionShape) },
    },
    errors: [...clientErrors, ...peerErrors],
  },
  setServerSubscription: {
    ...roomRoute,
    scope: 'peers:write',
    method: 'PUT',
    path: `${SUBSCRIPTIONS}/{fromId}`,
    summary:
      'Chooses the sources that a peer receives from another, until it leaves. It does not see tracks of other sources.',
    headers: writeHeaders,
    parameters: fromPeer,
    body: z.strictObject({
      sources: z
        .array(z.enum(SOURCES))
        .max(SOURCES.length)
        .describe('The sources to receive; an empty list for none.'),
    }),
    replies: {
      200: { meaning: 'The choice.', body: subscriptionShape },
    },
    errors: [...writeErrors, ...peerErrors],
  },
} as const satisfies ApiRoutes;
