import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { afterEach, describe, test } from 'node:test';

import { WebSocket } from 'ws';

import type { ConfigInput } from '../../../lib/config/schema.ts';
import { get, send } from '../../support/http.ts';
import { until } from '../../support/until.ts';
import { EchoSite, event } from './EchoSite.ts';
import type { Transport } from './EchoSite.ts';

const TRANSPORTS: readonly Transport[] = ['polling', 'websocket'];
const HANDSHAKE = '/socket.io/?EIO=4&transport=polling';

/** Begins a connection by polling. */
async function handshake(site: EchoSite): Promise<string> {
  const reply = await get(site.url, HANDSHAKE);
  const { sid } = JSON.parse(reply.body.slice(1)) as { sid: string };
  return `${HANDSHAKE}&sid=${sid}`;
}

/** Joins the namespace `/`, and asks for nothing more. */
async function joinByPolling(site: EchoSite): Promise<void> {
  await post(site, await handshake(site), '40');
}

async function joinByWebSocket(site: EchoSite): Promise<void> {
  const socket = new WebSocket(
    `ws://127.0.0.1:${site.port}/socket.io/?EIO=4&transport=websocket`,
  );
  await once(socket, 'open');
  socket.send('40');
}

async function post(site: EchoSite, path: string, body: string) {
  const headers = { 'content-type': 'text/plain' };
  await send(site.url, path, body, { method: 'POST', headers });
}

