import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import type { Server, Socket } from 'node:net';

/** The way of other nodes to a node, at an address of its own, which can be broken. */
export class NodePath implements AsyncDisposable {
  readonly #address: string;
  readonly #port: number;
  readonly #sockets = new Set<Socket>();
  #server: Server | undefined;

  private constructor(address: string, port: number) {
    this.#address = address;
    this.#port = port;
  }

  /**
   * Opens the way.
   *
   * @param address - The address that the node tells the others.
   * @param port - The port for other nodes, at 127.0.0.1 as well.
   */
  static async open(address: string, port: number): Promise<NodePath> {
    const path = new NodePath(address, port);
    await path.mend();
    return path;
  }

  /** Takes connections again. */
  async mend(): Promise<void> {
    const server = createServer((held) => {
      const onward = connect(this.#port, '127.0.0.1');
      for (const [one, other] of [
        [held, onward],
        [onward, held],
      ] as const) {
        this.#sockets.add(one);
        // "close" follows.
        one.on('error', () => undefined);
        one.once('close', () => {
          this.#sockets.delete(one);
          other.destroy();
        });
        one.pipe(other);
      }
    });
    this.#server = server;
    server.listen(this.#port, this.#address);
    await once(server, 'listening');
  }

  /** Ends all connections, and refuses others. */
  async break(): Promise<void> {
    if (this.#server !== undefined) {
      const closed = once(this.#server, 'close');
      this.#server.close();
      this.#server = undefined;
      this.#sockets.forEach((socket) => socket.destroy());
      await closed;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.break();
  }
}
