import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';

import { io } from 'socket.io-client';
import type { ManagerOptions, Socket, SocketOptions } from 'socket.io-client';

import { LiveConfig } from '../../../lib/config/LiveConfig.ts';
import type { ConfigInput } from '../../../lib/config/schema.ts';
import { AppError } from '../../../lib/core/errors.ts';
import { Logger } from '../../../lib/core/logger.ts';
import { Metrics } from '../../../lib/core/metrics.ts';
import type { Gateway } from '../../../lib/gateways/Gateway.ts';
import { MountedGateways } from '../../../lib/gateways/MountedGateways.ts';
import { rateHandler } from '../../../lib/http/accessControl.ts';
import { createContractApp } from '../../../lib/http/app.ts';
import { SampledLog } from '../../../lib/limits/SampledLog.ts';
import { handshakeLimits } from '../../../lib/signalling/handshakeLimits.ts';
import { SendBudget } from '../../../lib/signalling/SendBudget.ts';
import type { ReceivedEvent } from '../../../lib/signalling/socketio/EventDecoder.ts';
import type { SocketIoLink } from '../../../lib/signalling/socketio/SocketIoLink.ts';
import {
  SOCKET_IO_PATH,
  SocketIoTransport,
} from '../../../lib/signalling/socketio/SocketIoTransport.ts';
import type { SocketIoContext } from '../../../lib/signalling/socketio/SocketIoTransport.ts';
import { testConfig } from '../../../tools/fixtures/server.ts';

/** A transport for clients. */
export type Transport = 'polling' | 'websocket';

/** A contract with a handful of events, in the namespaces `/` and `/other`. */
class EchoGateway implements Gateway {
  readonly name = 'echo';
  readonly path = SOCKET_IO_PATH;
  readonly transport: SocketIoTransport;
  /** The links in `/`, the newest last. */
  readonly links: SocketIoLink[] = [];
  /** The ends of links, true for broken ones. */
  readonly ends: boolean[] = [];

  constructor(context: SocketIoContext) {
    this.transport = new SocketIoTransport(context, this.name);
    for (const namespace of ['/', '/other']) {
      this.transport.serve(namespace, {
        gateway: this.name,
        goodbye: (code, reason) => JSON.stringify(['bye', { code, reason }]),
        open: (link) => {
          if (namespace === '/') {
            this.links.push(link);
          }
          link.onClose((absence) => this.ends.push(absence === 'lost'));
          link.onEvent((event) => this.#serve(link, event, namespace));
          return { about: { namespace } };
        },
      });
    }
  }

  get connections(): number {
    return this.transport.connectionsIn('/');
  }

  upgrade(
    request: IncomingMessage,
    socket: Duplex,
    head: Buffer,
    url: URL,
  ): void {
    this.transport.upgrade(request, socket, head, url);
  }

  attach(request: IncomingMessage, response: ServerResponse): void {
    this.transport.attach(request, response);
  }

  close(...[code, reason]: Parameters<Gateway['close']>): void {
    this.transport.close(code, reason);
  }

  #serve(link: SocketIoLink, event: ReceivedEvent, namespace: string): void {
    const { name, args, arrival } = event;
    try {
      using _request = arrival.admit();
      if (name === 'settle') {
        link.settle();
      } else if (name === 'auth') {
        const { auth, authorization } = link;
        link.answer(event, { auth, authorization });
        return;
      } else if (name === 'leave') {
        link.close('ended', 'as you asked');
      } else if (name === 'restart') {
        link.close('restart', 'as you asked');
      } else if (name === 'shout') {
        link.send(JSON.stringify(['shouted', ...args]));
      }
      link.answer(event, { name, args, namespace });
    } catch (error) {
      assert.ok(error instanceof AppError);
      link.answer(event, { refused: error.code });
    }
  }
}

/** A server that speaks the contract of the tests. */
export class EchoSite {
  readonly context: SocketIoContext;
  readonly gateway: EchoGateway;
  readonly gateways: MountedGateways;
  readonly http = createServer();
  readonly #log = new SampledLog(new Logger('test'), () => 1);
  readonly #clients = new Set<Socket>();

  constructor(overrides: ConfigInput = {}) {
    const config = new LiveConfig(testConfig(overrides)).view;
    const metrics = new Metrics();
    const log = this.#log;
    this.context = {
      config,
      metrics,
      log,
      ...handshakeLimits(config.limits),
      sendBudget: new SendBudget(config.limits),
    };
    this.gateway = new EchoGateway(this.context);
    this.gateways = new MountedGateways([this.gateway], this.context);
    const { routes, serve } = this.gateways.only('echo');
    const reports = { config, metrics, log };
    const app = createContractApp(reports, rateHandler(config), {
      routes,
      serve,
    });
    this.http.on('request', app).on('upgrade', this.gateways.upgrade);
  }

  async start(): Promise<void> {
    this.http.listen(0, '127.0.0.1');
    await once(this.http, 'listening');
  }

  async stop(): Promise<void> {
    for (const client of this.#clients) {
      client.io.reconnection(false);
      client.disconnect();
    }
    this.gateways.close('shutdown');
    const closed = once(this.http, 'close');
    this.http.close();
    this.http.closeAllConnections();
    await closed;
    this.#log.close();
  }

  get port(): number {
    return (this.http.address() as AddressInfo).port;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** A client that is not connected yet. */
  client(
    transport: Transport,
    options: Partial<ManagerOptions & SocketOptions> = {},
    namespace = '/',
  ): Socket {
    const client = io(`${this.url}${namespace}`, {
      transports: [transport],
      forceNew: true,
      reconnection: false,
      ...options,
    });
    this.#clients.add(client);
    return client;
  }

  /** A client that is connected. */
  async connect(...of: Parameters<EchoSite['client']>): Promise<Socket> {
    const client = this.client(...of);
    await event(client, 'connect');
    return client;
  }

  /** The values of a metric, by a label. */
  async counted(
    metric: string,
    label: string,
  ): Promise<Record<string, number>> {
    const text = await this.context.metrics.registry
      .getSingleMetric(metric)
      ?.get();
    return Object.fromEntries(
      (text?.values ?? []).map(({ labels, value }) => [labels[label], value]),
    );
  }
}

/** The first argument of the next event of a name. */
export function event(client: Socket, name: string): Promise<unknown> {
  return new Promise((resolve) => {
    client.once(name, (data: unknown) => resolve(data));
  });
}
