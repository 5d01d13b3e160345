import assert from 'node:assert/strict';
import { EventEmitter, once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';

import { WebSocket } from 'ws';
import type { ClientOptions } from 'ws';

import { toJson } from './json.ts';

/** A notification as it came in. */
export interface Notified {
  method: string;
  data: Record<string, unknown>;
}

/** The server refused a request. */
export class Refused extends Error {
  readonly code: number | string;

  constructor(code: number | string, reason: string) {
    super(reason);
    this.code = code;
  }
}

interface Events {
  frame: [frame: Record<string, unknown>];
  notification: [notified: Notified];
  close: [code: number, reason: string];
}

/** Any JSON object that comes back. */
// The tests read whatever the server sent, so its type is theirs to assert.
// oxlint-disable-next-line typescript/no-explicit-any
export type Reply = any;

/** A protoo client as plain as can be, for saying anything to the server. */
export class ProtooClient extends EventEmitter<Events> {
  readonly socket: WebSocket;
  readonly roomId: string;
  readonly peerId: string;
  /** Every frame so far, in order. */
  readonly frames: Record<string, unknown>[] = [];
  /** Every notification so far, in order. */
  readonly notifications: Notified[] = [];
  readonly closed: Promise<{ code: number; reason: string }>;
  #raw: Duplex | undefined;
  #nextId = 1;
  #answers = 0;

  private constructor(socket: WebSocket, roomId: string, peerId: string) {
    super();
    this.setMaxListeners(0);
    this.socket = socket;
    this.roomId = roomId;
    this.peerId = peerId;
    this.closed = new Promise((resolve) => {
      socket.once('close', (code, reason) => {
        resolve({ code, reason: reason.toString() });
        this.emit('close', code, reason.toString());
      });
    });
    socket.on('error', () => undefined);
    socket.once('upgrade', ({ socket: raw }: IncomingMessage) => {
      this.#raw = raw;
    });
    socket.on('message', (data: Buffer) => this.#receive(data.toString()));
  }

  /** Connects without joining. */
  static async connect(
    url: string,
    roomId: string,
    peerId: string,
    options: ClientOptions = {},
  ): Promise<ProtooClient> {
    const socket = new WebSocket(
      `${url.replace(/^http/, 'ws')}?roomId=${encodeURIComponent(roomId)}&peerId=${encodeURIComponent(peerId)}`,
      'protoo',
      { rejectUnauthorized: false, ...options },
    );
    const client = new ProtooClient(socket, roomId, peerId);
    await once(socket, 'open');
    return client;
  }

  /** Connects and joins. */
  static async join(
    url: string,
    roomId: string,
    peerId: string,
    extra: object = {},
  ): Promise<{ client: ProtooClient; reply: Reply }> {
    const client = await ProtooClient.connect(url, roomId, peerId);
    const reply = await client.request('joinRoom', {
      roomId,
      peerId,
      ...extra,
    });
    return { client, reply };
  }

  /** What is below the WebSocket, for bytes that are no frame of its. */
  get raw(): Duplex {
    assert.ok(this.#raw, 'the handshake is over');
    return this.#raw;
  }

  /** How many requests were sent, and how many answers came to any. */
  get counts(): { requests: number; answers: number } {
    return { requests: this.#nextId - 1, answers: this.#answers };
  }

  /**
   * Sends a request and waits for its one answer.
   *
   * @throws {Refused} With the server's code and reason.
   */
  async request(method: string, data: unknown = {}): Promise<Reply> {
    const id = this.#nextId;
    this.#nextId += 1;
    const answer = this.answer(id);
    this.send({ request: true, id, method, data });
    const { ok, data: reply, errorCode, errorReason } = await answer;
    if (ok !== true) {
      throw new Refused(errorCode as number, errorReason as string);
    }
    return reply;
  }

  /** The response to a request id, or an error when the connection closes. */
  answer(id: number): Promise<Record<string, unknown>> {
    return new Promise((resolve, reject) => {
      const onFrame = (frame: Record<string, unknown>): void => {
        if (frame['response'] === true && frame['id'] === id) {
          done();
          resolve(frame);
        }
      };
      const onClose = (code: number, reason: string): void => {
        done();
        reject(new Error(`closed before the answer: ${code} ${reason}`));
      };
      const done = (): void => {
        this.off('frame', onFrame);
        this.off('close', onClose);
      };
      this.on('frame', onFrame);
      this.on('close', onClose);
    });
  }

  /** The first notification, past or to come, that fits. */
  async notified(
    method: string,
    fits: (data: Notified['data']) => boolean = () => true,
  ): Promise<Notified['data']> {
    const matches = (notified: Notified): boolean =>
      notified.method === method && fits(notified.data);
    // Several may come at once, so each time all that came are looked through.
    for (;;) {
      const past = this.notifications.find(matches);
      if (past !== undefined) {
        return past.data;
      }
      await once(this, 'notification');
    }
  }

  /** Sends an object as JSON, or a text as it is. */
  send(frame: object | string): void {
    this.socket.send(typeof frame === 'string' ? frame : toJson(frame));
  }

  /** Closes in good order and waits until it is done. */
  async close(): Promise<void> {
    this.socket.close();
    await this.closed;
  }

  #receive(text: string): void {
    const frame = JSON.parse(text) as Record<string, unknown>;
    this.frames.push(frame);
    if (frame['notification'] === true) {
      const notified = frame as unknown as Notified;
      this.notifications.push(notified);
      this.emit('notification', notified);
    } else {
      this.#answers += 1;
    }
    this.emit('frame', frame);
  }
}
