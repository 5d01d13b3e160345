import assert from 'node:assert/strict';

import jwt from 'jsonwebtoken';

import type { ConfigInput } from '../../../lib/config/schema.ts';
import { Server } from '../../../lib/Server.ts';
import { openStore } from '../../../lib/store/openStore.ts';
import type { Store } from '../../../lib/store/Store.ts';
import { testConfig } from '../../../tools/fixtures/server.ts';
import { createAccount, PASSWORD } from '../../support/accounts.ts';
import { SECRET, withTokens } from '../../support/JsonClient.ts';
import { MeetingClient } from './MeetingClient.ts';

/** A reply with its body, of any shape. */
interface Reply {
  status: number;
  headers: Headers;
  // The tests read fields of many shapes.
  // oxlint-disable-next-line typescript/no-explicit-any
  body: any;
}

/** The reply of POST /connect. */
interface Entry {
  title: string;
  socket: string;
  token: string;
}

/** A server with sessions and users at addresses of their own. */
export class MeetingSite implements AsyncDisposable {
  readonly server: Server;
  /** The database of the server, as another process sees it. */
  readonly store: Store;
  readonly #sessions: string;
  readonly #users: string;

  private constructor(server: Server, store: Store) {
    const [sessions, users] = server.ownUrls;
    assert.ok(sessions !== undefined && users !== undefined);
    this.server = server;
    this.store = store;
    this.#sessions = sessions;
    this.#users = users;
  }

  /** Starts a server; the caller disposes of it. */
  static async start(overrides: ConfigInput = {}): Promise<MeetingSite> {
    const config = testConfig({
      ...withTokens,
      listeners: [
        { contract: 'meetings', port: 0, tls: false },
        { contract: 'users', port: 0, tls: false },
      ],
      ...overrides,
    });
    const server = await Server.start(config);
    return new MeetingSite(server, await openStore(config.store, '/'));
  }

  /** Sends a request to the signalling server, with a body as JSON. */
  ask(
    method: string,
    path: string,
    body?: unknown,
    token?: string,
  ): Promise<Reply> {
    return send(this.#sessions, method, path, body, token);
  }

  /** Sends a request to the users service. */
  askUsers(
    method: string,
    path: string,
    body?: unknown,
    token?: string,
  ): Promise<Reply> {
    return send(this.#users, method, path, body, token);
  }

  /** Creates a session, and returns its address. */
  async create(draft: object = {}, token?: string): Promise<string> {
    const { status, body } = await this.ask(
      'POST',
      '/session',
      { title: 'Stand-up', ...draft },
      token,
    );
    assert.equal(status, 201);
    return body.socket;
  }

  /** Lets a person into a session. */
  async admit(
    address: string,
    password?: string,
    token?: string,
  ): Promise<Entry> {
    const { status, body } = await this.ask(
      'POST',
      `/connect/${address}`,
      { password },
      token,
    );
    assert.equal(status, 200, JSON.stringify(body));
    return body;
  }

  /** Creates an account, and returns the token of a login with its id. */
  async login(
    email: string,
    name: string,
  ): Promise<{ id: string; token: string }> {
    await createAccount(this.store, email, name);
    return this.logIn(email);
  }

  /** Starts another login of an account. */
  async logIn(email: string): Promise<{ id: string; token: string }> {
    const { body } = await this.askUsers('POST', '/auth', {
      username: email,
      password: PASSWORD,
    });
    return { id: body.user.id, token: body.token };
  }

  /** Starts a connection to a ticket or a session. */
  dial(address: string, token?: string): MeetingClient {
    return new MeetingClient(new URL(`/ws/${address}`, this.#sessions), {
      headers: token === undefined ? {} : { Authorization: `Bearer ${token}` },
    });
  }

  /** Connects and enters a session. */
  async enter(address: string, words: object = {}): Promise<MeetingClient> {
    const client = await this.dial(address).opened();
    client.send({ type: 'connect', ...words });
    const first = await client.at(0);
    assert.equal(first['type'], 'connected', JSON.stringify(first));
    return client;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.server.close();
    await this.store.close();
  }
}

async function send(
  base: string,
  method: string,
  path: string,
  body: unknown,
  token: string | undefined,
): Promise<Reply> {
  const reply = await fetch(new URL(path, base), {
    method,
    headers: {
      ...(body !== undefined && { 'Content-Type': 'application/json' }),
      ...(token !== undefined && { Authorization: `Bearer ${token}` }),
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  const text = await reply.text();
  return {
    status: reply.status,
    headers: reply.headers,
    body: text === '' ? undefined : JSON.parse(text),
  };
}

/** The key of a project. */
export function projectKey(project: string): string {
  return jwt.sign({ project }, SECRET, { expiresIn: 60 });
}

/** The parts of a reply that are compared as a whole. */
export function essence({ status, body }: { status: number; body: unknown }) {
  return { status, body };
}
