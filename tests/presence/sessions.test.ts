import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';

import type { Server } from '../../lib/Server.ts';
import { ProtooClient } from '../../tools/fixtures/ProtooClient.ts';
import { startServer } from '../../tools/fixtures/server.ts';
import { JsonClient, userToken, withTokens } from '../support/JsonClient.ts';
import { bearing, peerToken, tokensOnly } from '../support/peerToken.ts';

const event = { type: 'loginEnded', loginId: 'another' } as const;

async function protooClient(server: Server, user: string, room: string) {
  const headers = bearing(peerToken(user));
  const client = await ProtooClient.connect(server.url, room, user, headers);
  // The reply shows that the server has made the session.
  await client.request('ping');
  return client;
}

async function jsonClient(server: Server, user: string) {
  const client = await JsonClient.connect(server.url);
  await client.request('authenticate', { token: userToken(user) });
  return client;
}

describe('sessions of a user', () => {
  let server: Server;

  before(async () => {
    server = await startServer(tokensOnly);
  });

  after(() => server.close());

  test('are registered through every gateway, in a room or not', async () => {
    const clients = await Promise.all([
      protooClient(server, 'ada', 'a'),
      protooClient(server, 'ada', 'b'),
      jsonClient(server, 'ada'),
      jsonClient(server, 'bob'),
    ]);
    assert.equal(server.presence.deliver('ada', event), 3);
    assert.equal(server.presence.deliver('bob', event), 1);
    assert.equal(server.presence.users, 2);
    await Promise.all(clients.map((client) => client.close()));
  });

  test('count once, however often the user authenticates', async () => {
    const client = await jsonClient(server, 'carol');
    await client.request('authenticate', { token: userToken('carol') });
    assert.equal(server.presence.deliver('carol', event), 1);
    await client.close();
  });

  test('are released when their connection closes', async () => {
    const own = await startServer(tokensOnly);
    const clients = [
      await protooClient(own, 'ada', 'a'),
      await jsonClient(own, 'bob'),
    ];
    assert.equal(own.presence.users, 2);
    await Promise.all(clients.map((client) => client.close()));
    await own.close();
    assert.equal(own.presence.users, 0);
  });

  test('are not registered before a token has named the user', async () => {
    const own = await startServer(withTokens);
    const clients = [
      await protooClient(own, 'ada', 'a'),
      await JsonClient.connect(own.url),
    ];
    assert.equal(own.presence.users, 0);
    await Promise.all(clients.map((client) => client.close()));
    await own.close();
  });
});
