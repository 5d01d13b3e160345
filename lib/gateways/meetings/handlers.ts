import type { IncomingMessage } from 'node:http';

import { bearerToken } from '../../http/bearerToken.ts';
import type { RouteHandlers } from '../../http/RouteSpec.ts';
import { networkOf } from '../../limits/network.ts';
import type { AccessOptions } from '../../limits/options.ts';
import type { RateLimit } from '../../limits/RateLimit.ts';
import type { MeetingServices } from '../../meetings/createMeetings.ts';
import type { MeetingClient } from '../../meetings/types.ts';
import type { routeContract } from './routes.ts';

/** The bounds on how often a network may ask for new things. */
interface MeetingRates {
  readonly creations: RateLimit;
  readonly entries: RateLimit;
}

/** The functions that serve the resources of the contract. */
export function routeHandlers(
  { meetings, authenticator }: MeetingServices,
  { creations, entries }: MeetingRates,
  access: AccessOptions,
): RouteHandlers<typeof routeContract, MeetingClient> {
  const from = (request: IncomingMessage): string =>
    networkOf(request, access.trustProxy);

  return {
    async createSession({ body, request }) {
      const token = tokenIn(request);
      const creator = await authenticator.recogniseCreator(token);
      const network = from(request);
      creations.take(network);
      const socket = await meetings.create(body, creator, network);
      return { status: 201, body: { socket } };
    },

    async joinSession({ parameters: { sessionUrl }, body, request }) {
      const client = await authenticator.recognise(tokenIn(request));
      const network = from(request);
      entries.take(network);
      const { password, token: earlier } = body ?? {};
      const { title, ticket, token } = await meetings.admit(
        sessionUrl,
        {
          password,
          earlier:
            earlier === undefined
              ? undefined
              : await authenticator.recognisePerson(earlier, sessionUrl),
        },
        client,
        network,
      );
      return { status: 200, body: { title, socket: ticket, token } };
    },

    async endSession({ parameters: { sessionUrl }, user }) {
      await meetings.end(sessionUrl, user);
      return { status: 204 };
    },
  };
}

/**
 * The token of a client that need not have one.
 *
 * @throws {AppError} TOKEN_MISSING for another scheme, AUTHORIZATION_MALFORMED.
 */
function tokenIn(request: IncomingMessage): string | undefined {
  return request.headers.authorization === undefined
    ? undefined
    : bearerToken(request);
}
