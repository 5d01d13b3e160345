import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';

import type { Calls } from '../../calls/Calls.ts';
import type { ConversationServices } from '../../calls/openConversations.ts';
import { bearerToken } from '../../http/bearerToken.ts';
import { routeTable } from '../../http/RouteSpec.ts';
import type { RouteTable } from '../../http/RouteSpec.ts';
import { RateLimit } from '../../limits/RateLimit.ts';
import type { CloseCode } from '../../signalling/closeCodes.ts';
import type { SocketIoSessionContext } from '../../signalling/socketio/SocketIoSession.ts';
import { SOCKET_IO_PATH } from '../../signalling/socketio/SocketIoTransport.ts';
import type { SocketIoTransport } from '../../signalling/socketio/SocketIoTransport.ts';
import type { Gateway } from '../Gateway.ts';
import { CallsNamespace } from './CallsNamespace.ts';
import { callHandlers } from './callHandlers.ts';
import { conversationHandlers } from './conversationHandlers.ts';
import { iceHandlers } from './iceServers.ts';
import { routeContract } from './routes.ts';

/** The parts of the server that the gateway needs. */
export interface CallsGatewayContext extends SocketIoSessionContext {
  /** The origin at which the client of a request finds the page. */
  readonly pageOrigin: (request: IncomingMessage) => string;
}

/** The namespace in which calls ring. */
const NAMESPACE = '/';

/**
 * The calls API: conversations, their guests, and calls in them, which ring over
 * Socket.IO.
 */
export class CallsGateway implements Gateway {
  readonly name = 'calls';
  readonly path = SOCKET_IO_PATH;
  readonly routes: RouteTable;
  readonly #sockets: SocketIoTransport;

  constructor(
    context: CallsGatewayContext,
    sockets: SocketIoTransport,
    calls: Calls,
    services: ConversationServices,
  ) {
    const { pageOrigin } = context;
    const { access, limits } = context.config;
    const guests = new RateLimit(limits, {
      perMinute: 'guestsPerMinute',
      burst: 'guestBurst',
    });
    this.routes = routeTable(routeContract, {
      handlers: {
        ...conversationHandlers({ ...services, access, pageOrigin, guests }),
        ...callHandlers(calls),
        ...iceHandlers(() => context.config.ice),
      },
      authenticate: (request) =>
        services.authenticator.clientOf(bearerToken(request)),
    });
    this.#sockets = sockets;
    const { authenticator } = services;
    const namespace = new CallsNamespace(context, { authenticator, calls });
    sockets.serve(NAMESPACE, namespace);
  }

  get connections(): number {
    return this.#sockets.connectionsIn(NAMESPACE);
  }

  upgrade(
    request: IncomingMessage,
    socket: Duplex,
    head: Buffer,
    url: URL,
  ): void {
    this.#sockets.upgrade(request, socket, head, url);
  }

  attach(request: IncomingMessage, response: ServerResponse): void {
    this.#sockets.attach(request, response);
  }

  close(code: CloseCode, reason: string): void {
    this.#sockets.close(code, reason);
  }
}
