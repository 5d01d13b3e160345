import type { RouteContract } from '../../http/RouteSpec.ts';
import { callRoutes } from './callRoutes.ts';
import { conversationRoutes } from './conversationRoutes.ts';
import { encodeError, errorShape } from './encodeError.ts';
import { iceRoutes } from './iceServers.ts';

/** The resources of conversations and calls. */
export const routeContract = {
  pathsBelow: ['/api'],
  error: errorShape,
  encodeError,
  routes: { ...conversationRoutes, ...callRoutes, ...iceRoutes },
} as const satisfies RouteContract;
