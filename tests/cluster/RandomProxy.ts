import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';

/**
 * A load balancer for TCP: each connection goes to any of the servers that listen, as
 * chance has it.
 */
export class RandomProxy implements AsyncDisposable {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();

  private constructor(server: Server) {
    this.#server = server;
  }

  /** @param choose - A number from 0 up to, and without, its argument. */
  static async start(
    ports: readonly number[],
    choose: (bound: number) => number,
  ): Promise<RandomProxy> {
    const server = createServer();
    const proxy = new RandomProxy(server);
    server.on('connection', (client) => {
      proxy.#keep(client);
      proxy.#pass(
        client,
        ports.toSorted(() => choose(3) - 1),
      );
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return proxy;
  }

  get url(): string {
    return `https://127.0.0.1:${(this.#server.address() as AddressInfo).port}/`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const closed = once(this.#server, 'close');
    this.#server.close();
    for (const socket of this.#sockets) {
      socket.destroy();
    }
    await closed;
  }

  /** Passes a client to the first server that listens. */
  #pass(client: Socket, [port, ...others]: readonly number[]): void {
    if (port === undefined) {
      client.destroy();
      return;
    }
    const server = connect(port, '127.0.0.1');
    this.#keep(server);
    server.once('error', () => this.#pass(client, others));
    server.once('connect', () => {
      server.removeAllListeners('error');
      server.on('error', () => client.destroy());
      server.on('close', () => client.destroy());
      client.on('close', () => server.destroy());
      client.pipe(server).pipe(client);
    });
  }

  #keep(socket: Socket): void {
    this.#sockets.add(socket);
    socket.on('error', () => socket.destroy());
    socket.on('close', () => this.#sockets.delete(socket));
  }
}
