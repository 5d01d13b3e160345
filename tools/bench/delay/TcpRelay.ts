import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';

import { DelayLine } from './DelayLine.ts';

/**
 * A link that passes TCP connections on with a delay.
 *
 * The client's system completes a handshake with the relay at once, so that the
 * round trip it would have taken is waited for afterwards: what the client sends
 * first enters the link one round trip after the connection was accepted. Its
 * connection to the server is opened meanwhile. Segments are not modelled: a
 * congestion window that would hold back part of a long answer does not exist.
 */
export class TcpRelay {
  /** The round trip of connections from now on, and of all that is sent, ms. */
  #roundTrip = 0;
  readonly #server: Server;
  readonly #links = new Set<{ lines: DelayLine[]; sockets: Socket[] }>();

  private constructor(server: Server) {
    this.#server = server;
  }

  /** Listens on any free port; the caller closes the relay. */
  static async listen(target: { port: number }): Promise<TcpRelay> {
    const server = createServer({ allowHalfOpen: true, noDelay: true });
    const relay = new TcpRelay(server);
    server.on('connection', (client) => relay.#pass(client, target.port));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return relay;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  set roundTrip(roundTrip: number) {
    this.#roundTrip = roundTrip;
    for (const { lines } of this.#links) {
      for (const line of lines) {
        line.delay = roundTrip / 2;
      }
    }
  }

  close(): void {
    this.#server.close();
    for (const { sockets } of this.#links) {
      for (const socket of sockets) {
        socket.destroy();
      }
    }
  }

  #pass(client: Socket, port: number): void {
    const server = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
    server.setNoDelay(true);
    const there = new DelayLine(this.#roundTrip / 2, this.#roundTrip);
    const back = new DelayLine(this.#roundTrip / 2);
    const link = { lines: [there, back], sockets: [client, server] };
    this.#links.add(link);
    join(client, server, there);
    join(server, client, back);
    const end = (): void => {
      if (client.destroyed && server.destroyed) {
        there.close();
        back.close();
        this.#links.delete(link);
      }
    };
    client.once('close', end);
    server.once('close', end);
  }
}

/** Passes on all that one end sends, and how it ends. */
function join(from: Socket, to: Socket, line: DelayLine): void {
  from.on('data', (bytes) => line.enter(() => to.write(bytes)));
  from.once('end', () => line.enter(() => to.end()));
  // What broke one half is reported by its closing.
  from.on('error', () => undefined);
  from.once('close', (broken) => {
    if (broken) {
      line.enter(() => to.destroy());
    }
  });
}
