import type { ConversationServices } from '../../calls/openConversations.ts';
import type { Live } from '../../core/Live.ts';
import { bearerToken } from '../../http/bearerToken.ts';
import { routeTable } from '../../http/RouteSpec.ts';
import type { RouteTable } from '../../http/RouteSpec.ts';
import type { AccessOptions, Limits } from '../../limits/options.ts';
import { RateLimit } from '../../limits/RateLimit.ts';
import type { Gateway } from '../Gateway.ts';
import { conversationHandlers } from './conversationHandlers.ts';
import { routeContract } from './routes.ts';

/** The sections that the contract reads; their values may change. */
interface CallsGatewaySections {
  readonly access: Live<AccessOptions>;
  readonly limits: Live<Limits>;
}

/** The calls API: conversations, their guests, and calls in them. */
export class CallsGateway implements Gateway {
  readonly name = 'calls';
  readonly routes: RouteTable;

  constructor(
    { access, limits }: CallsGatewaySections,
    services: ConversationServices,
  ) {
    const guests = new RateLimit(limits, {
      perMinute: 'guestsPerMinute',
      burst: 'guestBurst',
    });
    this.routes = routeTable(routeContract, {
      handlers: conversationHandlers({ ...services, access, guests }),
      authenticate: (request) =>
        services.authenticator.requesterOf(bearerToken(request)),
    });
  }

  get connections(): number {
    return 0;
  }

  close(): void {
    // Its resources have no connections of their own.
  }
}
