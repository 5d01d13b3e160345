import { z } from 'zod';

import { roomErrors } from '../../rooms/errors.ts';
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
import { inRoom, ofPeer, waitingShape } from './shapes.ts';

const WAITING = `${BASE}/rooms/{roomId}/waiting`;

/** The clients in the lobbies of rooms. */
export const waitingRoutes = {
  listServerWaiting: {
    ...roomRoute,
    scope: 'rooms:read',
    method: 'GET',
    path: WAITING,
    summary:
      'Lists the clients in the lobby of a room in the order of their ids.',
    parameters: inRoom,
    query: z.object(pageQuery),
    replies: { 200: { meaning: 'A page.', body: pageOf(waitingShape) } },
    errors: [...clientErrors, roomErrors.ROOM_NOT_FOUND],
  },
  admitServerWaiting: {
    ...roomRoute,
    scope: 'peers:write',
    method: 'POST',
    path: `${WAITING}/{peerId}/admit`,
    summary: 'Admits a client from the lobby to the room.',
    headers: writeHeaders,
    parameters: ofPeer,
    replies: { 204: { meaning: 'The client is admitted.' } },
    errors: [...writeErrors, ...peerErrors, roomErrors.ROOM_LOCKED],
  },
  rejectServerWaiting: {
    ...roomRoute,
    scope: 'peers:write',
    method: 'DELETE',
    path: `${WAITING}/{peerId}`,
    summary: 'Turns a client in the lobby away.',
    headers: writeHeaders,
    parameters: ofPeer,
    replies: { 204: { meaning: 'The client is turned away.' } },
    errors: [...writeErrors, ...peerErrors],
  },
} as const satisfies ApiRoutes;
