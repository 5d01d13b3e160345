import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';

import type { HttpSections } from './options.ts';
import type { LimitUse } from '../limits/options.ts';
import { Logger } from '../core/logger.ts';
import { opening } from '../core/opening.ts';
import type { ConnectionLimit } from './ConnectionLimit.ts';

const logger = new Logger('Listener');

/**
 * Clients that were told to go have this long, ms. It is more than gateways
 * give them to answer the goodbye.
 */
const CUT_OFF_AFTER = 1_500;

/** An HTTP server that listens, with every connection to it. */
export class Listener {
  readonly #server: Server;
  readonly #limit: ConnectionLimit;
  /** Also those that have asked for nothing yet, or no longer speak HTTP. */
  readonly #sockets = new Set<Socket>();

  /** @param limit - Decides which connections are taken. */
  constructor(
    server: Server,
    config: Pick<HttpSections, 'limits'>,
    limit: ConnectionLimit,
  ) {
    this.#server = server;
    this.#limit = limit;
    server.timeout = config.limits.answerTimeout;
    server.on('connection', (socket: Socket) => {
      if (!limit.admit(socket)) {
        return;
      }
      // The option may have changed.
      server.timeout = config.limits.answerTimeout;
      this.#sockets.add(socket);
      socket.once('close', () => this.#sockets.delete(socket));
    });
  }

  /** The limit on connections in all, and the number of open ones. */
  get limitUse(): LimitUse {
    return this.#limit.use;
  }

  /**
   * Listens where a section of the config says.
   *
   * @throws {StartError} When it cannot; the message names the option.
   */
  async start(
    section: 'listen' | 'ops',
    { host, port = 0 }: { host: string; port?: number | undefined },
  ): Promise<void> {
    const opened = {
      addressOption: `${section}.host`,
      address: host,
      portOption: `${section}.port`,
      port,
    };
    await opening(opened, async () => {
      this.#server.listen({ host, port });
      await once(this.#server, 'listening');
    });
    // One connection that cannot be taken must not end the others.
    this.#server.on('error', (error) => {
      logger.error('cannot take a connection: %o', error);
    });
  }

  /** The one that the system chose, if it was to. */
  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /**
   * Takes no more connections; resolves when the last is gone. Who does not go
   * is cut off.
   */
  async stop(): Promise<void> {
    if (!this.#server.listening) {
      return;
    }
    const closed = once(this.#server, 'close');
    this.#server.close();
    this.#server.closeAllConnections();
    const cutOff = setTimeout(() => {
      for (const socket of this.#sockets) {
        socket.destroy();
      }
    }, CUT_OFF_AFTER);
    await closed;
    clearTimeout(cutOff);
  }
}
