import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

import { AccountAuthenticator } from '../../../lib/accounts/AccountAuthenticator.ts';
import { Accounts } from '../../../lib/accounts/Accounts.ts';
import { AccountTokens } from '../../../lib/accounts/AccountTokens.ts';
import { LoginThrottle } from '../../../lib/accounts/LoginThrottle.ts';
import { accountsSection } from '../../../lib/accounts/options.ts';
import { PasswordHasher } from '../../../lib/accounts/PasswordHasher.ts';
import { ChatRooms } from '../../../lib/chat/ChatRooms.ts';
import { LiveConfig } from '../../../lib/config/LiveConfig.ts';
import { Logger } from '../../../lib/core/logger.ts';
import { Metrics } from '../../../lib/core/metrics.ts';
import { ChatGateway } from '../../../lib/gateways/chat/ChatGateway.ts';
import { createOperationsApp } from '../../../lib/http/app.ts';
import { SampledLog } from '../../../lib/limits/SampledLog.ts';
import { openStore } from '../../../lib/store/openStore.ts';
import type { StoreOptions } from '../../../lib/store/options.ts';
import { testConfig } from '../../../tools/fixtures/server.ts';

export const SECRET = 'a secret that only this test knows, of enough bytes';

/** A reply with its body, of any shape. */
export interface Reply {
  status: number;
  headers: Headers;
  // The tests read fields of many shapes.
  // oxlint-disable-next-line typescript/no-explicit-any
  body: any;
}

/** A server with the chat API on a port of the loopback. */
export class ChatSite implements AsyncDisposable {
  readonly url: string;
  readonly rooms: ChatRooms;
  readonly #close: () => Promise<void>;

  private constructor(
    url: string,
    rooms: ChatRooms,
    close: () => Promise<void>,
  ) {
    this.url = url;
    this.rooms = rooms;
    this.#close = close;
  }

  static async start(
    storeOptions: StoreOptions,
    options: object = {},
  ): Promise<ChatSite> {
    const store = await openStore(storeOptions, '/');
    const section = accountsSection.parse(options);
    const accounts = new Accounts({
      users: store.users,
      logins: store.logins,
      hasher: new PasswordHasher(() => section, {
        memory: 64,
        passes: 1,
        parallelism: 1,
      }),
      throttle: new LoginThrottle(() => section),
      tokens: new AccountTokens(
        () => ({ algorithm: 'HS256', secret: SECRET }),
        () => section,
      ),
      options: () => section,
    });
    const rooms = new ChatRooms(store.rooms, store.messages);
    const { view: config } = new LiveConfig(
      testConfig({ auth: { keys: [{ algorithm: 'HS256', secret: SECRET }] } }),
    );
    const log = new SampledLog(new Logger('test'), () => 1);
    const gateway = new ChatGateway({ config } as never, {
      accounts,
      rooms,
      authenticator: new AccountAuthenticator(accounts, config.auth),
    });
    const app = createOperationsApp({ config, metrics: new Metrics(), log }, [
      gateway.routes,
    ]);
    const server = createServer(app).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    return new ChatSite(`http://127.0.0.1:${port}`, rooms, async () => {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
      await store.close();
      log.close();
    });
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
    const password = 'correct horse battery';
    const { body: account } = await this.ask('POST', '/auth/register/', {
      email,
      name,
      password,
    });
    const { body } = await this.ask('POST', '/auth/login/', {
      email,
      password,
    });
    return { account, ...body };
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#close();
  }
}

/** An account that is logged in. */
export interface Member {
  account: { id: number; email: string; name: string; date_joined: string };
  access: string;
  refresh: string;
}
