import assert from 'node:assert/strict';
import { once } from 'node:events';

import { io } from 'socket.io-client';
import type { ManagerOptions, Socket, SocketOptions } from 'socket.io-client';

import type { CallsSite } from './CallsSite.ts';
import { tokenOf } from './CallsSite.ts';

// The tests read fields of many shapes.
// oxlint-disable-next-line typescript/no-explicit-any
type Data = any;

/** One client of the calls API over Socket.IO. */
export class CallsClient implements Disposable {
  readonly socket: Socket;
  /** The events that have not been taken yet, in the order of their arrival. */
  readonly #events: { name: string; data: Data }[] = [];
  readonly #arrivals = new EventTarget();

  constructor(
    { url }: Pick<CallsSite, 'url'>,
    options: Partial<ManagerOptions & SocketOptions> = {},
  ) {
    this.socket = io(url, {
      transports: ['websocket'],
      forceNew: true,
      reconnection: false,
      ...options,
    });
    this.socket.onAny((name: string, data: unknown) => {
      this.#events.push({ name, data });
      this.#arrivals.dispatchEvent(new Event('arrival'));
    });
  }

  /** A client that a user has authenticated with a token. */
  static async of(
    site: Pick<CallsSite, 'url'>,
    userId: string,
    { language, ...claims }: { language?: string; role?: string } = {},
  ): Promise<CallsClient> {
    const client = new CallsClient(site);
    const token = tokenOf(userId, claims);
    const { success } = await client.authenticate({ token, language });
    assert.equal(success, true);
    return client;
  }

  /** Authenticates, and returns the server's `authenticated`. */
  authenticate(credentials: object): Promise<Data> {
    this.send('authenticate', credentials);
    return this.next('authenticated');
  }

  /** Sends an event, and returns the answer to its callback. */
  ask(name: string, data?: unknown): Promise<Data> {
    return this.socket.emitWithAck(name, data);
  }

  /** Sends an event, and returns the data of the answer, which is a success. */
  async get(name: string, data?: unknown): Promise<Data> {
    const answer = await this.ask(name, data);
    assert.equal(answer.success, true, JSON.stringify(answer));
    return answer.data;
  }

  /** Sends an event without a callback. */
  send(name: string, data?: unknown): void {
    this.socket.emit(name, data);
  }

  /** The data of the first event of a name that has not been taken yet. */
  async next(name: string): Promise<Data> {
    for (;;) {
      const index = this.#events.findIndex((it) => it.name === name);
      if (index !== -1) {
        return this.#events.splice(index, 1)[0]?.data;
      }
      await once(this.#arrivals, 'arrival');
    }
  }

  /** The names of the events that have not been taken, which are taken by it. */
  taken(): string[] {
    return this.#events.splice(0).map(({ name }) => name);
  }

  /** The reason for which the client is disconnected. */
  async disconnected(): Promise<string> {
    if (this.socket.disconnected && !this.socket.active) {
      return 'before';
    }
    const { promise, resolve } = Promise.withResolvers<string>();
    this.socket.once('disconnect', resolve);
    return promise;
  }

  [Symbol.dispose](): void {
    this.socket.disconnect();
  }
}
