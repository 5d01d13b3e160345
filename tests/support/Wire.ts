import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';

/**
 * The network between clients, or other nodes, and a port of a server, which the tests
 * can cut and mend. Media takes its own way.
 */
export class Wire implements AsyncDisposable {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  readonly #host: string;
  readonly #port: number;

  private constructor(server: Server) {
    const { address, port } = server.address() as AddressInfo;
    this.#server = server;
    this.#host = address;
    this.#port = port;
  }

  /** Lays a wire to where a server listens; the caller closes it. */
  static to(url: string): Promise<Wire> {
    return Wire.between('127.0.0.1', 0, Number(new URL(url).port));
  }

  /**
   * Lays a wire between two ports; the caller closes it.
   *
   * @param port - The port that is listened to, at `host`; 0 for any.
   * @param target - The port of the server, at 127.0.0.1.
   */
  static async between(
    host: string,
    port: number,
    target: number,
  ): Promise<Wire> {
    const server = createServer();
    server.listen(port, host);
    await once(server, 'listening');
    const wire = new Wire(server);
    server.on('connection', (near) => {
      const far = connect(target, '127.0.0.1');
      for (const [one, other] of [
        [near, far],
        [far, near],
      ] as const) {
        wire.#sockets.add(one);
        one.pipe(other);
        one.on('error', () => other.destroy());
        one.on('close', () => {
          wire.#sockets.delete(one);
          other.destroy();
        });
      }
    });
    return wire;
  }

  get url(): string {
    return `https://127.0.0.1:${this.#port}/`;
  }

  /** Drops every connection and refuses new ones. */
  async cut(): Promise<void> {
    const closed = once(this.#server, 'close');
    this.#server.close();
    for (const socket of this.#sockets) {
      socket.destroy();
    }
    await closed;
  }

  /** Drops everything in flight and to come on the present connections. */
  freeze(): void {
    for (const socket of this.#sockets) {
      socket.unpipe();
      socket.pause();
    }
  }

  /** Lets connections through again, under the same address. */
  async mend(): Promise<void> {
    this.#server.listen(this.#port, this.#host);
    await once(this.#server, 'listening');
  }

  async close(): Promise<void> {
    if (this.#server.listening) {
      await this.cut();
    }
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}
