import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';

import type { Limits } from '../limits/options.ts';
import type { HttpSections } from './options.ts';
import { Logger } from '../core/logger.ts';
import { opening } from '../core/opening.ts';
import type { StartupOptions } from '../core/options.ts';

const logger = new Logger('Listener');

/**
 * The time that clients have to close their connections when the server stops, in
 * ms. It is longer than the time that gateways allow for a closing handshake.
 */
const CUT_OFF_AFTER = 1_500;

/** The longest time for the headers of a request, ms. */
const MOST_HEADERS_TIMEOUT = 60_000;

/**
 * Accepts a connection and counts it until the result is disposed of, or ends it and
 * returns undefined.
 */
export type Admit = (socket: Socket) => Disposable | undefined;

/** A listening HTTP server with all of its connections. */
export class Listener {
  readonly #server: Server;
  readonly #startup: StartupOptions;
  /** All sockets, those before a first request and those that were upgraded included. */
  readonly #sockets = new Set<Socket>();

  constructor(
    server: Server,
    config: Pick<HttpSections, 'limits' | 'startup'>,
    admit: Admit,
  ) {
    this.#server = server;
    this.#startup = config.startup;
    this.#setTimeouts(config.limits);
    server.on('connection', (socket: Socket) => {
      const place = admit(socket);
      if (place === undefined) {
        return;
      }
      // The options may have changed since.
      this.#setTimeouts(config.limits);
      this.#sockets.add(socket);
      socket.on('close', () => {
        this.#sockets.delete(socket);
        place[Symbol.dispose]();
      });
    });
  }

  /**
   * Listens on an address and port.
   *
   * @param option - The section of the config that names them.
   * @throws {StartError} When it cannot; the message names the option.
   */
  async start(
    option: string,
    { host, port = 0 }: { host: string; port?: number | undefined },
  ): Promise<void> {
    const opened = {
      addressOption: `${option}.host`,
      address: host,
      portOption: `${option}.port`,
      port,
    };
    await opening(opened, this.#startup.portTimeout, async () => {
      this.#server.listen({ host, port });
      await once(this.#server, 'listening');
    });
    // A connection that cannot be accepted must not end the others.
    this.#server.on('error', (error) => {
      logger.error('cannot take a connection: %o', error);
    });
  }

  /** The port, which the system chose if the config says 0. */
  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /**
   * Stops accepting connections, and resolves when the last one has closed.
   * Connections that stay open are cut off.
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

  #setTimeouts({
    answerTimeout,
    requestTimeout,
  }: Pick<Limits, 'answerTimeout' | 'requestTimeout'>): void {
    this.#server.timeout = answerTimeout;
    this.#server.requestTimeout = requestTimeout;
    // Node swaps the two if the headers have longer than the whole request.
    this.#server.headersTimeout = Math.min(
      requestTimeout,
      MOST_HEADERS_TIMEOUT,
    );
  }
}
