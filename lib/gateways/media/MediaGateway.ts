import type { CallerAuthenticator } from '../../calls/CallerAuthenticator.ts';
import type { Calls } from '../../calls/Calls.ts';
import type { CallsOptions } from '../../calls/options.ts';
import type { Live } from '../../core/Live.ts';
import { bearerToken } from '../../http/bearerToken.ts';
import { routeTable } from '../../http/RouteSpec.ts';
import type { RouteTable } from '../../http/RouteSpec.ts';
import type { AccessOptions } from '../../limits/options.ts';
import type { Gateway } from '../Gateway.ts';
import { routeHandlers } from './handlers.ts';
import { MediaAuthenticator } from './MediaAuthenticator.ts';
import { routeContract } from './routes.ts';

/** The sections that the contract reads; their values may change. */
interface MediaSections {
  readonly access: Live<AccessOptions>;
  readonly calls: Live<CallsOptions>;
}

/**
 * The media-server API: the rooms of calls as routers, and their participants
 * as peers without signalling.
 */
export class MediaGateway implements Gateway {
  readonly name = 'media';
  readonly routes: RouteTable;

  constructor(
    config: MediaSections,
    calls: Calls,
    callers: CallerAuthenticator,
  ) {
    const authenticator = new MediaAuthenticator(callers, () => config.calls);
    this.routes = routeTable(routeContract, {
      handlers: routeHandlers(calls, config.access),
      authenticate: (request) => authenticator.identify(bearerToken(request)),
    });
  }

  get connections(): number {
    return 0;
  }

  /** Requests are ended by the listeners. */
  close(): void {}
}