describe('Socket.IO', () => {
  const sites: EchoSite[] = [];

  async function start(overrides?: ConfigInput): Promise<EchoSite> {
    const site = new EchoSite(overrides);
    sites.push(site);
    await site.start();
    return site;
  }

  afterEach(async () => {
    await Promise.all(sites.splice(0).map((site) => site.stop()));
  });

  for (const transport of TRANSPORTS) {
    describe(`by ${transport}`, () => {
      test('events are answered by number, and come in order', async () => {
        const site = await start();
        const client = await site.connect(transport);
        const answers = await Promise.all(
          [1, 2, 3].map((number) => client.emitWithAck('say', { number })),
        );
        assert.deepEqual(
          answers,
          [1, 2, 3].map((number) => ({
            name: 'say',
            args: [{ number }],
            namespace: '/',
          })),
        );
        const shouted = event(client, 'shouted');
        client.emit('shout', { text: 'Grüße' });
        assert.deepEqual(await shouted, { text: 'Grüße' });
        assert.equal(site.gateway.connections, 1);
        client.disconnect();
        await until('the socket is gone', () => site.gateway.connections === 0);
        assert.deepEqual(site.gateway.ends, [false]);
      });

      test('namespaces share a connection, and leave one by one', async () => {
        const site = await start();
        const client = await site.connect(transport);
        const other = client.io.socket('/other');
        await event(other, 'connect');
        assert.deepEqual(await other.emitWithAck('say'), {
          name: 'say',
          args: [],
          namespace: '/other',
        });
        assert.equal(site.gateway.transport.limitUse.used, 1);
        const left = event(other, 'disconnect');
        const bye = event(other, 'bye');
        other.emit('leave');
        assert.deepEqual(await bye, { code: 'ended', reason: 'as you asked' });
        assert.equal(await left, 'io server disconnect');
        assert.deepEqual(await client.emitWithAck('say'), {
          name: 'say',
          args: [],
          namespace: '/',
        });
      });

      test('a namespace without a contract cannot be joined', async () => {
        const site = await start();
        const client = site.client(transport, {}, '/admin');
        const error = await event(client, 'connect_error');
        assert.ok(error instanceof Error);
        assert.equal(error.message, 'Invalid namespace');
      });

      test('the session sees what the client authenticates with', async () => {
        const site = await start();
        const client = await site.connect(transport, {
          auth: { token: 'one' },
          extraHeaders: { authorization: 'Bearer two' },
        });
        assert.deepEqual(await client.emitWithAck('auth'), {
          auth: { token: 'one' },
          authorization: 'Bearer two',
        });
      });

      test('a client that is to return does so by itself', async () => {
        const site = await start();
        const client = await site.connect(transport, {
          reconnection: true,
          reconnectionDelay: 1,
          reconnectionDelayMax: 1,
        });
        const bye = event(client, 'bye');
        const back = event(client, 'connect');
        client.emit('restart');
        assert.deepEqual(await bye, {
          code: 'restart',
          reason: 'as you asked',
        });
        await back;
        assert.equal(site.gateway.links.length, 2);
        assert.deepEqual(
          await site.counted('atrium_connections_closed_total', 'reason'),
          { restart: 1 },
        );
      });

      test('a client that floods is told, then cut off', async () => {
        const site = await start({
          limits: { messagesPerSecond: 1, messageBurst: 10 },
        });
        const client = await site.connect(transport);
        const bye = event(client, 'bye');
        const gone = event(client, 'disconnect');
        const answers: unknown[] = [];
        for (let number = 0; number < 60; number += 1) {
          client.emit('say', number, (answer: unknown) => answers.push(answer));
        }
        const { code } = (await bye) as { code: string };
        assert.equal(code, 'flooding');
        await gone;
        const refused = answers.filter(
          (it) => (it as { refused?: string }).refused === 'LIMIT_REACHED',
        );
        assert.ok(refused.length > 0, 'some are refused before the end');
        assert.ok(answers.length < 30, 'the rest is dropped');
      });

      test('a message over the limit ends the connection', async () => {
        const site = await start({ signalling: { maxFrameBytes: 16_384 } });
        const client = await site.connect(transport);
        const gone = event(client, 'disconnect');
        client.emit('say', 'x'.repeat(20_000));
        await gone;
        await until('the socket is gone', () => site.gateway.connections === 0);
      });

      test('binary data ends the connection', async () => {
        const site = await start();
        const client = await site.connect(transport);
        client.emit('say', Buffer.from('bytes'));
        await event(client, 'disconnect');
        await until('the socket is gone', () => site.gateway.connections === 0);
        assert.deepEqual(
          await site.counted('atrium_connections_closed_total', 'reason'),
          { protocolError: 1 },
        );
      });

      test('connections are limited by address', async () => {
        const site = await start({ limits: { socketsPerAddress: 1 } });
        const first = await site.connect(transport);
        await event(site.client(transport), 'connect_error');
        assert.deepEqual(
          await site.counted(
            transport === 'polling'
              ? 'atrium_http_requests_refused_total'
              : 'atrium_handshakes_refused_total',
            'option',
          ),
          { 'limits.socketsPerAddress': 1 },
        );
        first.disconnect();
        await until(
          'the place is free',
          () => site.gateway.transport.limitUse.used === 0,
        );
        await site.connect(transport);
      });

      test('a connection is pending until its session settles', async () => {
        const site = await start({
          limits: { pendingConnectionsPerAddress: 1 },
        });
        const first = await site.connect(transport);
        assert.equal(site.context.pending.use.used, 1);
        await event(site.client(transport), 'connect_error');
        await first.emitWithAck('settle');
        assert.equal(site.context.pending.use.used, 0);
        await site.connect(transport);
      });

      test('a client that leaves before its session settles is pending no longer', async () => {
        const site = await start();
        const client = await site.connect(transport);
        assert.equal(site.context.pending.use.used, 1);
        client.disconnect();
        await until(
          'its place is free',
          () => site.context.pending.use.used === 0,
        );
      });

      test('handshakes are limited by rate', async () => {
        const site = await start({
          limits: { handshakesPerMinute: 1, handshakeBurst: 1 },
        });
        await site.connect(transport);
        await event(site.client(transport), 'connect_error');
      });

      test('pages of other origins are refused', async () => {
        const site = await start({
          access: { origins: ['https://friend.example'] },
        });
        const refused = site.client(transport, {
          extraHeaders: { origin: 'https://evil.example' },
        });
        await event(refused, 'connect_error');
        await site.connect(transport, {
          extraHeaders: { origin: 'https://friend.example' },
        });
      });

      test('a client that joins no namespace is disconnected', async () => {
        const site = await start({ signalling: { joinTimeout: 100 } });
        const client = site.client(transport, { autoConnect: false });
        client.io.open();
        await until(
          'it is connected',
          () => site.gateway.transport.limitUse.used === 1,
        );
        await until(
          'it is disconnected',
          () => site.gateway.transport.limitUse.used === 0,
        );
      });

      test('a server that stops disconnects its clients, and takes no more', async () => {
        const site = await start();
        const client = await site.connect(transport);
        const gone = event(client, 'disconnect');
        site.gateways.close('restart');
        // Not from the namespace, after which they would not reconnect.
        assert.match(String(await gone), /^transport /);
        assert.equal(site.gateway.connections, 0);
        assert.deepEqual(
          await site.counted('atrium_connections_closed_total', 'reason'),
          { restart: 1 },
        );
        await event(site.client(transport), 'connect_error');
      });
    });
  }

  test('a polling client upgrades to a WebSocket', async () => {
    const site = await start();
    const client = await site.connect('polling', {
      transports: ['polling', 'websocket'],
    });
    await until(
      'it is upgraded',
      () => client.io.engine.transport.name === 'websocket',
    );
    assert.deepEqual(await client.emitWithAck('say', 1), {
      name: 'say',
      args: [1],
      namespace: '/',
    });
    assert.equal(site.gateway.links.length, 1);
    assert.equal(site.gateway.transport.limitUse.used, 1);
  });

  for (const [transport, join] of [
    ['polling', joinByPolling],
    ['websocket', joinByWebSocket],
  ] as const) {
    test(`a client by ${transport} that answers no pings is disconnected`, async () => {
      const site = await start({ signalling: { pingInterval: 1_000 } });
      await join(site);
      await until('the server gives up', () => site.gateway.ends.length === 1);
      assert.deepEqual(site.gateway.ends, [true]);
      assert.deepEqual(
        await site.counted('atrium_connections_closed_total', 'reason'),
        { silent: 1 },
      );
    });
  }

  test('clients by WebSocket are told that the server stops', async () => {
    const site = await start();
    const client = await site.connect('websocket');
    const bye = event(client, 'bye');
    site.gateways.close('restart');
    assert.deepEqual(await bye, {
      code: 'restart',
      reason: 'the server has been drained and is stopping',
    });
  });

  test('a client that reads nothing is disconnected', async () => {
    const site = await start({ limits: { sendBufferBytes: 65_536 } });
    const client = await site.connect('polling');
    const [link] = site.gateway.links;
    assert.ok(link);
    const text = JSON.stringify(['shouted', 'x'.repeat(30_000)]);
    // All in one turn, in which no poll can come.
    for (let count = 0; count < 6; count += 1) {
      link.send(text);
    }
    let fetched = 0;
    client.on('shouted', () => (fetched += 1));
    await event(client, 'disconnect');
    assert.deepEqual(
      await site.counted('atrium_connections_closed_total', 'reason'),
      { slowReader: 1 },
    );
    // The poll that was open at the time takes the first.
    assert.ok(fetched <= 1, 'what waits is discarded');
    assert.equal(site.context.sendBudget.use.used, 0);
  });

  test('the connection with the most unread data is closed first', async () => {
    const site = await start({
      limits: { sendBufferBytes: 1_048_576, sendBufferBytesInAll: 65_536 },
    });
    const [first, second] = [
      await site.connect('polling'),
      await site.connect('polling'),
    ];
    const [one, two] = site.gateway.links;
    assert.ok(one && two);
    const text = JSON.stringify(['shouted', 'x'.repeat(30_000)]);
    const gone = event(first, 'disconnect');
    one.send(text);
    one.send(text);
    one.send(text);
    two.send(text);
    two.send(text);
    await gone;
    assert.deepEqual(await second.emitWithAck('say'), {
      name: 'say',
      args: [],
      namespace: '/',
    });
  });

  test('requests that are no handshakes of Socket.IO are refused', async () => {
    const site = await start();
    for (const [path, method, status] of [
      ['/socket.io/elsewhere', 'GET', 404],
      ['/socket.io/?EIO=3&transport=polling', 'GET', 400],
      ['/socket.io/?EIO=4&transport=webtransport', 'GET', 400],
      ['/socket.io/?EIO=4&transport=polling&sid=unknown', 'GET', 400],
      [HANDSHAKE, 'POST', 400],
      [HANDSHAKE, 'DELETE', 400],
      [`${HANDSHAKE}&j=0`, 'GET', 400],
    ] as const) {
      const reply = await get(site.url, path, { method });
      assert.equal(reply.status, status, `${method} ${path}`);
    }
    assert.equal(site.gateway.transport.limitUse.used, 0);
    assert.equal(site.context.pending.use.used, 0);
    const { body } = await get(site.url, HANDSHAKE, { method: 'DELETE' });
    assert.match(body, /expected GET or POST, got DELETE/);
  });

  test('a poll may wait longer for its answer than other requests', async () => {
    const site = await start({
      limits: { answerTimeout: 1_000 },
      signalling: { pingInterval: 4_000 },
    });
    const [[request]] = (await Promise.all([
      once(site.http, 'request'),
      get(site.url, HANDSHAKE),
    ])) as [[IncomingMessage], unknown];
    assert.equal(request.socket.timeout, 10_000);
  });

  test('pages of listed origins may poll with an Authorization', async () => {
    const origin = 'https://friend.example';
    const site = await start({ access: { origins: [origin] } });
    const { status, headers } = await get(site.url, HANDSHAKE, {
      method: 'OPTIONS',
      headers: {
        origin,
        'access-control-request-method': 'POST',
        'access-control-request-headers': 'authorization',
      },
    });
    assert.equal(status, 204);
    assert.equal(headers['access-control-allow-origin'], origin);
    assert.match(headers['access-control-allow-methods'] ?? '', /POST/);
    assert.equal(headers['access-control-allow-headers'], 'authorization');
  });

  test('malformed packets end the connection, and no other', async () => {
    const site = await start();
    const bystander = await site.connect('websocket');
    for (const packet of [
      '49',
      '42',
      '42{}',
      '42["say"',
      '42[]',
      '42["disconnect"]',
      '4299999999999999999999999["say"]',
      '451-["say",{"_placeholder":true,"num":0}]',
      '44"error"',
      'x',
      '2',
    ]) {
      const path = await handshake(site);
      await post(site, path, '40');
      assert.match((await get(site.url, path)).body, /^40\{/);
      await post(site, path, packet).catch(() => undefined);
      // A poll fetches what was to be sent before the end.
      await get(site.url, path).catch(() => undefined);
      await until(
        `${packet} is punished`,
        () => site.gateway.transport.limitUse.used === 1,
      );
    }
    assert.equal((await bystander.emitWithAck('say')).name, 'say');
  });

  for (const [name, packet] of [
    ['a client that joins over and over', '40/nowhere,'],
    ['a client that joins a namespace twice', '40'],
  ] as const) {
    test(`${name} is disconnected`, async () => {
      const site = await start();
      const socket = new WebSocket(
        `ws://127.0.0.1:${site.port}/socket.io/?EIO=4&transport=websocket`,
      );
      await once(socket, 'open');
      for (let count = 0; count < 101; count += 1) {
        socket.send(packet);
      }
      await once(socket, 'close');
      await until(
        'the place is free',
        () => site.gateway.transport.limitUse.used === 0,
      );
      assert.equal(site.gateway.connections, 0);
      assert.ok(site.gateway.links.length <= 1);
    });
  }
});
