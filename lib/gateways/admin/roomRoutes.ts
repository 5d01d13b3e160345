import { z } from 'zod';

import type { ApiScope } from '../../auth/apiScopes.ts';
import type { RouteSpec } from '../../http/RouteSpec.ts';
import { roomErrors } from '../../rooms/errors.ts';
import { pageOf, pageQuery } from './paging.ts';
import {
  BASE,
  clientErrors,
  route,
  writeErrors,
  writeHeaders,
} from './routeParts.ts';
import { inRoom, roomShape } from './shapes.ts';

/** Rooms as resources. */
export const roomRoutes = {
  listServerRooms: {
    ...route,
    scope: 'rooms:read',
    method: 'GET',
    path: `${BASE}/rooms`,
    summary: 'Lists rooms in the order of their ids.',
    query: z.object({
      ...pageQuery,
      prefix: z
        .string()
        .max(128)
        .optional()
        .describe('The beginning of the ids.'),
    }),
    replies: { 200: { meaning: 'A page of rooms.', body: pageOf(roomShape) } },
    errors: clientErrors,
  },
  showServerRoom: {
    ...route,
    scope: 'rooms:read',
    method: 'GET',
    path: `${BASE}/rooms/{roomId}`,
    summary: 'Shows a room.',
    parameters: inRoom,
    replies: { 200: { meaning: 'The room.', body: roomShape } },
    errors: [...clientErrors, roomErrors.ROOM_NOT_FOUND],
  },
  closeServerRoom: {
    ...route,
    scope: 'rooms:write',
    method: 'POST',
    path: `${BASE}/rooms/{roomId}/close`,
    summary: 'Ends a room for everyone in it.',
    headers: writeHeaders,
    parameters: inRoom,
    replies: { 204: { meaning: 'The room is closed.' } },
    errors: [...writeErrors, roomErrors.ROOM_NOT_FOUND],
  },
} as const satisfies Record<string, RouteSpec & { scope: ApiScope }>;
