import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';

import jwt from 'jsonwebtoken';
import { WebSocket } from 'ws';

import type { Server } from '../../../lib/Server.ts';
import { startServer } from '../../../tools/fixtures/server.ts';
import {
  SECRET,
  JsonClient,
  userToken,
  withTokens,
} from '../../support/JsonClient.ts';

const HOUR = 3_600;

describe('authentication of the JSON WebSocket API', () => {
  let server: Server;

  before(async () => {
    server = await startServer({
      ...withTokens,
      signalling: { joinTimeout: 1_500 },
    });
  });

  after(() => server.close());

  async function errorFor(token: string): Promise<string | undefined> {
    const client = await JsonClient.connect(server.url, { query: token });
    const { error, message } = await client.received('error');
    await client.close();
    return `${error}: ${message}`;
  }

  test('accepts a token in the header, the query, or a first message', async () => {
    const token = userToken('ada');
    const user = {
      id: 'ada',
      email: 'ada@example.com',
      fullName: 'ada Example',
      role: 'member',
    };
    const byHeader = await JsonClient.connect(server.url, { header: token });
    const byQuery = await JsonClient.connect(server.url, { query: token });
    const byMessage = await JsonClient.connect(server.url);
    byMessage.send({ type: 'authenticate', data: { token } });
    for (const client of [byHeader, byQuery, byMessage]) {
      const { data } = await client.received('connected');
      assert.deepEqual(data.user, user);
      assert.ok(data.connectionId);
      await client.close();
    }
  });

  test('serves requests sent together with the token', async () => {
    const client = await JsonClient.connect(server.url);
    client.send({ type: 'authenticate', data: { token: userToken('ada') } });
    const room = await client.request('createRoom', { name: 'At once' });
    assert.ok(room.roomId);
    await client.close();
  });

  test('refuses requests without a token with a code of its own', async () => {
    const client = await JsonClient.connect(server.url);
    for (const type of ['createRoom', 'joinRoom', 'publish', 'leaveRoom']) {
      await assert.rejects(
        client.request(type, { name: 'x', roomId: 'x' }),
        { error: 'AUTH_TOKEN_MISSING' },
        type,
      );
    }
    const { code, reason } = await client.closed;
    assert.equal(code, 1008);
    assert.match(reason, /no token/);
  });

  test('keeps an authenticated client that sends nothing', async () => {
    const client = await JsonClient.as(server.url, 'ada');
    const other = await JsonClient.connect(server.url);
    // The other's deadline began later than the client's would have.
    await other.closed;
    assert.ok((await client.request('createRoom', { name: 'x' })).roomId);
    await client.close();
  });

  test('refuses tokens that are not genuine', async () => {
    const claims = jwt.decode(userToken('eve')) as object;
    const none = [
      Buffer.from('{"alg":"none","typ":"JWT"}').toString('base64url'),
      Buffer.from(JSON.stringify(claims)).toString('base64url'),
      '',
    ].join('.');
    const invalid = {
      'not a token': 'garbage',
      'no algorithm': none,
      'another secret': userToken('eve', {}, 'a secret of somebody else, long'),
      'another algorithm': jwt.sign(claims, SECRET, { algorithm: 'HS512' }),
      'a refresh token': userToken('eve', { token_type: 'refresh' }),
      'no expiry': userToken('eve', { exp: undefined }),
      'not valid yet': userToken('eve', { nbf: Date.now() / 1_000 + HOUR }),
      'no user': userToken('eve', { user_id: undefined }),
      'no name': userToken('eve', { full_name: undefined }),
      'no role': userToken('eve', { role: undefined }),
      'no id of its own': userToken('eve', { jti: undefined }),
      'a huge token': 'a'.repeat(20_000),
    };
    for (const [what, token] of Object.entries(invalid)) {
      const query = token.slice(0, 12_000);
      assert.match((await errorFor(query)) ?? '', /^AUTH_TOKEN_INVALID/, what);
    }
  });

  test('distinguishes expired from invalid tokens, within the clock tolerance', async () => {
    const now = Math.floor(Date.now() / 1_000);
    assert.match(
      (await errorFor(userToken('ada', { exp: now - 60 }))) ?? '',
      /^AUTH_TOKEN_EXPIRED: token: expired at \d{4}-/,
    );
    const skewed = await JsonClient.connect(server.url, {
      header: userToken('ada', { exp: now - 5 }),
    });
    await skewed.received('connected');
    await skewed.close();
  });

  test('ignores an Authorization of another scheme, which is for a proxy', async () => {
    const headers = { Authorization: 'Basic YWRhOnNlY3JldA==' };
    const token = userToken('ada');
    const byQuery = await JsonClient.connect(
      server.url,
      { query: token },
      { headers },
    );
    const byMessage = await JsonClient.connect(server.url, {}, { headers });
    byMessage.send({ type: 'authenticate', data: { token } });
    for (const client of [byQuery, byMessage]) {
      await client.received('connected');
      assert.deepEqual(
        client.messages.filter(({ type }) => type === 'error'),
        [],
      );
      await client.close();
    }
  });

  test('reports a missing token if the header announces one', async () => {
    const missing = /^AUTH_TOKEN_MISSING: token: expected one/;
    assert.match((await errorFor('')) ?? '', missing);
    const header = await JsonClient.connect(server.url, { header: '' });
    const { error } = await header.received('error');
    assert.equal(error, 'AUTH_TOKEN_MISSING');
    for (const data of [undefined, {}, { token: null }, { token: '' }]) {
      await assert.rejects(header.request('authenticate', data), {
        error: 'AUTH_TOKEN_MISSING',
      });
    }
    await header.request('authenticate', { token: userToken('ada') });
    await header.close();
    const both = await JsonClient.connect(server.url, {
      header: '',
      query: userToken('ada'),
    });
    await both.received('connected');
    await both.close();
  });

  test('sends "connected" once, even if the client sends several tokens', async () => {
    const token = userToken('ada');
    const client = await JsonClient.connect(server.url, { header: token });
    client.send({ type: 'authenticate', data: { token } });
    client.send({ type: 'authenticate', data: { token }, requestId: 'again' });
    const again = await client.answer('again');
    const { data } = await client.received('connected');
    assert.equal(again.type, 'authenticateResponse');
    assert.deepEqual(again.data, data);
    assert.deepEqual(
      client.messages.map(({ type }) => type),
      ['connected', 'authenticateResponse', 'authenticateResponse'],
    );
    await client.close();
  });

  test('accepts another token after one was refused', async () => {
    const client = await JsonClient.connect(server.url, { query: 'garbage' });
    await client.received('error');
    client.send({ type: 'authenticate', data: { token: userToken('ada') } });
    await client.received('connected');
    client.send({ type: 'authenticate', data: { token: userToken('eve') } });
    const { error } = await client.received(
      'error',
      ({ message }) => message?.includes('already has') ?? false,
    );
    assert.equal(error, 'AUTH_TOKEN_INVALID');
    await client.close();
  });

  test('is not served without a key that verifies tokens', async () => {
    // On loopback, the server would make itself a key.
    const open = await startServer({
      listen: { host: '0.0.0.0' },
      auth: { allowOpen: true },
    });
    try {
      const { port } = new URL(open.url);
      const socket = new WebSocket(`wss://127.0.0.1:${port}/ws`, {
        rejectUnauthorized: false,
      });
      const status = await new Promise((resolve) => {
        socket.on('unexpected-response', (_request, response) => {
          resolve(response.statusCode);
          response.destroy();
        });
        socket.on('error', () => undefined);
      });
      assert.equal(status, 404);
    } finally {
      await open.close();
    }
  });
});
