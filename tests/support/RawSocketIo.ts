import { once } from 'node:events';

import { WebSocket } from 'ws';

import { until } from './until.ts';

/** A transport of Socket.IO. */
export type RawTransport = 'websocket' | 'polling';

/** Between packets of one poll. */
const SEPARATOR = '\u001E';

/** A client of Socket.IO that sends any packet, valid or not. */
export class RawSocketIo implements AsyncDisposable {
  /** The packets that came, the oldest first. */
  readonly packets: string[] = [];
  readonly #send: (packet: string | Buffer) => void;
  readonly #end: () => void;
  /** Fulfilled when the server has closed the connection, or the client has. */
  readonly closed: Promise<void>;
  #isClosed = false;

  private constructor(
    send: (packet: string | Buffer) => void,
    end: () => void,
    closed: Promise<void>,
  ) {
    this.#send = send;
    this.#end = end;
    this.closed = closed.then(() => {
      this.#isClosed = true;
    });
  }

  /** Opens a connection without joining a namespace. */
  static open(url: string, transport: RawTransport): Promise<RawSocketIo> {
    return transport === 'websocket'
      ? RawSocketIo.#openWebSocket(url)
      : RawSocketIo.#openPolling(url);
  }

  get sid(): string {
    const { sid } = JSON.parse(this.packets[0]?.slice(1) ?? '') as {
      sid: string;
    };
    return sid;
  }

  send(packet: string | Buffer): void {
    this.#send(packet);
  }

  /** Waits for a packet; fails if the connection closes before it comes. */
  next(start: string): Promise<string> {
    return until(`a packet ${start}`, () => {
      const found = this.packets.find((packet) => packet.startsWith(start));
      if (found === undefined && this.#isClosed) {
        throw new Error(
          `closed before a packet ${start}: ${this.packets.join()}`,
        );
      }
      return found;
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#end();
    await this.closed;
  }

  static async #openWebSocket(url: string): Promise<RawSocketIo> {
    const socket = new WebSocket(`${url}/socket.io/?EIO=4&transport=websocket`);
    const closed = Promise.withResolvers<void>();
    const client = new RawSocketIo(
      (packet) => socket.send(packet),
      () => socket.terminate(),
      closed.promise,
    );
    socket.on('error', () => undefined);
    socket.on('close', () => closed.resolve());
    socket.on('message', (data: Buffer) => {
      client.packets.push(data.toString());
    });
    await once(socket, 'open');
    await client.next('0');
    return client;
  }

  static async #openPolling(url: string): Promise<RawSocketIo> {
    const path = `${url}/socket.io/?EIO=4&transport=polling`;
    const ending = new AbortController();
    const closed = Promise.withResolvers<void>();
    const handshake = await (await fetch(path)).text();
    const { sid } = JSON.parse(handshake.slice(1)) as { sid: string };
    const session = `${path}&sid=${sid}`;
    let sent = Promise.resolve();
    const client: RawSocketIo = new RawSocketIo(
      (packet) => {
        // Requests that overlap would end the connection.
        sent = sent.then(async () => {
          const headers = { 'Content-Type': 'text/plain' };
          const { signal } = ending;
          await fetch(session, {
            method: 'POST',
            body: packet,
            headers,
            signal,
          })
            .then((reply) => reply.arrayBuffer())
            .catch(() => undefined);
        });
      },
      () => ending.abort(),
      closed.promise,
    );
    client.packets.push(handshake);
    const poll = async (): Promise<void> => {
      for (;;) {
        const reply = await fetch(session, { signal: ending.signal });
        const packets = (await reply.text()).split(SEPARATOR);
        if (!reply.ok || packets.includes('1')) {
          return;
        }
        client.packets.push(...packets);
      }
    };
    void poll()
      .catch(() => undefined)
      .then(closed.resolve);
    return client;
  }
}
