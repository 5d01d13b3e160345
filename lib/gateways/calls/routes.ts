import type { RouteContract } from '../../http/RouteSpec.ts';
import { conversationRoutes } from './conversationRoutes.ts';
import { encodeError, errorShape } from './encodeError.ts';

/** The resources of conversations and calls. */
export const routeContract = {
  pathsBelow: ['/api/conversations', '/api/share-links'],
  error: errorShape,
  encodeError,
  routes: conversationRoutes,
} as const satisfies RouteContract;
