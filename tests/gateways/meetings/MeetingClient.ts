import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';

import { WebSocket } from 'ws';
import type { ClientOptions } from 'ws';

import { until } from '../../support/until.ts';

type Message = Record<string, unknown>;

/** A client of a session's socket that keeps all that it receives. */
export class MeetingClient {
  readonly socket: WebSocket;
  /** Every message so far, in order. */
  readonly messages: Message[] = [];
  readonly closed: Promise<{ code: number; reason: string }>;
  /** The answer to a handshake that was refused. */
  readonly refusal: Promise<{ status: number; body: unknown }>;

  constructor(url: URL, options: ClientOptions = {}) {
    this.socket = new WebSocket(url.href.replace(/^http/, 'ws'), {
      rejectUnauthorized: false,
      ...options,
    });
    this.socket.on('error', () => undefined);
    this.socket.on('message', (data: Buffer) => {
      this.messages.push(JSON.parse(data.toString()) as Message);
    });
    this.closed = new Promise((resolve) => {
      this.socket.once('close', (code, reason) =>
        resolve({ code, reason: reason.toString() }),
      );
    });
    this.refusal = new Promise((resolve) => {
      this.socket.once('unexpected-response', (_request, response) => {
        void refusalIn(response).then(resolve);
      });
    });
  }

  /** The errors among the messages. */
  get errors(): Message[] {
    return this.messages.filter(({ type }) => type === 'error');
  }

  /** The number of messages of a type. */
  count(type: string): number {
    return this.messages.filter((message) => message['type'] === type).length;
  }

  async opened(): Promise<this> {
    await once(this.socket, 'open');
    return this;
  }

  /** Sends a message, or any text. */
  send(message: unknown): void {
    this.socket.send(
      typeof message === 'string' ? message : JSON.stringify(message),
    );
  }

  /** The message at a position, once it is there. */
  at(index: number): Promise<Message> {
    return until(`message ${index}`, () => this.messages[index]);
  }

  async close(): Promise<void> {
    this.socket.close();
    await this.closed;
  }
}

async function refusalIn(
  response: IncomingMessage,
): Promise<{ status: number; body: unknown }> {
  const body: unknown = JSON.parse(await text(response));
  return { status: response.statusCode ?? 0, body };
}
