import { z } from 'zod';

import { apiErrors } from '../../auth/apiErrors.ts';
import type { ApiClient } from '../../auth/ApiKeyAuthenticator.ts';
import type { ApiScope } from '../../auth/apiScopes.ts';
import { authErrors } from '../../auth/errors.ts';
import { authorizationErrors } from '../../http/bearerToken.ts';
import type { RouteHandlers, RouteSpec } from '../../http/RouteSpec.ts';
import { roomErrors } from '../../rooms/errors.ts';
import { adminErrors } from './errors.ts';

/** Routes of the API by their names. */
export type ApiRoutes = Readonly<
  Record<string, RouteSpec & { scope: ApiScope }>
>;

/** The functions that serve routes of the API. */
export type ApiHandlers<Routes extends ApiRoutes> = RouteHandlers<
  { routes: Routes; error: never },
  ApiClient
>;

/** The start of every path of the API. */
export const BASE = '/api/server/v1';

/** Failures of every route. */
export const clientErrors = [
  authErrors.TOKEN_MISSING,
  authorizationErrors.AUTHORIZATION_MALFORMED,
  apiErrors.API_KEY_INVALID,
  apiErrors.API_SCOPE_MISSING,
  apiErrors.API_DISABLED,
] as const;

/** Failures of every route that writes. */
export const writeErrors = [
  ...clientErrors,
  adminErrors.IDEMPOTENCY_KEY_REUSED,
] as const;

/** Failures of every route to a peer, or to a client that waits. */
export const peerErrors = [
  roomErrors.ROOM_NOT_FOUND,
  roomErrors.PEER_NOT_FOUND,
] as const;

/** A route of the API. */
export const route = { audience: 'operators', requires: 'user' } as const;

/** A route of the API to a room. */
export const roomRoute = {
  ...route,
  liveRoom: ({ roomId = '' }) => roomId,
} as const satisfies Partial<RouteSpec>;

const idempotencyKey = {
  'idempotency-key': z
    .string()
    .regex(/^[\x21-\x7e]{1,255}$/, {
      message: 'expected 1 to 255 visible ASCII characters',
    })
    .optional()
    .describe(
      'A text chosen by the client, different for each request: a request sent again with the same key is served once and answered the same.',
    ),
};

/** The headers of a route that writes. */
export const writeHeaders = z.object(idempotencyKey);

/** The headers of a route that writes, with more of its own. */
export function writeHeadersWith<Shape extends z.ZodRawShape>(more: Shape) {
  return z.object({ ...idempotencyKey, ...more });
}
