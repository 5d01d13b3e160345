import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';

import type { NextFunction, Request, RequestHandler, Response } from 'express';

import { AppError, coreErrors } from '../core/errors.ts';
import type { Endpoint } from '../http/app.ts';
import type { RouteTable } from '../http/RouteSpec.ts';
import { isAnswered } from '../http/unanswered.ts';
import { closeCodeFor } from '../signalling/closeCodes.ts';
import { refuseUpgrade } from '../signalling/ws/refuseUpgrade.ts';
import type { RefusalContext } from '../signalling/ws/refuseUpgrade.ts';
import type { Gateway } from './Gateway.ts';

/** The gateways of a server, which share its port and may have others of their own. */
export class MountedGateways {
  readonly #gateways: readonly Gateway[];
  readonly #context: RefusalContext;
  #closed = false;

  constructor(gateways: readonly Gateway[], context: RefusalContext) {
    this.#gateways = gateways;
    this.#context = context;
  }

  /** The names of the gateways. */
  get names(): string[] {
    return this.#gateways.map(({ name }) => name);
  }

  /** The tables of routes of the gateways. */
  get routes(): RouteTable[] {
    return this.#gateways.flatMap(({ routes }) => routes ?? []);
  }

  /**
   * The part that serves one gateway and its companions, for an address of its
   * own.
   *
   * @throws {TypeError} When no gateway has the name.
   */
  only(name: string): Endpoint & { service: string | undefined } {
    const gateway = this.#gateways.find((it) => it.name === name);
    if (gateway === undefined) {
      throw new TypeError(
        `expected one of the gateways ${this.names.join(', ')}, got ${name}`,
      );
    }
    const { service, companions = [] } = gateway;
    const gateways = [
      gateway,
      ...this.#gateways.filter((it) => companions.includes(it.name)),
    ];
    return {
      service,
      routes: gateways.flatMap(({ routes }) => routes ?? []),
      serve: (...args) => this.#serve(gateways, ...args),
      upgrade: (...args) => this.#upgrade(gateways, ...args),
    };
  }

  /** The number of clients that are connected. */
  get connections(): number {
    return this.#gateways.reduce((sum, it) => sum + it.connections, 0);
  }

  /** Passes an upgrade request to the gateway of its path, or refuses it. */
  readonly upgrade: Endpoint['upgrade'] = (...args) =>
    this.#upgrade(this.#gateways, ...args);

  /** Passes a plain request to the gateway that is attached to its path. */
  readonly serve: RequestHandler = (...args) =>
    this.#serve(this.#gateways, ...args);

  /** Closes every connection, and refuses new ones. */
  close(reason: 'shutdown' | 'restart'): void {
    this.#closed = true;
    const [code, text] = closeCodeFor(reason);
    for (const gateway of this.#gateways) {
      gateway.close(code, text);
    }
  }

  #upgrade(
    gateways: readonly Gateway[],
    request: IncomingMessage,
    socket: Duplex,
    head: Buffer,
  ): void {
    if (!isAnswered(socket)) {
      // A refusal would wait behind replies that the client may never read.
      socket.destroy();
      return;
    }
    const url = URL.parse(request.url ?? '', 'https://localhost');
    const gateway = gateways.find(
      (it) => it.upgrade !== undefined && isAt(it, url?.pathname),
    );
    if (url === null || gateway === undefined) {
      const paths = new Set(gateways.flatMap(({ path }) => path ?? []));
      this.#refuse(
        request,
        socket,
        new AppError(
          coreErrors.NOT_FOUND,
          `no WebSocket contract is served at ${url?.pathname ?? 'this URL'}; try ${Array.from(paths).join(', ')}`,
        ),
      );
      return;
    }
    if (this.#closed) {
      this.#refuse(
        request,
        socket,
        new AppError(coreErrors.SHUTTING_DOWN, 'the server is stopping'),
        gateway,
      );
      return;
    }
    try {
      gateway.upgrade?.(request, socket, head, url);
    } catch (error) {
      this.#refuse(request, socket, error, gateway);
    }
  }

  #serve(
    gateways: readonly Gateway[],
    request: Request,
    response: Response,
    next: NextFunction,
  ): void {
    const gateway = gateways.find(
      (it) => it.attach !== undefined && isAt(it, request.path),
    );
    if (gateway === undefined) {
      next();
    } else if (this.#closed) {
      next(new AppError(coreErrors.SHUTTING_DOWN, 'the server is stopping'));
    } else {
      gateway.attach?.(request, response);
    }
  }

  #refuse(
    request: IncomingMessage,
    socket: Duplex,
    reason: unknown,
    gateway: Pick<Gateway, 'name' | 'encodeRefusal'> = { name: 'none' },
  ): void {
    refuseUpgrade(this.#context, request, socket, reason, gateway);
  }
}

function isAt({ path }: Gateway, requested: string | undefined): boolean {
  if (path === undefined || requested === undefined) {
    return false;
  }
  return path.endsWith('/*')
    ? `${requested}/`.startsWith(path.slice(0, -1))
    : requested === path;
}
