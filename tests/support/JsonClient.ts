import assert from 'node:assert/strict';
import { createSecretKey } from 'node:crypto';
import { EventEmitter, once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';

import type {
  ErrorFrame,
  Reply,
  RequestData,
  RequestType,
} from '@atrium/protocol/json';
import jwt from 'jsonwebtoken';
import { WebSocket } from 'ws';
import type { ClientOptions } from 'ws';

import { events } from '../../lib/gateways/json/contract.ts';
import { toJson } from '../../tools/fixtures/json.ts';
import { Refused } from '../../tools/fixtures/ProtooClient.ts';
import type { Notified } from '../../tools/fixtures/ProtooClient.ts';
import { socketOptions } from '../../tools/fixtures/ProtooConnection.ts';

/** The signing key of the tests' tokens. */
export const SECRET = 'a secret of the tests that is long enough';

/** Server options that make the tests' tokens valid. */
export const withTokens = {
  auth: { keys: [{ algorithm: 'HS256' as const, secret: SECRET }] },
};

/** A token as Django's SimpleJWT makes it, with claims replaced or left out. */
export function userToken(
  userId: string,
  changes: Record<string, unknown> = {},
  secret = SECRET,
): string {
  const now = Math.floor(Date.now() / 1_000);
  const claims: Record<string, unknown> = {
    user_id: userId,
    email: `${userId}@example.com`,
    full_name: `${userId} Example`,
    role: 'member',
    jti: `jti-${userId}`,
    token_type: 'access',
    iat: now,
    exp: now + 3_600,
    ...changes,
  };
  for (const [claim, value] of Object.entries(claims)) {
    if (value === undefined) {
      delete claims[claim];
    }
  }
  // Of a text, jsonwebtoken first finds out that it is no private key.
  const key = createSecretKey(Buffer.from(secret));
  return jwt.sign(claims, key, { algorithm: 'HS256' });
}

/** A message from the server, of any type. */
export interface JsonMessage extends Partial<Omit<ErrorFrame, 'type'>> {
  type: string;
  // Tests assert the type of the fields that they read.
  // oxlint-disable-next-line typescript/no-explicit-any
  data?: any;
}

/** The server answered a request with an error. */
export class JsonError extends Refused {
  readonly error: string;
  readonly details: string | undefined;

  constructor({ error, message = '', details }: JsonMessage) {
    super(error ?? '', message);
    this.error = error ?? '';
    this.details = details;
  }
}

/** A client's user and room, and options of its socket. */
interface JsonClientOptions extends ClientOptions {
  roomId?: string;
  peerId?: string;
}

interface Events {
  message: [message: JsonMessage];
  close: [code: number, reason: string];
}

/** A minimal client of the JSON API. */
export class JsonClient extends EventEmitter<Events> {
  readonly socket: WebSocket;
  /** The room that the client is meant for, if one was named. */
  readonly roomId: string;
  /** The client's user, if one was named. */
  readonly peerId: string;
  /** All messages so far, in order. */
  readonly messages: JsonMessage[] = [];
  /** All events so far, in order. */
  readonly notifications: Notified[] = [];
  readonly closed: Promise<{ code: number; reason: string }>;
  #raw: Duplex | undefined;
  #nextId = 1;

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
    socket.on('message', (data: Buffer) => {
      const message = JSON.parse(data.toString()) as JsonMessage;
      this.messages.push(message);
      const { type, data: event } = message;
      if (Object.hasOwn(events, type)) {
        this.notifications.push({ method: type, data: event });
      }
      this.emit('message', message);
    });
  }

  /** Connects with a token in the header or the query, or without one. */
  static async connect(
    url: string,
    { header, query }: { header?: string; query?: string } = {},
    { roomId = '', peerId = '', ...options }: JsonClientOptions = {},
  ): Promise<JsonClient> {
    const base = new URL(url.replace(/^http/, 'ws'));
    const target = new URL('ws', base);
    target.search = base.search;
    if (query !== undefined) {
      target.searchParams.set('token', query);
    }
    const socket = new WebSocket(target, {
      ...socketOptions,
      headers:
        header === undefined ? {} : { Authorization: `Bearer ${header}` },
      ...options,
    });
    const client = new JsonClient(socket, roomId, peerId);
    await once(socket, 'open');
    return client;
  }

  /** Connects as a user. */
  static async as(url: string, userId: string): Promise<JsonClient> {
    const client = await JsonClient.connect(url, { header: userToken(userId) });
    await client.received('connected');
    return client;
  }

  /** Connects as a user and enters a room that exists. */
  static async join(
    url: string,
    roomId: string,
    userId: string,
  ): Promise<JsonClient> {
    const client = await JsonClient.as(url, userId);
    await client.request('joinRoom', { roomId, displayName: userId });
    return client;
  }

  /** The socket below the WebSocket, for sending arbitrary bytes. */
  get raw(): Duplex {
    assert.ok(this.#raw, 'expected a finished handshake');
    return this.#raw;
  }

  /** The number of requests sent, and of answers received. */
  get counts(): { requests: number; answers: number } {
    const answers = this.messages.filter((it) => it.requestId !== undefined);
    return { requests: this.#nextId - 1, answers: answers.length };
  }

  /** The client's id for the other members. */
  get participantId(): string {
    const connected = this.messages.find(({ type }) => type === 'connected');
    return connected?.data.connectionId as string;
  }

  /**
   * Sends a request of the contract, or one that the server is to refuse, and
   * waits for its one answer.
   *
   * @throws {JsonError} With the server's code.
   */
  request<T extends RequestType>(
    type: T,
    data: RequestData<T>,
  ): Promise<Reply<T>>;
  request(type: string, data?: unknown): Promise<JsonMessage['data']>;
  async request(type: string, data: unknown): Promise<JsonMessage['data']> {
    const requestId = `request-${this.#nextId}`;
    this.#nextId += 1;
    const answer = this.answer(requestId);
    this.send({ type, data, requestId });
    const message = await answer;
    if (message.type === 'error') {
      throw new JsonError(message);
    }
    const wanted = `${type}Response`;
    if (
      message.type !== wanted &&
      !(type === 'authenticate' && message.type === 'connected')
    ) {
      throw new Error(`expected ${wanted}, got ${message.type}`);
    }
    return message.data;
  }

  /** The answer to a request id, or an error when the connection closes. */
  answer(requestId: string): Promise<JsonMessage> {
    return new Promise((resolve, reject) => {
      const onMessage = (message: JsonMessage): void => {
        if (message.requestId === requestId) {
          done();
          resolve(message);
        }
      };
      const onClose = (code: number, reason: string): void => {
        done();
        reject(new Error(`closed before the answer: ${code} ${reason}`));
      };
      const done = (): void => {
        this.off('message', onMessage);
        this.off('close', onClose);
      };
      this.on('message', onMessage);
      this.on('close', onClose);
    });
  }

  /** The first matching message, past or future. */
  async received(
    type: string,
    fits: (message: JsonMessage) => boolean = () => true,
  ): Promise<JsonMessage> {
    const matches = (message: JsonMessage): boolean =>
      message.type === type && fits(message);
    // Several may come at once, so each wait searches all of them.
    for (;;) {
      const past = this.messages.find(matches);
      if (past !== undefined) {
        return past;
      }
      await once(this, 'message');
    }
  }

  /** The data of the first event with this name, past or future. */
  async notified(type: string): Promise<Notified['data']> {
    return (await this.received(type)).data;
  }

  /** Sends an object as JSON, or a text as it is. */
  send(frame: object | string): void {
    this.socket.send(typeof frame === 'string' ? frame : toJson(frame));
  }

  /** Closes the connection cleanly and waits until it is closed. */
  async close(): Promise<void> {
    this.socket.close();
    await this.closed;
  }
}
