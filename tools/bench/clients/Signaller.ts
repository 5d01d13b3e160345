import { once } from 'node:events';
import { createSecureContext } from 'node:tls';
import type { SecureContext } from 'node:tls';

import { WebSocket } from 'ws';
import type { ClientOptions } from 'ws';

/** Making a context takes as long as a handshake, and all can share one. */
export const socketOptions: ClientOptions & { secureContext: SecureContext } = {
  rejectUnauthorized: false,
  secureContext: createSecureContext(),
  perMessageDeflate: false,
};

const RESPONSE = '{"response":true,"id":';

/**
 * Speaks protoo with the least effort, because what is measured is the server:
 * what goes out is JSON already, and of what comes in only that is parsed which
 * somebody asks for.
 */
export class Signaller {
  readonly #socket: WebSocket;
  readonly #closed: Promise<void>;
  readonly #waiting = new Map<number, PromiseWithResolvers<string>>();
  readonly #onNotification: (frame: string) => void;
  #nextId = 1;

  private constructor(
    socket: WebSocket,
    onNotification: (frame: string) => void,
  ) {
    this.#socket = socket;
    this.#onNotification = onNotification;
    socket.on('message', (data: Buffer) => this.#receive(data.toString()));
    this.#closed = new Promise((resolve) => {
      socket.once('close', (code, reason) => {
        const error = new Error(`closed: ${code} ${reason.toString()}`);
        for (const { reject } of this.#waiting.values()) {
          reject(error);
        }
        resolve();
      });
    });
  }

  /**
   * Connects without joining.
   *
   * @param onNotification - Given each notification's frame as it came.
   */
  static async connect(
    url: string,
    roomId: string,
    peerId: string,
    onNotification: (frame: string) => void,
  ): Promise<Signaller> {
    const socket = new WebSocket(
      `${url.replace(/^http/, 'ws')}?roomId=${roomId}&peerId=${peerId}`,
      'protoo',
      socketOptions,
    );
    const signaller = new Signaller(socket, onNotification);
    await once(socket, 'open');
    return signaller;
  }

  /**
   * Sends a request and waits for its answer.
   *
   * @param data - JSON.
   * @returns The frame of the answer, as it came.
   * @throws {Error} When it is refused, or the connection closes.
   */
  request(method: string, data: string): Promise<string> {
    const id = this.#nextId;
    this.#nextId += 1;
    const answer = Promise.withResolvers<string>();
    this.#waiting.set(id, answer);
    this.#socket.send(
      `{"request":true,"id":${id},"method":"${method}","data":${data}}`,
    );
    return answer.promise;
  }

  /** Says goodbye and waits until the connection is gone. */
  async close(): Promise<void> {
    this.#socket.close(1000);
    await this.#closed;
  }

  #receive(frame: string): void {
    if (!frame.startsWith(RESPONSE)) {
      this.#onNotification(frame);
      return;
    }
    const end = frame.indexOf(',', RESPONSE.length);
    const id = Number(frame.slice(RESPONSE.length, end));
    const answer = this.#waiting.get(id);
    this.#waiting.delete(id);
    if (frame.startsWith(',"ok":true', end)) {
      answer?.resolve(frame);
    } else {
      answer?.reject(new Error(frame));
    }
  }
}
