import type { AccountAuthenticator } from '../../accounts/AccountAuthenticator.ts';
import { bearerToken } from '../../http/bearerToken.ts';
import { routeTable } from '../../http/RouteSpec.ts';
import type { RouteTable } from '../../http/RouteSpec.ts';
import type { AccessOptions } from '../../limits/options.ts';
import type { Gateway } from '../Gateway.ts';
import { routeHandlers } from './handlers.ts';
import type { UserServices } from './handlers.ts';
import { routeContract } from './routes.ts';

/** The users service: accounts as resources, without connections. */
export class UsersGateway implements Gateway {
  readonly name = 'users';
  readonly service = 'users-service';
  readonly connections = 0;
  readonly routes: RouteTable;

  constructor(
    access: AccessOptions,
    authenticator: AccountAuthenticator,
    services: UserServices,
  ) {
    this.routes = routeTable(routeContract, {
      handlers: routeHandlers(services, access),
      authenticate: (request) =>
        authenticator.authenticate(bearerToken(request)),
    });
  }

  /** It has no connections. */
  close(): void {}
}
