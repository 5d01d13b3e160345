import { z } from 'zod';

import { iceServersFor } from '../../auth/iceServers.ts';
import type { IceOptions } from '../../auth/options.ts';
import { callerOf } from '../../calls/requester.ts';
import type { Client } from '../../calls/requester.ts';
import type {
  RouteContract,
  RouteHandlers,
  RouteSpec,
} from '../../http/RouteSpec.ts';
import { ofUser, userErrors } from './conversationRoutes.ts';
import { success, successOf } from './shapes.ts';

/** The resource of the servers that help two browsers to find each other. */
export const iceRoutes = {
  listIceServers: {
    ...ofUser,
    method: 'GET',
    path: '/api/ice-servers',
    summary:
      'Lists the STUN and TURN servers for calls in mode `p2p`, with credentials for the user.',
    replies: {
      200: {
        meaning: 'The servers, in the format of RTCPeerConnection.',
        body: successOf(
          z.object({
            iceServers: z.array(
              z.object({
                urls: z.array(z.string()),
                username: z.string().optional(),
                credential: z.string().optional(),
              }),
            ),
          }),
        ),
      },
    },
    errors: userErrors,
  },
} as const satisfies Readonly<Record<string, RouteSpec>>;

/** The part of the contract that is about them. */
interface IceContract extends RouteContract {
  routes: typeof iceRoutes;
}

/** The function that serves the resource. */
export function iceHandlers(
  ice: () => IceOptions,
): RouteHandlers<IceContract, Client> {
  return {
    listIceServers({ user }) {
      const { userId, guestId = '' } = callerOf(user);
      const iceServers = iceServersFor(userId ?? guestId, ice());
      return Promise.resolve({ status: 200, body: success({ iceServers }) });
    },
  };
}
