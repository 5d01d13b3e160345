import assert from 'node:assert/strict';

import { ChatRooms } from '../../../lib/chat/ChatRooms.ts';
import { chatSection } from '../../../lib/chat/options.ts';
import type { ConfigInput } from '../../../lib/config/schema.ts';
import { Server } from '../../../lib/Server.ts';
import { openStore } from '../../../lib/store/openStore.ts';
import type { Store } from '../../../lib/store/Store.ts';
import { createAccount, PASSWORD } from '../../support/accounts.ts';
import { withTokens } from '../../support/JsonClient.ts';
import { get } from '../../support/http.ts';
import { Exposition } from '../../support/prometheus.ts';
import { testConfig } from '../../../tools/fixtures/server.ts';
import { ChatClient } from './ChatClient.ts';

/** A reply with its body, of any shape. */
export interface Reply {
  status: number;
  headers: Headers;
  // The tests read fields of many shapes.
  // oxlint-disable-next-line typescript/no-explicit-any
  body: any;
}

/** An account that is logged in. */
export interface Member {
  account: { id: number; email: string; name: string; date_joined: string };
  access: string;
  refresh: string;
}

/** A server with the chat API at an address of its own, over plain HTTP. */
export class ChatSite implements AsyncDisposable {
  readonly server: Server;
  readonly url: string;
  /** The database of the server, as another process sees it. */
  readonly store: Store;
  /** Rooms in that database. */
  readonly rooms: ChatRooms;

  private constructor(server: Server, store: Store) {
    const [url] = server.ownUrls;
    assert.ok(url);
    const options = chatSection.parse({});
    this.server = server;
    this.url = url.replace(/\/$/, '');
    this.store = store;
    this.rooms = new ChatRooms(store.rooms, store.messages, () => options);
  }

  /** Starts a server; the caller disposes of it. */
  static async start(overrides: ConfigInput = {}): Promise<ChatSite> {
    const config = testConfig({
      ...withTokens,
      listeners: [{ contract: 'chat', port: 0, tls: false }],
      ...overrides,
    });
    const server = await Server.start(config);
    return new ChatSite(server, await openStore(config.store, '/'));
  }

  /** Sends a request, with a body as JSON. */
  ask(
    method: string,
    path: string,
    body?: unknown,
    token?: string,
  ): Promise<Reply> {
    return this.send(method, path, {
      ...(body !== undefined && { body: JSON.stringify(body) }),
      headers: {
        ...(body !== undefined && { 'Content-Type': 'application/json' }),
        ...(token !== undefined && { Authorization: `Bearer ${token}` }),
      },
    });
  }

  /** Sends a request as it is. */
  async send(method: string, path: string, init: RequestInit): Promise<Reply> {
    const reply = await fetch(`${this.url}${path}`, { method, ...init });
    const text = await reply.text();
    return {
      status: reply.status,
      headers: reply.headers,
      body: text === '' ? undefined : JSON.parse(text),
    };
  }

  /** Creates an account, and returns it with the tokens of a login. */
  async join(email: string, name: string): Promise<Member> {
    const user = await createAccount(this.store, email, name);
    const tokens = await this.login(email);
    const { id, joinedAt } = user;
    const account = { id, email, name, date_joined: joinedAt.toISOString() };
    return { account, ...tokens };
  }

  /** Starts a login of a member. */
  async login(email: string): Promise<Omit<Member, 'account'>> {
    const credentials = { email, password: PASSWORD };
    const { status, body } = await this.ask(
      'POST',
      '/auth/login/',
      credentials,
    );
    assert.equal(status, 200);
    return body;
  }

  /** Creates a room and returns its id. */
  async createRoom({ access }: Member): Promise<number> {
    const room = { name: 'Room', room_type: 'chat' };
    const { body } = await this.ask('POST', '/api/rooms/', room, access);
    return body.id;
  }

  async deleteRoom(roomId: number, { access }: Member): Promise<void> {
    const path = `/api/rooms/${roomId}/`;
    const { status } = await this.ask('DELETE', path, undefined, access);
    assert.equal(status, 204);
  }

  /** The messages of a room, as the resource has them. */
  async messagesIn(
    roomId: number,
    { access }: Member,
  ): Promise<Record<string, unknown>[]> {
    const path = `/api/rooms/${roomId}/messages/`;
    const { body } = await this.ask('GET', path, undefined, access);
    return body;
  }

  /** Connects to the socket of a room, and waits until it has entered. */
  async connect(
    roomId: number,
    { access }: Pick<Member, 'access'>,
  ): Promise<ChatClient> {
    const client = this.dial(`/ws/chat/${roomId}/`, access);
    await client.entered(this.server, roomId);
    return client;
  }

  /** Starts a connection. */
  dial(path: string, token?: string, protocols: string[] = []): ChatClient {
    return new ChatClient(new URL(path, this.url), token, protocols);
  }

  /** The metrics as they are now. */
  async metrics(): Promise<Exposition> {
    const { body } = await get(this.server.url, '/metrics');
    return new Exposition(body);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.server.close();
    await this.store.close();
  }
}
