import { createSocket } from 'node:dgram';
import type { Socket } from 'node:dgram';
import { once } from 'node:events';

import { DelayLine } from './DelayLine.ts';

/** The address of the relay; the server has the same port at another one. */
export const RELAY_ADDRESS = '127.0.0.2';

/** Clients that are remembered; those that have been silent for longest are not. */
const MAX_CLIENTS = 256;

/** A client, and its socket towards the server. */
interface Link {
  socket: Socket;
  there: DelayLine;
  back: DelayLine;
}

/** A link that passes datagrams on with a delay, between an address and the next. */
export class UdpRelay {
  #roundTrip = 0;
  readonly #socket: Socket;
  /** By address of the client, the most recent one last. */
  readonly #links = new Map<string, Link>();

  private constructor(socket: Socket) {
    this.#socket = socket;
  }

  /** Binds any free port at {@link RELAY_ADDRESS}; the caller closes the relay. */
  static async bind(): Promise<UdpRelay> {
    const socket = createSocket('udp4');
    const relay = new UdpRelay(socket);
    socket.on('message', (datagram, { address, port }) =>
      relay.#pass(datagram, address, port),
    );
    socket.bind(0, RELAY_ADDRESS);
    await once(socket, 'listening');
    return relay;
  }

  /** The port, at which the server has to listen as well. */
  get port(): number {
    return this.#socket.address().port;
  }

  set roundTrip(roundTrip: number) {
    this.#roundTrip = roundTrip;
    for (const { there, back } of this.#links.values()) {
      there.delay = roundTrip / 2;
      back.delay = roundTrip / 2;
    }
  }

  close(): void {
    for (const link of this.#links.values()) {
      close(link);
    }
    this.#links.clear();
    this.#socket.close();
  }

  #pass(datagram: Buffer, address: string, port: number): void {
    const key = `${address}:${port}`;
    const link = this.#links.get(key) ?? this.#open(address, port);
    this.#links.delete(key);
    this.#links.set(key, link);
    const [oldest] = this.#links;
    if (this.#links.size > MAX_CLIENTS && oldest !== undefined) {
      close(oldest[1]);
      this.#links.delete(oldest[0]);
    }
    link.there.enter(() => link.socket.send(datagram, this.port, '127.0.0.1'));
  }

  #open(address: string, port: number): Link {
    const socket = createSocket('udp4');
    const there = new DelayLine(this.#roundTrip / 2);
    const back = new DelayLine(this.#roundTrip / 2);
    socket.on('message', (datagram) =>
      back.enter(() => this.#socket.send(datagram, port, address)),
    );
    // Datagrams may be lost, as to a port that is closed.
    socket.on('error', () => undefined);
    return { socket, there, back };
  }
}

function close({ socket, there, back }: Link): void {
  there.close();
  back.close();
  socket.close();
}
