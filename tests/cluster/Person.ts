import { setTimeout as delay } from 'node:timers/promises';

import { ProtooClient, Refused } from '../../tools/fixtures/ProtooClient.ts';

/** The pauses between tries to reconnect, ms; the last one goes on. */
const PAUSES = [0, 250, 500, 1_000];

/** A person who stays in a room: whose client reconnects as the contract says. */
export class Person {
  readonly roomId: string;
  readonly peerId: string;
  /** The codes with which connections that were in the room have closed. */
  readonly closings: number[] = [];
  /** The longest time from the end of a connection to the next join, ms. */
  longest = 0;
  readonly #url: string;
  readonly #running: Promise<void>;
  #client: ProtooClient | undefined;
  /** The notifications since its peer has joined, over all connections. */
  #received = 0;
  #token: string | undefined;
  #isLeaving = false;

  constructor(url: string, roomId: string, peerId: string) {
    this.#url = url;
    this.roomId = roomId;
    this.peerId = peerId;
    this.#running = this.#run();
  }

  get isIn(): boolean {
    return this.#client !== undefined;
  }

  /** Sends a message to all others in the room. */
  async say(message: string): Promise<void> {
    await this.#client?.request('sendMessage', { data: message });
  }

  /** Waits for a message. */
  async hears(message: string): Promise<void> {
    await this.#client?.notified('message', ({ data }) => data === message);
  }

  /** Leaves for good. */
  async leave(): Promise<void> {
    this.#isLeaving = true;
    await this.#client?.close();
    await this.#running;
  }

  async #run(): Promise<void> {
    let since: number | undefined;
    for (let tries = 0; !this.#isLeaving; tries += 1) {
      await delay(PAUSES[Math.min(tries, PAUSES.length - 1)]);
      const client = await this.#join();
      if (client === undefined) {
        continue;
      }
      if (since !== undefined) {
        this.longest = Math.max(this.longest, performance.now() - since);
      }
      this.#client = client;
      const { code } = await client.closed;
      since = performance.now();
      this.#client = undefined;
      this.closings.push(code);
      this.#received += client.notifications.length;
      tries = -1;
    }
  }

  /** @returns Undefined where it is to be tried again. */
  async #join(): Promise<ProtooClient | undefined> {
    let client: ProtooClient | undefined;
    try {
      client = await ProtooClient.connect(this.#url, this.roomId, this.peerId);
      const { resumeToken, resumed } = await client.request('joinRoom', {
        roomId: this.roomId,
        peerId: this.peerId,
        ...(this.#token && {
          resumeToken: this.#token,
          received: this.#received,
        }),
      });
      this.#token = resumeToken;
      if (!resumed) {
        this.#received = 0;
      }
      return client;
    } catch (error) {
      if (error instanceof Refused && error.errorName === 'RESUME_REFUSED') {
        this.#token = undefined;
        this.#received = 0;
      }
      await client?.close();
      return undefined;
    }
  }
}
