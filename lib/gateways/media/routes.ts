import { z } from 'zod';

import { accountErrors } from '../../accounts/errors.ts';
import { authErrors } from '../../auth/errors.ts';
import { callErrors } from '../../calls/errors.ts';
import { coreErrors } from '../../core/errors.ts';
import { authorizationErrors } from '../../http/bearerToken.ts';
import type { RouteContract } from '../../http/RouteSpec.ts';
import { mediaErrors } from '../../media/errors.ts';
import { roomErrors } from '../../rooms/errors.ts';
import { storeErrors } from '../../store/errors.ts';
import { encodeError, errorShape } from './encodeError.ts';
import {
  callIdShape,
  codecsShape,
  connectFields,
  consumerFields,
  consumerShape,
  participantIdShape,
  pathIdShape,
  producerFields,
  producerShape,
  routerShape,
  transportFields,
  transportShape,
} from './shapes.ts';

/** Room for the capabilities of a browser with many codecs. */
const BODY_LIMIT = 131_072;

const ofUser = { audience: 'everybody', requires: 'user' } as const;

const userErrors = [
  authErrors.TOKEN_MISSING,
  authorizationErrors.AUTHORIZATION_MALFORMED,
  authErrors.TOKEN_INVALID,
  authErrors.TOKEN_TYPE_WRONG,
  authErrors.TOKEN_EXPIRED,
  authErrors.TOKEN_NOT_YET_VALID,
  authErrors.USERS_UNAVAILABLE,
  accountErrors.LOGIN_ENDED,
  callErrors.SESSION_INVALID,
  storeErrors.STORE_UNAVAILABLE,
] as const;

const callFailures = [
  ...userErrors,
  callErrors.CALL_NOT_FOUND,
  callErrors.CALL_ENDED,
  callErrors.CALL_ELSEWHERE,
  callErrors.PERMISSION_DENIED,
] as const;

const mediaFailures = [
  ...userErrors,
  roomErrors.TRANSPORT_NOT_FOUND,
  roomErrors.PEER_CLOSED,
  mediaErrors.MEDIA_REJECTED,
] as const;

const byRouter = z.object({
  routerId: pathIdShape.describe('As `POST /routers` returns it.'),
});
const byTransport = z.object({ transportId: pathIdShape });

/** A successful reply with data. */
function success<Data extends z.ZodType>(data: Data) {
  return z.object({ success: z.literal(true), data });
}

const message = z.object({ success: z.literal(true), message: z.string() });

const closed = {
  200: { meaning: 'It is closed.', body: message },
} as const;

/** The operations of the media-server API. */
export const routeContract = {
  bodyLimit: BODY_LIMIT,
  pathsBelow: ['/routers', '/transports', '/producers', '/consumers'],
  error: errorShape,
  encodeError,
  routes: {
    createRouter: {
      ...ofUser,
      method: 'POST',
      path: '/routers',
      summary:
        'Opens the router of a call, or returns the one that is open already.',
      body: z.object({ callId: callIdShape, mediaCodecs: codecsShape }),
      replies: { 201: { meaning: 'The router.', body: success(routerShape) } },
      errors: [
        ...callFailures,
        callErrors.KICKED,
        callErrors.MEDIA_SERVER_ERROR,
        callErrors.TIMEOUT,
        coreErrors.SERVER_FULL,
        coreErrors.SHUTTING_DOWN,
      ],
    },
    createTransport: {
      ...ofUser,
      method: 'POST',
      path: '/routers/{routerId}/transports',
      summary: 'Opens a transport for a participant.',
      parameters: byRouter,
      body: z.object({
        participantId: participantIdShape,
        ...transportFields,
      }),
      replies: {
        201: { meaning: 'The transport.', body: success(transportShape) },
      },
      errors: [
        ...callFailures,
        callErrors.PARTICIPANT_NOT_FOUND,
        roomErrors.ROOM_NOT_FOUND,
        roomErrors.BANNED,
        roomErrors.ROOM_FULL,
        roomErrors.PEER_CLOSED,
        coreErrors.SERVER_FULL,
      ],
    },
    connectTransport: {
      ...ofUser,
      method: 'POST',
      path: '/transports/{transportId}/connect',
      summary: "Connects a transport to the participant's end.",
      parameters: byTransport,
      body: z.object(connectFields),
      replies: {
        200: {
          meaning: 'It is connected.',
          body: z.object({ success: z.literal(true) }),
        },
      },
      errors: [...mediaFailures, roomErrors.TRANSPORT_CONNECTED],
    },
    createProducer: {
      ...ofUser,
      method: 'POST',
      path: '/transports/{transportId}/producers',
      summary: 'Creates a producer: the participant sends a track.',
      parameters: byTransport,
      body: z.object(producerFields),
      replies: {
        201: { meaning: 'The producer.', body: success(producerShape) },
      },
      errors: [...mediaFailures, roomErrors.WRONG_DIRECTION],
    },
    createConsumer: {
      ...ofUser,
      method: 'POST',
      path: '/transports/{transportId}/consumers',
      summary: 'Creates a consumer: the participant receives a track.',
      parameters: byTransport,
      body: z.object(consumerFields),
      replies: {
        201: { meaning: 'The consumer.', body: success(consumerShape) },
      },
      errors: [
        ...mediaFailures,
        roomErrors.WRONG_DIRECTION,
        roomErrors.PRODUCER_NOT_FOUND,
      ],
    },
    deleteProducer: {
      ...ofUser,
      method: 'DELETE',
      path: '/producers/{producerId}',
      summary: 'Closes a producer.',
      parameters: z.object({ producerId: pathIdShape }),
      replies: closed,
      errors: [...userErrors, roomErrors.PRODUCER_NOT_FOUND],
    },
    deleteConsumer: {
      ...ofUser,
      method: 'DELETE',
      path: '/consumers/{consumerId}',
      summary: 'Closes a consumer.',
      parameters: z.object({ consumerId: pathIdShape }),
      replies: closed,
      errors: [...userErrors, roomErrors.CONSUMER_NOT_FOUND],
    },
    deleteTransport: {
      ...ofUser,
      method: 'DELETE',
      path: '/transports/{transportId}',
      summary: 'Closes a transport with its producers and consumers.',
      parameters: byTransport,
      replies: closed,
      errors: [...userErrors, roomErrors.TRANSPORT_NOT_FOUND],
    },
    deleteRouter: {
      ...ofUser,
      method: 'DELETE',
      path: '/routers/{routerId}',
      summary:
        'Ends a call with its router. Of its participants, the initiator and admins may.',
      parameters: byRouter,
      replies: closed,
      errors: callFailures,
    },
  },
} as const satisfies RouteContract;
