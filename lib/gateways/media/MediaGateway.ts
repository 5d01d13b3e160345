import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';

import type { CallerAuthenticator } from '../../calls/CallerAuthenticator.ts';
import type { Calls } from '../../calls/Calls.ts';
import type { CallsOptions } from '../../calls/options.ts';
import type { Live } from '../../core/Live.ts';
import { bearerToken } from '../../http/bearerToken.ts';
import { routeTable } from '../../http/RouteSpec.ts';
import type { RouteTable } from '../../http/RouteSpec.ts';
import type { SocketIoSessionContext } from '../../signalling/socketio/SocketIoSession.ts';
import { SOCKET_IO_PATH } from '../../signalling/socketio/SocketIoTransport.ts';
import type { SocketIoTransport } from '../../signalling/socketio/SocketIoTransport.ts';
import type { Gateway } from '../Gateway.ts';
import { routeHandlers } from './handlers.ts';
import { MediaAuthenticator } from './MediaAuthenticator.ts';
import { MediaNamespace } from './MediaNamespace.ts';
import { routeContract } from './routes.ts';

/** The objects that the contract acts on, and its options. */
interface MediaServices {
  readonly authenticator: CallerAuthenticator;
  readonly calls: Calls;
  readonly options: Live<CallsOptions>;
}

/** The namespace of participants. */
const NAMESPACE = '/media';

/**
 * The media-server API: the rooms of calls as routers, and their participants
 * as peers without signalling of their own.
 */
export class MediaGateway implements Gateway {
  readonly name = 'media';
  readonly path = SOCKET_IO_PATH;
  readonly routes: RouteTable;
  readonly #sockets: SocketIoTransport;

  constructor(
    context: SocketIoSessionContext,
    sockets: SocketIoTransport,
    services: MediaServices,
  ) {
    const { authenticator, calls, options } = services;
    const users = new MediaAuthenticator(authenticator, () => options);
    this.routes = routeTable(routeContract, {
      handlers: routeHandlers(calls, context.config.access),
      authenticate: (request) => users.identify(bearerToken(request)),
    });
    this.#sockets = sockets;
    sockets.serve(
      NAMESPACE,
      new MediaNamespace(context, { authenticator, calls }),
    );
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

  /** Its connections close with those of calls, which are the same. */
  close(): void {}
}
