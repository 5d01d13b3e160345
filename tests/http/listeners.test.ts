import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, Socket } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, test } from 'node:test';
import type { TestContext } from 'node:test';
import { connect } from 'node:tls';

import { generate } from 'selfsigned';
import { WebSocket } from 'ws';

import { LiveConfig } from '../../lib/config/LiveConfig.ts';
import type { ConfigInput } from '../../lib/config/schema.ts';
import { Metrics } from '../../lib/core/metrics.ts';
import { CONTRACTS } from '../../lib/http/options.ts';
import { ConnectionLimit } from '../../lib/http/ConnectionLimit.ts';
import type { Server } from '../../lib/Server.ts';
import { JsonClient, withTokens } from '../support/JsonClient.ts';
import { get } from '../support/http.ts';
import { HandshakeRefused } from '../../tools/fixtures/ProtooConnection.ts';
import { ProtooClient } from '../../tools/fixtures/ProtooClient.ts';
import { startServer, testConfig } from '../../tools/fixtures/server.ts';

const PROTOO = { contract: 'protoo', port: 0 } as const;
const JSON_API = { contract: 'json', port: 0 } as const;

describe('a contract at an address of its own', () => {
  /** A server, with the URLs of its listeners. */
  async function start(
    t: TestContext,
    config: ConfigInput,
  ): Promise<{ server: Server; urls: string[] }> {
    const server = await startServer({ ...withTokens, ...config });
    t.after(() => server.close());
    return { server, urls: server.ownUrls };
  }

  /** The status with which a WebSocket handshake is refused. */
  async function refusal(url: string, at: string): Promise<number> {
    const socket = new WebSocket(new URL(at, url.replace(/^http/, 'ws')), {
      rejectUnauthorized: false,
    });
    socket.on('error', () => undefined);
    const [, response] = await once(socket, 'unexpected-response');
    response.resume();
    return response.statusCode;
  }

  /** The subject of the certificate that an address shows. */
  async function certificateAt(url: string): Promise<string> {
    const { hostname, port } = new URL(url);
    const socket = connect({
      host: hostname,
      port: Number(port),
      rejectUnauthorized: false,
    });
    await once(socket, 'secureConnect');
    const { subject } = socket.getPeerCertificate();
    socket.destroy();
    return String(subject.CN);
  }

  test('can be each contract that there is', async (t) => {
    const { urls } = await start(t, {
      listeners: CONTRACTS.map((contract) => ({ contract, port: 0 })),
    });
    const statuses = urls.map(async (url) => (await get(url, '/none')).status);
    assert.deepEqual(
      await Promise.all(statuses),
      CONTRACTS.map(() => 404),
    );
  });

  test('has the rooms of all others', async (t) => {
    const { server, urls } = await start(t, {
      listeners: [PROTOO, { ...JSON_API, tls: false }],
    });
    const [protooUrl = '', jsonUrl = ''] = urls;
    assert.match(protooUrl, /^https:\/\/127\.0\.0\.1:\d+\/$/);
    assert.match(jsonUrl, /^http:\/\/127\.0\.0\.1:\d+\/$/);
    const json = await JsonClient.as(jsonUrl, 'ada');
    const { roomId } = await json.request('createRoom', { name: 'Garden' });
    await json.request('joinRoom', { roomId });
    const { client, reply } = await ProtooClient.join(protooUrl, roomId, 'bob');
    assert.deepEqual(
      reply.peers?.map(({ displayName }) => displayName),
      ['ada Example'],
    );
    const { client: third } = await ProtooClient.join(
      server.url,
      roomId,
      'cem',
    );
    const joined = client.notifications.map(({ data }) => data['peerId']);
    assert.deepEqual(joined, ['cem']);
    await Promise.all([third.close(), client.close(), json.close()]);
  });

  test('serves the chat API and its sockets without TLS', async (t) => {
    const { urls } = await start(t, {
      listeners: [{ contract: 'chat', port: 0, tls: false }],
    });
    const [url = ''] = urls;
    const post = async (at: string, body: object, token?: string) => {
      const response = await fetch(new URL(at, url), {
        method: 'POST',
        headers: {
          'Content-Type': 'application/json',
          ...(token !== undefined && { Authorization: `Bearer ${token}` }),
        },
        body: JSON.stringify(body),
      });
      assert.ok(response.ok, `${at}: ${response.status}`);
      return response.json() as Promise<Record<string, string>>;
    };
    const password = 'correct horse battery';
    const ada = { email: 'ada@example.com', name: 'Ada', password };
    await post('/auth/register', ada);
    const { access } = await post('/auth/login', ada);
    const room = { name: 'Garden', room_type: 'chat' };
    const { id } = await post('/api/rooms', room, access);
    const at = new URL(`/ws/chat/${id}/?token=${access}`, url);
    const socket = new WebSocket(at.href.replace('http', 'ws'));
    await once(socket, 'open');
    const received = once(socket, 'message');
    socket.send(JSON.stringify({ content: 'Hello' }));
    const [message] = await received;
    assert.equal(JSON.parse(String(message)).content, 'Hello');
    socket.close();
    await once(socket, 'close');
    assert.equal(await refusal(url, '/ws'), 404);
  });

  test('is served there without the page, the system and other contracts', async (t) => {
    const { server, urls } = await start(t, { listeners: [PROTOO, JSON_API] });
    const [protooUrl = '', jsonUrl = ''] = urls;
    const room = '/rooms/garden';
    for (const [url, at, status] of [
      [server.url, '/healthz', 200],
      [server.url, '/metrics', 200],
      [server.url, room, 404],
      [protooUrl, '/', 404],
      [protooUrl, '/healthz', 404],
      [protooUrl, '/metrics', 404],
      [jsonUrl, '/', 404],
      [jsonUrl, '/metrics', 404],
    ] as const) {
      assert.equal((await get(url, at)).status, status, url + at);
    }
    assert.match((await get(protooUrl, room)).body, /ROOM_NOT_FOUND/);
    assert.match((await get(jsonUrl, room)).body, /nothing is served/);
    assert.equal(await refusal(protooUrl, '/ws'), 404);
    await assert.rejects(
      ProtooClient.connect(jsonUrl, 'garden', 'bob'),
      (error) =>
        error instanceof HandshakeRefused &&
        error.status === 404 &&
        error.message.endsWith('try /ws"}}'),
    );
  });

  test('has the headers, origins and limits of the server', async (t) => {
    const { server, urls } = await start(t, {
      listeners: [{ ...PROTOO, tls: false }],
      limits: { requestBurst: 3, requestsPerMinute: 1 },
      access: { origins: ['https://app.example'] },
    });
    const [url = ''] = urls;
    const asked = await get(url, '/rooms/garden', {
      headers: { Origin: 'https://app.example' },
    });
    assert.equal(
      asked.headers['access-control-allow-origin'],
      'https://app.example',
    );
    assert.equal(asked.headers['x-content-type-options'], 'nosniff');
    assert.match(String(asked.headers['x-request-id']), /./);
    const foreign = await get(url, '/rooms/garden', {
      headers: { Origin: 'https://evil.example' },
    });
    assert.equal(foreign.status, 403);
    // The requests of one address count together, wherever they arrive.
    assert.equal((await get(server.url, '/healthz')).status, 200);
    assert.equal((await get(server.url, '/healthz')).status, 429);
    assert.equal((await get(url, '/rooms/garden')).status, 429);
  });

  test('shares the limit on connections', async (t) => {
    const { server, urls } = await start(t, {
      listeners: [{ ...PROTOO, tls: false }],
      limits: { connectionsPerAddress: 1 },
      ops: { port: 0 },
    });
    const [url = ''] = urls;
    const client = await ProtooClient.connect(url, 'garden', 'bob');
    await assert.rejects(get(server.url, '/healthz'), { code: 'ECONNRESET' });
    await assert.rejects(get(url, '/rooms/garden'), { code: 'ECONNRESET' });
    const { body } = await get(server.opsUrl ?? '', '/metrics');
    assert.match(body, /^atrium_limit_used\{option="limits.connections"\} 1$/m);
    await client.close();
  });

  test('shows a renewed certificate', async (t) => {
    const folder = await mkdtemp(path.join(tmpdir(), 'atrium-tls-'));
    t.after(() => rm(folder, { recursive: true }));
    const [cert, key] = ['cert.pem', 'key.pem'].map((file) =>
      path.join(folder, file),
    ) as [string, string];
    const make = async (value: string): Promise<void> => {
      const made = await generate([{ name: 'commonName', value }]);
      await writeFile(key, made.private);
      await writeFile(cert, made.cert);
    };
    await make('first');
    const { server, urls } = await start(t, {
      tls: { cert, key },
      listeners: [PROTOO, JSON_API],
    });
    const all = [server.url, ...urls];
    assert.deepEqual(
      await Promise.all(all.map(certificateAt)),
      all.map(() => 'first'),
    );
    await make('second');
    await server.renewCertificate();
    assert.deepEqual(
      await Promise.all(all.map(certificateAt)),
      all.map(() => 'second'),
    );
  });

  test('closes with the server', async () => {
    const server = await startServer({
      ...withTokens,
      listeners: [PROTOO, { ...JSON_API, tls: false }],
    });
    const [protooUrl = '', jsonUrl = ''] = server.ownUrls;
    const protoo = await ProtooClient.connect(protooUrl, 'garden', 'bob');
    const json = await JsonClient.as(jsonUrl, 'ada');
    assert.equal(server.connections, 2);
    const closed = server.close();
    assert.equal((await protoo.closed).code, 1001);
    assert.equal((await json.closed).code, 1001);
    await closed;
    for (const url of [protooUrl, jsonUrl]) {
      await assert.rejects(get(url, '/'), { code: 'ECONNREFUSED' });
    }
  });

  test('stops the start when its port is taken, and leaves nothing open', async (t) => {
    const other = createServer();
    other.listen(0, '127.0.0.1');
    await once(other, 'listening');
    t.after(() => other.close());
    const { port } = other.address() as AddressInfo;
    await assert.rejects(
      startServer({
        ...withTokens,
        listeners: [JSON_API, { ...PROTOO, port }],
      }),
      {
        message: `listeners.1.port: expected a port that is free on 127.0.0.1, got ${port}, which something else uses; stop that, or set another port`,
      },
    );
  });

  test('takes plain connections of trusted proxies and of this machine only', (t) => {
    const { view } = new LiveConfig(
      testConfig({
        access: { trustProxy: ['10.0.0.0/8'] },
        auth: { allowOpen: true },
      }),
    );
    const limit = new ConnectionLimit(view, new Metrics(), 100);
    const from = (address: string): Socket => {
      const socket = new Socket();
      t.after(() => socket.destroy());
      Object.defineProperty(socket, 'remoteAddress', { value: address });
      return socket;
    };
    for (const address of ['10.1.2.3', '::ffff:10.1.2.3', '127.0.0.1', '::1']) {
      assert.ok(limit.admitForwarded(from(address)), address);
    }
    for (const address of [
      '203.0.113.7',
      '::ffff:203.0.113.7',
      '2001:db8::1',
    ]) {
      const socket = from(address);
      assert.equal(limit.admitForwarded(socket), undefined, address);
      assert.ok(socket.destroyed);
    }
    assert.equal(limit.use.used, 4);
  });
});
