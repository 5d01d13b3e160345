import { errorSchema } from '../../http/RouteSpec.ts';
import type { RouteContract } from '../../http/RouteSpec.ts';
import { banRoutes } from './banRoutes.ts';
import { eventRoutes } from './eventRoutes.ts';
import { keyRoutes } from './keyRoutes.ts';
import { nodeRoutes } from './nodeRoutes.ts';
import { peerRoutes } from './peerRoutes.ts';
import { roomRoutes } from './roomRoutes.ts';
import { subscriptionRoutes } from './subscriptionRoutes.ts';
import { tokenRoutes } from './tokenRoutes.ts';
import { BASE } from './routeParts.ts';
import { waitingRoutes } from './waitingRoutes.ts';
import { webhookRoutes } from './webhookRoutes.ts';

/** The server API: rooms and everything in them as resources, for backends. */
export const routeContract = {
  error: errorSchema,
  pathsBelow: [BASE],
  routes: {
    ...roomRoutes,
    ...peerRoutes,
    ...waitingRoutes,
    ...subscriptionRoutes,
    ...tokenRoutes,
    ...banRoutes,
    ...webhookRoutes,
    ...nodeRoutes,
    ...eventRoutes,
    ...keyRoutes,
  },
} as const satisfies RouteContract;
