import assert from 'node:assert/strict';
import { once } from 'node:events';

import { io } from 'socket.io-client';
import type { Socket } from 'socket.io-client';

import type { CallView } from '../../../lib/calls/types.ts';
import type { MediaSite } from './MediaSite.ts';
import { tokenOf } from './MediaSite.ts';

// Tests assert the type of the fields that they read.
// oxlint-disable-next-line typescript/no-explicit-any
type Data = any;

/** A client of the media-server API over Socket.IO. */
export class MediaSocket implements Disposable {
  readonly socket: Socket;
  /** Every event so far, in order. */
  readonly events: [name: string, data: Data][] = [];
  readonly #arrivals = new EventTarget();
  /** The events that {@link next} has returned. */
  readonly #taken = new Set<number>();

  constructor(url: string) {
    this.socket = io(new URL('/media', url).href, {
      transports: ['websocket'],
      forceNew: true,
      reconnection: false,
    });
    this.socket.onAny((name: string, data: unknown) => {
      this.events.push([name, data]);
      this.#arrivals.dispatchEvent(new Event('arrival'));
    });
    this.socket.on('disconnect', () => {
      this.#arrivals.dispatchEvent(new Event('arrival'));
    });
  }

  /** The authenticated client of a user in a call. */
  static async of(
    site: MediaSite,
    { callId }: CallView,
    user: string,
  ): Promise<MediaSocket> {
    const client = new MediaSocket(site.url);
    const token = tokenOf(user);
    const answer = await client.ask('authenticate', { callId, token });
    assert.equal(answer.success, true, JSON.stringify(answer));
    await client.next('authenticated');
    return client;
  }

  /** Sends an event, and returns the answer to its callback. */
  ask(name: string, data?: unknown): Promise<Data> {
    return this.socket.emitWithAck(name, data);
  }

  /** As {@link ask}, and returns the data of a success. */
  async get(name: string, data?: unknown): Promise<Data> {
    const answer = await this.ask(name, data);
    assert.equal(answer.success, true, JSON.stringify(answer));
    return answer.data;
  }

  /** The data of the next event of a name. */
  async next(name: string): Promise<Data> {
    for (;;) {
      for (const [index, [other, data]] of this.events.entries()) {
        if (other === name && !this.#taken.has(index)) {
          this.#taken.add(index);
          return data;
        }
      }
      assert.ok(
        this.socket.connected || this.socket.active,
        `disconnected before ${name}`,
      );
      await once(this.#arrivals, 'arrival');
    }
  }

  /** Waits until the server has disconnected the client. */
  async disconnected(): Promise<void> {
    while (this.socket.connected) {
      await once(this.#arrivals, 'arrival');
    }
  }

  [Symbol.dispose](): void {
    this.socket.disconnect();
  }
}
