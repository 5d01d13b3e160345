import type { WebSocket } from 'ws';

import { connectBare } from './bare.ts';

/** The length of a request and of its reply, as Participant exchanges them, bytes. */
const FRAMES = {
  join: [5_201, 7_300],
  createTransport: [84, 1_331],
  connectTransport: [301, 44],
  produce: [461, 96],
  consume: [104, 1_099],
  resume: [103, 45],
} as const;

/** The lengths of the notifications of a peer and of a producer, bytes. */
const PEER = 343;
const PRODUCER = 280;

/**
 * Exchanges as many frames as a Participant that joins, as long ones and as many at
 * once, with a server that has nothing else to do.
 */
export class BareJoin {
  readonly #socket: WebSocket;
  /** The frames that are awaited: the number left of each request. */
  readonly #awaited: { left: number; resolve: () => void }[] = [];

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.on('message', () => {
      const [first] = this.#awaited;
      if (first !== undefined) {
        first.left -= 1;
        if (first.left === 0) {
          this.#awaited.shift();
          first.resolve();
        }
      }
    });
  }

  /** @param url - Of a server of `processes/webSockets.ts`. */
  static async connect(url: string): Promise<BareJoin> {
    return new BareJoin(await connectBare(`${url}/answer`));
  }

  /**
   * Joins a room of so many peers. The events that the others cause come to half of
   * them from each: all peers learn of all later ones.
   */
  async join(peers: number): Promise<void> {
    const others = peers - 1;
    await this.#request('join');
    const send = async (): Promise<void> => {
      await this.#openTransport();
      await this.#request('produce', [
        ...Array.from({ length: others }, () => PRODUCER),
        ...Array.from({ length: Math.floor(others / 2) }, () => PEER),
      ]);
    };
    const receive = async (): Promise<void> => {
      await this.#openTransport();
      const consume = async (): Promise<void> => {
        await this.#request('consume');
        await this.#request('resume');
      };
      await Promise.all(Array.from({ length: others }, consume));
    };
    await Promise.all([send(), receive()]);
  }

  close(): void {
    this.#socket.terminate();
  }

  async #openTransport(): Promise<void> {
    await this.#request('createTransport');
    await this.#request('connectTransport');
  }

  /** @param events - The lengths of frames that follow the reply. */
  #request(
    method: keyof typeof FRAMES,
    events: readonly number[] = [],
  ): Promise<void> {
    const [length, reply] = FRAMES[method];
    const wanted = [reply, ...events];
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#awaited.push({ left: wanted.length, resolve });
    this.#socket.send(`${wanted.join()};`.padEnd(length));
    return promise;
  }
}
