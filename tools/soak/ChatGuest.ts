import { once } from 'node:events';

import { WebSocket } from 'ws';

import { socketOptions } from '../fixtures/ProtooConnection.ts';
import type { Random } from '../fixtures/Random.ts';
import { askServer } from './askServer.ts';
import { Aborted } from './Crowd.ts';
import type { Guest } from './Crowd.ts';

/** One in this many steps is the guest's last. */
const ABORTS = 30;

/** One guest in this many makes a room of its own. */
const MAKERS = 12;

/** Signals and frames that are no messages, in turn. */
const SIGNALS: readonly object[] = [
  { type: 'webrtc-offer', offer: { type: 'offer', sdp: 'v=0' } },
  { type: 'webrtc-answer', answer: { type: 'answer', sdp: 'v=0' } },
  {
    type: 'webrtc-ice-candidate',
    candidate: { candidate: '', sdpMid: '0', sdpMLineIndex: 0 },
  },
  { type: 'webrtc-hangup', target_id: 1 },
  { type: 'webrtc-hangup' },
  { content: '' },
  { type: 'nonsense' },
];

/**
 * A client of the chat API that logs in, reads a room, chats and signals in it,
 * drops its connection now and then, and at any step may vanish.
 */
export class ChatGuest implements Guest {
  readonly #url: string;
  readonly #credentials: object;
  readonly #random: Random;
  #roomId: number;
  #token = '';
  #ownRoom = false;
  #socket: WebSocket | undefined;
  #closed: Promise<number> = Promise.resolve(0);
  #said = 0;

  constructor(
    url: string,
    roomId: number,
    credentials: object,
    random: Random,
  ) {
    this.#url = url;
    this.#roomId = roomId;
    this.#credentials = credentials;
    this.#random = random;
  }

  async enter(): Promise<void> {
    const { access } = await this.#ask('/auth/login/', this.#credentials);
    this.#token = access as string;
    if (this.#random.below(MAKERS) === 0) {
      const room = { name: 'For a while', room_type: 'video' };
      const { id } = await this.#ask('/api/rooms/', room);
      this.#roomId = id as number;
      this.#ownRoom = true;
    }
    await this.#ask('/api/rooms/?limit=5&search=room');
    await this.#connect();
    await this.#ask(`/api/rooms/${this.#roomId}/messages/?limit=20`);
    for (let steps = 1 + this.#random.below(4); steps > 0; steps -= 1) {
      this.#send(SIGNALS[this.#random.below(SIGNALS.length)] ?? {});
      await this.speak();
      if (this.#random.below(8) === 0) {
        await this.#vanish();
        await this.#connect();
      }
      await this.#mayAbort();
    }
  }

  /** Says something, and waits until the room has heard it. */
  async speak(): Promise<void> {
    const socket = this.#socket;
    if (socket === undefined) {
      throw new Error('not connected');
    }
    this.#said += 1;
    const content = `${this.#token.slice(-20)} says ${this.#said}`;
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const onMessage = (data: Buffer): void => {
      const heard = JSON.parse(data.toString()) as { content?: string };
      if (heard.content === content) {
        resolve();
      }
    };
    const onClose = (code: number, reason: Buffer): void =>
      reject(new Error(`closed before an echo: ${code} ${String(reason)}`));
    socket.on('message', onMessage).once('close', onClose);
    this.#send({ content });
    try {
      await promise;
    } finally {
      socket.off('message', onMessage).off('close', onClose);
    }
  }

  async leave(): Promise<void> {
    const token = this.#token;
    if (this.#ownRoom) {
      const path = `/api/rooms/${this.#roomId}/`;
      await askServer(this.#url, path, { method: 'DELETE', token });
      await this.#expectCode(4004);
      return;
    }
    switch (this.#random.below(3)) {
      case 0:
        await askServer(this.#url, '/auth/logout/', {
          method: 'POST',
          token,
          body: {},
        });
        await this.#expectCode(4001);
        return;
      case 1:
        this.#socket?.close();
        await this.#closed;
        return;
      default:
        await this.#vanish();
    }
  }

  async #connect(): Promise<void> {
    await this.#mayAbort();
    const address = new URL(`/ws/chat/${this.#roomId}/`, this.#url);
    address.protocol = 'wss:';
    const socket = new WebSocket(
      address,
      ['bearer', this.#token],
      socketOptions,
    );
    this.#socket = socket;
    socket.on('error', () => undefined);
    this.#closed = new Promise((resolve) => {
      socket.once('close', resolve);
    });
    if (this.#random.below(ABORTS) === 0) {
      // In the middle of the handshake.
      await this.#vanish();
      throw new Aborted();
    }
    await once(socket, 'open');
  }

  async #ask(path: string, body?: object) {
    await this.#mayAbort();
    return askServer(this.#url, path, {
      ...(body && { method: 'POST', body }),
      ...(this.#token !== '' && { token: this.#token }),
    });
  }

  #send(message: object): void {
    this.#socket?.send(JSON.stringify(message));
  }

  async #mayAbort(): Promise<void> {
    if (this.#random.below(ABORTS) === 0) {
      await this.#vanish();
      throw new Aborted();
    }
  }

  async #vanish(): Promise<void> {
    this.#socket?.terminate();
    await this.#closed;
  }

  async #expectCode(expected: number): Promise<void> {
    const code = await this.#closed;
    if (code !== expected) {
      throw new Error(`expected to be closed with ${expected}, got ${code}`);
    }
  }
}
