import { z } from 'zod';

import { roomErrors } from '../../rooms/errors.ts';
import { adminErrors } from './errors.ts';
import { etagHeader, ifMatch } from './etag.ts';
import { pageOf, pageQuery } from './paging.ts';
import {
  BASE,
  clientErrors,
  peerErrors,
  roomRoute,
  writeErrors,
  writeHeaders,
  writeHeadersWith,
} from './routeParts.ts';
import type { ApiRoutes } from './routeParts.ts';
import {
  inRoom,
  ofPeer,
  ofTrack,
  peerChanges,
  peerShape,
  peerStatsShape,
} from './shapes.ts';

const trackErrors = [...peerErrors, roomErrors.PRODUCER_NOT_FOUND] as const;

const PEER = `${BASE}/rooms/{roomId}/peers/{peerId}`;

/** The peers of rooms, and their tracks. */
export const peerRoutes = {
  listServerPeers: {
    ...roomRoute,
    scope: 'rooms:read',
    method: 'GET',
    path: `${BASE}/rooms/{roomId}/peers`,
    summary: 'Lists the peers of a room in the order of their ids.',
    parameters: inRoom,
    query: z.object(pageQuery),
    replies: { 200: { meaning: 'A page of peers.', body: pageOf(peerShape) } },
    errors: [...clientErrors, roomErrors.ROOM_NOT_FOUND],
  },
  showServerPeer: {
    ...roomRoute,
    scope: 'rooms:read',
    method: 'GET',
    path: PEER,
    summary: 'Shows a peer.',
    parameters: ofPeer,
    replies: {
      200: { meaning: 'The peer.', body: peerShape, headers: etagHeader },
    },
    errors: [...clientErrors, ...peerErrors],
  },
  showServerPeerStats: {
    ...roomRoute,
    scope: 'rooms:read',
    method: 'GET',
    path: `${PEER}/stats`,
    summary:
      'Shows the media of a peer: its network paths, and bitrate, loss, round trip and score of its tracks.',
    parameters: ofPeer,
    replies: { 200: { meaning: 'The figures.', body: peerStatsShape } },
    errors: [...clientErrors, ...peerErrors],
  },
  updateServerPeer: {
    ...roomRoute,
    scope: 'peers:write',
    method: 'PATCH',
    path: PEER,
    summary:
      'Changes the role, the permissions, the name or the metadata of a peer. Tracks that it may no longer send or receive are closed.',
    headers: writeHeadersWith(ifMatch),
    parameters: ofPeer,
    body: peerChanges,
    replies: {
      200: { meaning: 'The peer.', body: peerShape, headers: etagHeader },
    },
    errors: [...writeErrors, ...peerErrors, adminErrors.PRECONDITION_FAILED],
  },
  removeServerPeer: {
    ...roomRoute,
    scope: 'peers:write',
    method: 'DELETE',
    path: PEER,
    summary: 'Removes a peer from its room, and can ban it.',
    headers: writeHeaders,
    parameters: ofPeer,
    query: z.object({
      ban: z
        .string()
        .regex(/^(?:true|forever|[1-9]\d{0,9})$/, {
          message: 'expected true, forever, or a number of seconds',
        })
        .optional()
        .describe(
          'Keeps the person out: `true` for rooms.banTime, `forever`, or a number of seconds.',
        ),
    }),
    replies: { 204: { meaning: 'The peer is removed.' } },
    errors: [...writeErrors, ...peerErrors],
  },
  muteServerTrack: {
    ...roomRoute,
    scope: 'peers:write',
    method: 'POST',
    path: `${PEER}/tracks/{trackId}/mute`,
    summary:
      'Pauses a track. Its owner is told and may resume it; no one else can.',
    headers: writeHeaders,
    parameters: ofTrack,
    replies: { 204: { meaning: 'The track is paused.' } },
    errors: [...writeErrors, ...trackErrors],
  },
  requestServerUnmute: {
    ...roomRoute,
    scope: 'peers:write',
    method: 'POST',
    path: `${PEER}/tracks/{trackId}/request-unmute`,
    summary: 'Asks the owner of a paused track to resume it.',
    headers: writeHeaders,
    parameters: ofTrack,
    replies: { 204: { meaning: 'The owner is asked.' } },
    errors: [...writeErrors, ...trackErrors],
  },
  stopServerTrack: {
    ...roomRoute,
    scope: 'peers:write',
    method: 'DELETE',
    path: `${PEER}/tracks/{trackId}`,
    summary: 'Ends a track.',
    headers: writeHeaders,
    parameters: ofTrack,
    replies: { 204: { meaning: 'The track has ended.' } },
    errors: [...writeErrors, ...trackErrors],
  },
} as const satisfies ApiRoutes;
