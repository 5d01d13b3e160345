import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, test } from 'node:test';

import { Server } from '../../lib/Server.ts';
import { openStore } from '../../lib/store/openStore.ts';
import type { Store } from '../../lib/store/Store.ts';
import { ProtooClient } from '../../tools/fixtures/ProtooClient.ts';
import { testConfig } from '../../tools/fixtures/server.ts';
import { createAccount, PASSWORD } from '../support/accounts.ts';
import { JsonClient } from '../support/JsonClient.ts';
import { bearing, tokensOnly } from '../support/peerToken.ts';
import { shakeHands } from '../support/handshake.ts';

const account = { email: 'ada@example.com', name: 'Ada' };

interface Tokens {
  access: string;
  refresh: string;
}

describe('a token of an account', () => {
  let server: Server;
  let store: Store;
  let userId: string;
  let tokens: Tokens;

  before(async () => {
    const config = testConfig({
      ...tokensOnly,
      listeners: [{ contract: 'chat', port: 0, tls: false }],
    });
    server = await Server.start(config);
    store = await openStore(config.store, '/');
    const user = await createAccount(store, account.email, account.name);
    userId = String(user.id);
  });

  beforeEach(async () => {
    tokens = await logIn(account.email);
  });

  after(async () => {
    await server.close();
    await store.close();
  });

  async function ask(
    method: string,
    path: string,
    body?: object,
    token?: string,
  ): Promise<unknown> {
    const [url = ''] = server.ownUrls;
    const reply = await fetch(new URL(path, url), {
      method,
      headers: {
        'Content-Type': 'application/json',
        ...(token !== undefined && bearing(token).headers),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    assert.ok(reply.ok, `${method} ${path}: ${reply.status}`);
    return reply.status === 204 ? undefined : reply.json();
  }

  async function logIn(email: string): Promise<Tokens> {
    const credentials = { email, password: PASSWORD };
    return (await ask('POST', 'auth/login/', credentials)) as Tokens;
  }

  function logout(): Promise<unknown> {
    return ask('POST', 'auth/logout/', {}, tokens.access);
  }

  function protoo(peerId: string, token = tokens.access) {
    return ProtooClient.connect(server.url, 'lounge', peerId, bearing(token));
  }

  async function enterLounge(peerId: string, token = tokens.access) {
    const client = await protoo(peerId, token);
    await client.request('joinRoom', { roomId: 'lounge', peerId });
    return client;
  }

  /** The status and the error of a handshake for protoo. */
  async function protooHandshake(peerId: string, token = tokens.access) {
    const query = new URLSearchParams({ roomId: 'lounge', peerId, token });
    const { status, body } = await shakeHands(
      server.url,
      `/?${query.toString()}`,
      {
        'Sec-WebSocket-Protocol': 'protoo',
      },
    );
    return [status, /"code":"(\w+)"/.exec(body)?.[1]];
  }

  test('opens the JSON API with the name, address and role of the account', async () => {
    const client = await JsonClient.connect(server.url);
    const reply = await client.request('authenticate', {
      token: tokens.access,
    });
    assert.deepEqual(reply.user, {
      id: userId,
      email: account.email,
      fullName: account.name,
      role: 'user',
    });
    await client.close();
  });

  test('opens protoo, with one peer or several of the user', async () => {
    const clients = [await protoo(userId), await protoo(`${userId}-phone`)];
    for (const client of clients) {
      const { peerId, roomId } = client;
      await client.request('joinRoom', { roomId, peerId });
    }
    const peers = [
      ...(server.registry.rooms.get('lounge')?.peers.values() ?? []),
    ];
    assert.deepEqual(
      peers.map((peer) => peer.userId),
      [userId, userId],
    );
    await Promise.all(clients.map((client) => client.close()));
  });

  test('opens protoo under no other id', async () => {
    for (const peerId of ['bob', `${userId}0`]) {
      assert.deepEqual(await protooHandshake(peerId), [403, 'FORBIDDEN']);
    }
  });

  test('opens nothing when it is a refresh token', async () => {
    assert.deepEqual(await protooHandshake(userId, tokens.refresh), [
      401,
      'TOKEN_TYPE_WRONG',
    ]);
  });

  test('is as old as its login once refreshed, also for the rooms that a moderator removed its user from', async () => {
    const max = await createAccount(store, 'max@example.com', 'Max');
    const others = await logIn(max.email);
    const guard = await enterLounge(String(max.id), others.access);
    const client = await enterLounge(userId);
    const room = server.registry.get('lounge');
    room
      .moderationBy({ id: 'root', kind: 'key', gateway: 'admin' })
      .remove(userId);
    await client.closed;
    const refresh = { refresh: tokens.refresh };
    const { access } = (await ask(
      'POST',
      'auth/token/refresh/',
      refresh,
    )) as Pick<Tokens, 'access'>;
    await assert.rejects(enterLounge(userId, access), { errorName: 'REMOVED' });
    const json = await JsonClient.connect(server.url, { header: access });
    await assert.rejects(json.request('joinRoom', { roomId: 'lounge' }), {
      message: /a moderator has removed the client from the room/,
    });
    json.socket.close();
    const { access: fresh } = await logIn(account.email);
    const returned = await enterLounge(userId, fresh);
    await Promise.all([returned.close(), guard.close()]);
  });

  test('is void after logout, which closes the connections of that login alone', async () => {
    const other = await logIn(account.email);
    const [lost, kept] = [
      await protoo(`${userId}-lost`),
      await protoo(`${userId}-kept`, other.access),
    ];
    const json = await JsonClient.connect(server.url);
    await json.request('authenticate', { token: tokens.access });
    await logout();

    assert.deepEqual(await lost.closed, {
      code: 4000,
      reason: 'the user has logged out',
    });
    assert.equal((await json.closed).code, 4000);
    await kept.request('ping');
    assert.deepEqual(await protooHandshake(userId), [401, 'TOKEN_INVALID']);
    const again = await JsonClient.connect(server.url);
    await assert.rejects(
      again.request('authenticate', { token: tokens.access }),
      { error: 'AUTH_TOKEN_INVALID' },
    );
    await Promise.all([kept.close(), again.close()]);
  });

  test('is void once the account is deleted, which closes its connections', async () => {
    const { id, email } = await createAccount(store, 'eve@example.com', 'Eve');
    const { access } = await logIn(email);
    const client = await protoo(String(id), access);
    await ask('DELETE', 'auth/profile/', undefined, access);
    assert.deepEqual(await client.closed, {
      code: 4000,
      reason: 'the account was deleted',
    });
    assert.deepEqual(await protooHandshake(String(id), access), [
      401,
      'TOKEN_INVALID',
    ]);
  });
});
