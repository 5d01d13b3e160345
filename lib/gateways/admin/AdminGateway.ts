import {
  ApiKeyAuthenticator,
  requireScope,
} from '../../auth/ApiKeyAuthenticator.ts';
import type { ApiClient } from '../../auth/ApiKeyAuthenticator.ts';
import type { ApiScope } from '../../auth/apiScopes.ts';
import type { AuthOptions } from '../../auth/options.ts';
import type { Live } from '../../core/Live.ts';
import type { EventFeed } from '../../feed/EventFeed.ts';
import { bearerToken } from '../../http/bearerToken.ts';
import type { OpsOptions } from '../../http/options.ts';
import { routeTable } from '../../http/RouteSpec.ts';
import type { RouteHandlers, RouteTable } from '../../http/RouteSpec.ts';
import { networkOf } from '../../limits/network.ts';
import type { AccessOptions, Limits } from '../../limits/options.ts';
import type { ProvisionedRooms } from '../../provisioning/ProvisionedRooms.ts';
import type { RoomRegistry } from '../../rooms/RoomRegistry.ts';
import type { RoomsOptions } from '../../rooms/options.ts';
import type { AuditLog } from '../../moderation/AuditLog.ts';
import type { Bans } from '../../moderation/Bans.ts';
import type { Webhooks } from '../../webhooks/Webhooks.ts';
import type { Gateway } from '../Gateway.ts';
import { ApiAudit } from './ApiAudit.ts';
import { banHandlers } from './banHandlers.ts';
import { eventHandlers } from './eventHandlers.ts';
import { History } from './History.ts';
import { keyHandlers } from './keyHandlers.ts';
import { KeptReplies } from './KeptReplies.ts';
import { Node } from './Node.ts';
import type { NodeParts } from './Node.ts';
import { nodeHandlers } from './nodeHandlers.ts';
import { peerHandlers } from './peerHandlers.ts';
import { roomHandlers } from './roomHandlers.ts';
import { routeContract } from './routes.ts';
import { subscriptionHandlers } from './subscriptionHandlers.ts';
import { tokenHandlers } from './tokenHandlers.ts';
import { waitingHandlers } from './waitingHandlers.ts';
import { webhookHandlers } from './webhookHandlers.ts';
import { servedOnce } from './servedOnce.ts';

/** The sections that the API needs. */
interface AdminSections {
  readonly auth: Live<AuthOptions>;
  readonly limits: Live<Limits>;
  readonly access: Live<AccessOptions>;
  readonly rooms: Live<RoomsOptions>;
}

/** The domain objects that the API acts on. */
export interface AdminServices extends NodeParts {
  readonly registry: RoomRegistry;
  readonly rooms: ProvisionedRooms;
  readonly bans: Bans;
  readonly auditLog: AuditLog;
  readonly webhooks: Webhooks;
  readonly feed: EventFeed;
  /** Begins to drain the server. */
  drain(): void;
}

/** The server API, with which backends and operators control rooms. */
export class AdminGateway implements Gateway {
  readonly name = 'admin';
  readonly connections = 0;
  readonly routes: RouteTable;
  readonly #history: History;

  constructor(config: AdminSections, ops: OpsOptions, services: AdminServices) {
    const { registry } = services;
    const audit = new ApiAudit(services.auditLog);
    const authenticator = new ApiKeyAuthenticator(config.auth, config.limits);
    const node = new Node(services);
    this.#history = new History(
      node,
      ops,
      () => config.auth.apiKeys.length > 0,
    );
    const handlers: RouteHandlers<typeof routeContract, ApiClient> = {
      ...roomHandlers(services.rooms, registry, config.rooms, audit),
      ...peerHandlers(registry, config.limits),
      ...waitingHandlers(registry),
      ...subscriptionHandlers(registry),
      ...tokenHandlers(config.auth, audit),
      ...banHandlers(services.bans, services.auditLog, audit),
      ...webhookHandlers(services.webhooks, audit),
      ...nodeHandlers(node, this.#history, () => services.drain(), audit),
      ...eventHandlers(services.feed, config.limits, authenticator),
      ...keyHandlers,
    };
    this.routes = routeTable(routeContract, {
      handlers: servedOnce(
        routeContract.routes,
        handlers,
        new KeptReplies(config.limits),
      ),
      authenticate: (request, { scope }) => {
        const network = networkOf(request, config.access.trustProxy);
        const token = bearerToken(request);
        const client = authenticator.authenticate(token, network);
        if (scope !== undefined) {
          requireScope(client, scope as ApiScope);
        }
        return client;
      },
    });
  }

  /** It has no connections of its own: streams of events end with their listener. */
  close(): void {
    this.#history.close();
  }
}
