import { routeTable } from '../../http/RouteSpec.ts';
import type { RouteTable } from '../../http/RouteSpec.ts';
import type { SessionContext } from '../../signalling/Session.ts';
import type { Gateway } from '../Gateway.ts';
import { bearerToken } from './bearerToken.ts';
import { routeHandlers } from './handlers.ts';
import type { ChatServices } from './handlers.ts';
import { routeContract } from './routes.ts';

/** The chat API: accounts, and lasting rooms with their messages. */
export class ChatGateway implements Gateway {
  readonly name = 'chat';
  readonly connections = 0;
  readonly routes: RouteTable;

  constructor({ config }: SessionContext, services: ChatServices) {
    this.routes = routeTable(routeContract, {
      handlers: routeHandlers(services, config.access),
      authenticate: (request) =>
        services.authenticator.authenticate(bearerToken(request)),
    });
  }

  close(): void {}
}
