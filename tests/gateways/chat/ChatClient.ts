import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';

import { WebSocket } from 'ws';
import type { ClientOptions } from 'ws';

import type { Server } from '../../../lib/Server.ts';
import { until } from '../../support/until.ts';

/** A client of a room's socket that keeps all that it receives. */
export class ChatClient {
  readonly socket: WebSocket;
  /** Every message so far, in order. */
  readonly messages: Record<string, unknown>[] = [];
  readonly closed: Promise<{ code: number; reason: string }>;
  /** The answer to a handshake that was refused. */
  readonly refused: Promise<{ status: number; body: string }>;

  constructor(
    url: URL,
    token: string | undefined,
    protocols: string[],
    options: ClientOptions = {},
  ) {
    this.socket = new WebSocket(url.href.replace(/^http/, 'ws'), protocols, {
      rejectUnauthorized: false,
      ...options,
      ...(token !== undefined && {
        headers: { Authorization: `Bearer ${token}` },
      }),
    });
    this.socket.on('error', () => undefined);
    this.socket.on('message', (data: Buffer) => {
      this.messages.push(
        JSON.parse(data.toString()) as Record<string, unknown>,
      );
    });
    this.closed = new Promise((resolve) => {
      this.socket.once('close', (code, reason) =>
        resolve({ code, reason: reason.toString() }),
      );
    });
    this.refused = new Promise((resolve) => {
      this.socket.once('unexpected-response', (_request, response) => {
        void refusalIn(response).then(resolve);
      });
    });
  }

  /** Waits until the client is a peer of the live room. */
  async entered(server: Server, roomId: number): Promise<void> {
    const room = () => server.registry.rooms.get(`chat-${roomId}`);
    const before = new Set(room()?.peers.keys());
    await once(this.socket, 'open');
    await until('the room has been entered', () =>
      Array.from(room()?.peers.values() ?? []).some(
        (peer) => peer.gateway === 'chat' && !before.has(peer.id),
      ),
    );
  }

  /** Sends a message, or any text. */
  send(message: unknown): void {
    this.socket.send(
      typeof message === 'string' ? message : JSON.stringify(message),
    );
  }

  /** The message at a position, once it is there. */
  async at(index: number): Promise<Record<string, unknown>> {
    return until(`message ${index}`, () => this.messages[index]);
  }

  async close(): Promise<void> {
    this.socket.close();
    await this.closed;
  }
}

async function refusalIn(
  response: IncomingMessage,
): Promise<{ status: number; body: string }> {
  return { status: response.statusCode ?? 0, body: await text(response) };
}
