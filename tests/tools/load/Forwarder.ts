import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';

/** Passes TCP connections on to a server, and can break them. */
export class Forwarder {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  /** The number of connections so far. */
  connections = 0;

  private constructor({ hostname, port }: URL) {
    this.#server = createServer((near) => {
      this.connections += 1;
      const far = connect(Number(port), hostname);
      for (const [one, other] of [
        [near, far],
        [far, near],
      ] as const) {
        this.#sockets.add(one);
        one.pipe(other);
        one.on('error', () => undefined);
        one.once('close', () => {
          this.#sockets.delete(one);
          other.destroy();
        });
      }
    });
  }

  static async to(url: string): Promise<Forwarder> {
    const forwarder = new Forwarder(new URL(url));
    forwarder.#server.listen(0, '127.0.0.1');
    await once(forwarder.#server, 'listening');
    return forwarder;
  }

  get url(): string {
    const { port } = this.#server.address() as AddressInfo;
    return `https://127.0.0.1:${port}/`;
  }

  /** Breaks all connections of the moment. */
  cut(): void {
    for (const socket of this.#sockets) {
      socket.destroy();
    }
  }

  close(): void {
    this.#server.close();
    this.cut();
  }
}
