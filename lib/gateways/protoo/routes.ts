import { z } from 'zod';

import { authErrors } from '../../auth/errors.ts';
import { isReserved } from '../../auth/reservedRooms.ts';
import { AppError, coreErrors } from '../../core/errors.ts';
import { displayNameSchema, idSchema } from '../../core/validation.ts';
import { errorSchema, routeTable } from '../../http/RouteSpec.ts';
import type {
  RouteContract,
  RouteHandlers,
  RouteTable,
} from '../../http/RouteSpec.ts';
import {
  routerRtpCapabilities,
  rtpCapabilitiesVersion,
} from '../../media/codecs.ts';
import { roomErrors } from '../../rooms/errors.ts';
import { knownClient } from '../../rooms/KnownClient.ts';
import { occupancyFor } from '../../rooms/occupancy.ts';
import type { RoomRegistry } from '../../rooms/RoomRegistry.ts';
import type { WebSocketGateway } from '../../signalling/ws/WebSocketGateway.ts';
import type { ProtooAdmission } from './ProtooSession.ts';

const kind = z.enum(['audio', 'video']);
const codecParameters = z.record(z.string(), z.unknown());

const routerCapabilities = z
  .object({
    codecs: z
      .array(
        z.object({
          kind,
          mimeType: z.string(),
          preferredPayloadType: z.int(),
          clockRate: z.int(),
          channels: z.int().optional(),
          parameters: codecParameters.optional(),
          rtcpFeedback: z
            .array(
              z.object({
                type: z.string(),
                parameter: z.string().optional(),
              }),
            )
            .optional(),
        }),
      )
      .optional(),
    headerExtensions: z
      .array(
        z.object({
          kind,
          uri: z.string(),
          preferredId: z.int(),
          preferredEncrypt: z.boolean().optional(),
          direction: z
            .enum(['sendrecv', 'sendonly', 'recvonly', 'inactive'])
            .optional(),
        }),
      )
      .optional(),
  })
  .meta({
    id: 'RouterCapabilities',
    description:
      'The capabilities that mediasoup-client loads into its Device.',
  });

/** Rooms and admission over HTTP, beside the WebSocket of the gateway. */
export const routeContract = {
  error: errorSchema,
  closingSlash: 'optional',
  routes: {
    rtpCapabilities: {
      method: 'GET',
      path: '/rtp-capabilities',
      summary:
        'The capabilities of every room of this server, which clients need before they join.',
      audience: 'everybody',
      requires: 'public',
      replies: {
        200: {
          meaning: 'The capabilities; 304 if the client has them.',
          body: z.object({
            version: z
              .string()
              .describe('The rtpCapabilitiesVersion in the reply to joinRoom.'),
            rtpCapabilities: routerCapabilities,
          }),
          headers: z.object({ ETag: z.string(), 'Cache-Control': z.string() }),
        },
      },
      errors: [],
    },
    room: {
      method: 'GET',
      path: '/rooms/{roomId}',
      summary:
        'The capabilities of a room whose id is not reserved. A request for a room never creates it.',
      audience: 'everybody',
      requires: 'public',
      parameters: z.strictObject({ roomId: idSchema }),
      replies: { 200: { meaning: 'The room.', body: routerCapabilities } },
      errors: [roomErrors.ROOM_NOT_FOUND],
    },
    admission: {
      method: 'GET',
      path: '/rooms/{roomId}/peers/{peerId}/admission',
      summary:
        'Tells if a protoo handshake would admit the peer, and a room with a reserved id its user. The token comes as Authorization: Bearer. Browsers do not show pages the reason for a refused handshake.',
      audience: 'everybody',
      pages: 'all',
      requires: 'public',
      parameters: z.strictObject({ roomId: idSchema, peerId: idSchema }),
      query: z.object({
        origin: z
          .string()
          .max(2_048)
          .optional()
          .describe(
            'The origin of the page: browsers send it with a handshake, but not with a request to the server that the page came from.',
          ),
        members: z
          .literal('true')
          .optional()
          .describe('Asks for the members of the room as well.'),
      }),
      replies: {
        200: {
          meaning: 'The peer would be admitted.',
          body: z.object({
            admitted: z.literal(true),
            members: z
              .object({
                count: z.int(),
                names: z
                  .array(displayNameSchema)
                  .describe(
                    'The names of the few who have been in it the longest.',
                  ),
                since: z
                  .int()
                  .optional()
                  .describe(
                    'When the first of them joined, ms since the epoch; left out without any.',
                  ),
              })
              .optional()
              .describe(
                'The members of a room that is open on this node, without the peer itself. Left out unless they are asked for and the peer could join at once: not where the room is locked or has a lobby and the peer has no power over these, where it is banned, and where it may not receive.',
              ),
          }),
        },
      },
      errors: [
        authErrors.TOKEN_MISSING,
        authErrors.TOKEN_INVALID,
        authErrors.TOKEN_EXPIRED,
        authErrors.TOKEN_NOT_YET_VALID,
        authErrors.TOKEN_TYPE_WRONG,
        authErrors.USERS_UNAVAILABLE,
        coreErrors.FORBIDDEN,
        coreErrors.SERVER_FULL,
        roomErrors.ROOM_NOT_FOUND,
        roomErrors.RECORD_UNAVAILABLE,
      ],
    },
  },
} as const satisfies RouteContract;

/** The routes of the gateway, with the code that serves them. */
export function protooRoutes(
  registry: RoomRegistry,
  gateway: Pick<
    WebSocketGateway<ProtooAdmission>,
    'authorizeUpgrade' | 'networkOf'
  >,
): RouteTable {
  const handlers: RouteHandlers<typeof routeContract> = {
    rtpCapabilities: () => ({
      status: 200,
      body: {
        version: rtpCapabilitiesVersion,
        rtpCapabilities: routerRtpCapabilities,
      },
      // Another server may follow at any time; to ask costs no round trip beside
      // the handshake of the WebSocket.
      headers: {
        ETag: `"${rtpCapabilitiesVersion}"`,
        'Cache-Control': 'public, no-cache',
      },
    }),

    room({ parameters: { roomId } }) {
      if (isReserved(roomId)) {
        throw new AppError(
          roomErrors.ROOM_NOT_FOUND,
          `roomId: expected one that is not reserved, got ${JSON.stringify(roomId)}`,
        );
      }
      const { codecs, headerExtensions } =
        registry.get(roomId).routers.rtpCapabilities;
      return { status: 200, body: { codecs, headerExtensions } };
    },

    async admission({ parameters, query, request }) {
      const url = new URL('https://localhost');
      url.search = new URLSearchParams(parameters).toString();
      const { roomId, peerId, grants } = await gateway.authorizeUpgrade(
        request,
        url,
        request.headers.origin ?? query.origin,
      );
      await registry.requireEntry(roomId, grants.identity);
      const room =
        query.members === undefined ? undefined : registry.rooms.get(roomId);
      const client = knownClient(grants, gateway.networkOf(request));
      return {
        status: 200,
        body: {
          admitted: true,
          members: room && occupancyFor(room, peerId, client, grants),
        },
      };
    },
  };
  return routeTable(routeContract, { handlers });
}
