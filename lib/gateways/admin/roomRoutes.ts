import { z } from 'zod';

import { messageDataSchema, metadataSchema } from '../../core/boundedJson.ts';
import { idSchema } from '../../core/validation.ts';
import { provisioningErrors } from '../../provisioning/errors.ts';
import { roomErrors } from '../../rooms/errors.ts';
import { storeErrors } from '../../store/errors.ts';
import { adminErrors } from './errors.ts';
import { etagHeader, ifMatch } from './etag.ts';
import { pageOf, pageQuery } from './paging.ts';
import {
  BASE,
  clientErrors,
  peerErrors,
  roomRoute,
  route,
  writeErrors,
  writeHeaders,
  writeHeadersWith,
} from './routeParts.ts';
import type { ApiRoutes } from './routeParts.ts';
import { inRoom, roomShape } from './shapes.ts';

const maxPeers = z.int().min(1).max(100_000);

const emptyTimeout = z
  .int()
  .min(0)
  .max(86_400_000)
  .describe(
    'The time for which it stays open without a peer, ms; rooms.emptyTimeout by default.',
  );

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
      open: z
        .enum(['true', 'false'])
        .optional()
        .describe('Only open rooms, or only those that are not.'),
    }),
    replies: { 200: { meaning: 'A page of rooms.', body: pageOf(roomShape) } },
    errors: [...clientErrors, storeErrors.STORE_UNAVAILABLE],
  },
  createServerRoom: {
    ...route,
    scope: 'rooms:write',
    method: 'POST',
    path: `${BASE}/rooms`,
    summary:
      'Creates a room that lasts until it is deleted. It opens at the first join.',
    headers: writeHeaders,
    body: z.strictObject({
      roomId: idSchema.optional().describe('A random one by default.'),
      maxPeers: maxPeers.optional(),
      emptyTimeout: emptyTimeout.optional(),
      metadata: metadataSchema.optional(),
      locked: z.boolean().optional().describe('False by default.'),
      lobby: z.boolean().optional().describe('False by default.'),
    }),
    replies: {
      201: { meaning: 'The room.', body: roomShape, headers: etagHeader },
    },
    errors: [
      ...writeErrors,
      provisioningErrors.ROOM_EXISTS,
      roomErrors.ROOM_LOCKED,
      storeErrors.STORE_UNAVAILABLE,
    ],
  },
  showServerRoom: {
    ...roomRoute,
    scope: 'rooms:read',
    method: 'GET',
    path: `${BASE}/rooms/{roomId}`,
    summary: 'Shows a room.',
    parameters: inRoom,
    replies: {
      200: { meaning: 'The room.', body: roomShape, headers: etagHeader },
    },
    errors: [
      ...clientErrors,
      roomErrors.ROOM_NOT_FOUND,
      storeErrors.STORE_UNAVAILABLE,
    ],
  },
  updateServerRoom: {
    ...roomRoute,
    scope: 'rooms:write',
    method: 'PATCH',
    path: `${BASE}/rooms/{roomId}`,
    summary: 'Changes a room. If the room lasts, so do the changes.',
    headers: writeHeadersWith(ifMatch),
    parameters: inRoom,
    body: z.strictObject({
      maxPeers: maxPeers
        .nullable()
        .optional()
        .describe(
          'The most peers that it takes, those in it included; null for as many as any room (rooms.maxPeers).',
        ),
      emptyTimeout: emptyTimeout.optional(),
      metadata: metadataSchema
        .optional()
        .describe('Replaces the previous metadata.'),
      locked: z.boolean().optional(),
      lobby: z
        .boolean()
        .optional()
        .describe(
          'False admits all that wait, which is refused with 423 if the room is locked.',
        ),
    }),
    replies: {
      200: { meaning: 'The room.', body: roomShape, headers: etagHeader },
    },
    errors: [
      ...writeErrors,
      roomErrors.ROOM_NOT_FOUND,
      roomErrors.ROOM_LOCKED,
      adminErrors.PRECONDITION_FAILED,
      storeErrors.STORE_UNAVAILABLE,
    ],
  },
  deleteServerRoom: {
    ...roomRoute,
    scope: 'rooms:write',
    method: 'DELETE',
    path: `${BASE}/rooms/{roomId}`,
    summary: 'Ends a room for everyone in it, and deletes one that lasts.',
    headers: writeHeaders,
    parameters: inRoom,
    replies: { 204: { meaning: 'The room is deleted.' } },
    errors: [
      ...writeErrors,
      roomErrors.ROOM_NOT_FOUND,
      storeErrors.STORE_UNAVAILABLE,
    ],
  },
  sendServerData: {
    ...roomRoute,
    scope: 'rooms:write',
    method: 'POST',
    path: `${BASE}/rooms/{roomId}/data`,
    summary:
      'Sends data to all peers of a room, or to those named: if one of them is missing, to none.',
    headers: writeHeaders,
    parameters: inRoom,
    body: z.strictObject({
      data: messageDataSchema.describe('Any JSON.'),
      to: z
        .array(idSchema)
        .min(1)
        .max(1_000)
        .optional()
        .describe('The ids of peers; without it, all.'),
    }),
    replies: { 204: { meaning: 'The data is on its way.' } },
    errors: [...writeErrors, ...peerErrors],
  },
  closeServerRoom: {
    ...roomRoute,
    scope: 'rooms:write',
    method: 'POST',
    path: `${BASE}/rooms/{roomId}/close`,
    summary:
      'Ends a room for everyone in it. A lasting room can be entered again.',
    headers: writeHeaders,
    parameters: inRoom,
    replies: { 204: { meaning: 'The room is closed.' } },
    errors: [...writeErrors, roomErrors.ROOM_NOT_FOUND],
  },
} as const satisfies ApiRoutes;
