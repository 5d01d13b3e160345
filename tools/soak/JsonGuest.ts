import type {
  ReplyFrame,
  RequestData,
  RequestType,
  ServerFrame,
} from '@atrium/protocol/json';
import { WebSocket } from 'ws';

import { socketOptions } from '../fixtures/ProtooConnection.ts';
import type { Random } from '../fixtures/Random.ts';
import { audioParameters } from '../fixtures/rtp.ts';
import { Aborted } from './Crowd.ts';
import type { Guest } from './Crowd.ts';

/** One in this many steps is the guest's last. */
const ABORTS = 15;

/** A client of the JSON API that joins a room, sends audio, and leaves. */
export class JsonGuest implements Guest {
  readonly #url: string;
  readonly #roomId: string;
  readonly #token: string;
  readonly #random: Random;
  #socket: WebSocket | undefined;
  #closed: Promise<unknown> = Promise.resolve();

  constructor(url: string, roomId: string, token: string, random: Random) {
    this.#url = url;
    this.#roomId = roomId;
    this.#token = token;
    this.#random = random;
  }

  async enter(): Promise<void> {
    const address = new URL('/ws', this.#url);
    address.protocol = 'wss:';
    address.searchParams.set('token', this.#token);
    const socket = new WebSocket(address, socketOptions);
    this.#socket = socket;
    socket.on('error', () => undefined);
    this.#closed = new Promise((resolve) => {
      socket.once('close', resolve);
    });
    await this.#received('connected');
    const roomId = this.#roomId;
    await this.#step('joinRoom', { roomId });
    await this.#step('createWebRtcTransport', { roomId, direction: 'send' });
    await this.#step('publish', {
      roomId,
      kind: 'audio',
      rtpParameters: audioParameters(),
    });
  }

  async leave(): Promise<void> {
    const socket = this.#socket;
    // The server closes the connection when a worker dies.
    if (socket?.readyState === WebSocket.OPEN) {
      switch (this.#random.below(3)) {
        case 0:
          this.#request('leaveRoom', { roomId: this.#roomId });
          socket.close();
          break;
        case 1:
          socket.close();
          break;
        default:
          socket.terminate();
      }
    }
    await this.#closed;
  }

  async #step<T extends RequestType>(
    type: T,
    data: RequestData<T>,
  ): Promise<void> {
    this.#request(type, data);
    if (this.#random.below(ABORTS) === 0) {
      this.#socket?.terminate();
      await this.#closed;
      throw new Aborted();
    }
    await this.#received(`${type}Response`);
  }

  #request<T extends RequestType>(type: T, data: RequestData<T>): void {
    this.#socket?.send(JSON.stringify({ type, data, requestId: type }));
  }

  /** @throws {Error} When an error is received instead. */
  async #received(wanted: 'connected' | ReplyFrame['type']): Promise<void> {
    const socket = this.#socket;
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const onMessage = (data: Buffer): void => {
      const { type } = JSON.parse(data.toString()) as ServerFrame;
      if (type === wanted) {
        resolve();
      } else if (type === 'error') {
        reject(new Error(data.toString()));
      }
    };
    const onClose = (code: number, reason: Buffer): void =>
      reject(new Error(`closed before ${wanted}: ${code} ${String(reason)}`));
    socket?.on('message', onMessage).once('close', onClose);
    try {
      await promise;
    } finally {
      socket?.off('message', onMessage).off('close', onClose);
    }
  }
}
