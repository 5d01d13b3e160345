import assert from 'node:assert/strict';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import { describe, test } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import type { TLSSocket } from 'node:tls';

import { observer } from 'mediasoup';
import type { types } from 'mediasoup';

import type { ConfigInput } from '../lib/config/schema.ts';
import { setLogLevel } from '../lib/core/logger.ts';
import { Server } from '../lib/Server.ts';
import { freePort } from './support/freePort.ts';
import { connectTls, UPGRADE_HEADERS } from './support/handshake.ts';
import { ProtooClient } from '../tools/fixtures/ProtooClient.ts';
import { startServer, testConfig } from '../tools/fixtures/server.ts';
import { withTokens } from './support/JsonClient.ts';
import { logged } from './support/logs.ts';
import { isRunning } from './support/workers.ts';

/** A socket option missing from the types: closing one side alone. */
const HALF_OPEN: object = { allowHalfOpen: true };

/** Longest time for a server to stop, ms. */
const timeout = 5_000;

describe('the server', () => {
  test('says when what it takes over does not go with what waits for a restart', async (t) => {
    const server = await startServer({ log: { level: 'warn' } });
    t.after(() => server.close());
    setLogLevel('warn');
    t.after(() => setLogLevel('error'));
    const problem = logged(/until the restart: /);
    server.reconfigure(
      testConfig({
        ...withTokens,
        auth: { ...withTokens.auth, mode: 'token' },
        access: { trustProxy: ['10.0.0.1'] },
        log: { level: 'warn' },
      }),
    );
    assert.match(
      await problem,
      /until the restart: auth\.mode: expected "token", because others can reach the server through access\.trustProxy/,
    );
  });

  test('fails to start with the name of the option if a port is in use, and leaves nothing behind', async (t) => {
    const tcp = createServer().listen(0, '127.0.0.1');
    const udp = createSocket('udp4').bind(0, '127.0.0.1');
    await Promise.all([once(tcp, 'listening'), once(udp, 'listening')]);
    t.after(() => tcp.close());
    t.after(() => udp.close());
    const { port } = tcp.address() as { port: number };
    const media = udp.address().port;
    const workers: types.Worker[] = [];
    const note = (worker: types.Worker): void => {
      workers.push(worker);
    };
    observer.on('newworker', note);
    t.after(() => observer.off('newworker', note));
    const cases: [option: string, number: number, options: ConfigInput][] = [
      ['listen.port', port, { listen: { port } }],
      ['ops.port', port, { ops: { port } }],
      ['rtc.port', media, { rtc: { port: media, tcp: false } }],
    ];
    const starts = cases.map(([option, number, options]) =>
      assert.rejects(startServer(options), {
        name: 'StartError',
        message: `${option}: expected a port that is free on 127.0.0.1, got ${number}, which something else uses; stop that, or set another port`,
      }),
    );
    await Promise.all(starts);
    assert.ok(workers.length >= cases.length);
    assert.deepEqual(workers.filter(isRunning), []);
  });

  test('names the option with an address that this host does not have', async () => {
    // An address that no host has: it is for documentation (RFC 5737).
    const foreign = '192.0.2.1';
    const cases: [option: string, options: ConfigInput][] = [
      ['rtc.listenIp', { rtc: { listenIp: foreign, port: 25_200 } }],
      ['rtc.listenIp', { rtc: { listenIp: foreign, port: 0 } }],
      ['ops.host', { ops: { host: foreign, port: 0 } }],
    ];
    for (const [option, options] of cases) {
      await assert.rejects(startServer(options), {
        message: `${option}: expected an address of this host, got ${foreign}; "ip address" lists them`,
      });
    }
  });

  test('gives its address as a URL, with brackets around IPv6', async () => {
    const four = await startServer();
    assert.match(four.url, /^https:\/\/127\.0\.0\.1:\d+\/$/);
    await four.close();
    const six = await startServer({ listen: { host: '::1' } });
    assert.match(six.url, /^https:\/\/\[::1\]:\d+\/$/);
    await six.close();
  });

  test('closes once, however often close() is called', async () => {
    const server = await startServer();
    const { worker } = server.pool.next();
    const [first, second] = [server.close(), server.close()];
    assert.equal(first, second);
    await first;
    assert.equal(isRunning(worker), false);
    assert.equal(server.close(), first);
  });

  test(
    'announces only its end to clients, not that of their rooms and media',
    { timeout },
    async () => {
      const server = await startServer({ workers: { count: 2 } });
      const workers = server.pool.alive.map(({ worker }) => worker);
      const { client: alice } = await ProtooClient.join(
        server.url,
        'a',
        'alice',
      );
      const { client: bob } = await ProtooClient.join(server.url, 'a', 'bob');
      const { client: carol } = await ProtooClient.join(
        server.url,
        'c',
        'carol',
      );
      const lobby = await ProtooClient.connect(server.url, 'a', 'dave');
      const clients = [alice, bob, carol, lobby];
      const closed = server.close();
      for (const client of clients) {
        const { code, reason } = await client.closed;
        assert.equal(code, 1001);
        assert.equal(reason, 'the server is stopping');
      }
      for (const { notifications } of clients) {
        const methods = notifications.map(({ method }) => method);
        assert.deepEqual(
          methods.filter((method) => method !== 'peerJoined'),
          ['closing'],
        );
      }
      await closed;
      assert.deepEqual(workers.filter(isRunning), []);
      assert.deepEqual(server.registry.rooms.size, 0);
    },
  );

  test('refuses new clients while it stops', { timeout }, async () => {
    const server = await startServer();
    const { client } = await ProtooClient.join(server.url, 'room', 'alice');
    const late = await connectTls(server.url);
    const closed = server.close();
    late.write(
      `GET /?roomId=room&peerId=bob HTTP/1.1\r\nHost: localhost\r\n${Object.entries(
        { ...UPGRADE_HEADERS, 'Sec-WebSocket-Protocol': 'protoo' },
      )
        .map(([name, value]) => `${name}: ${value}\r\n`)
        .join('')}\r\n`,
    );
    late.resume();
    await once(late, 'close');
    await client.closed;
    await closed;
    assert.equal(server.registry.rooms.size, 0);
  });

  test('creates no room while it stops', { timeout }, async () => {
    const server = await startServer();
    const client = await ProtooClient.connect(server.url, 'room', 'alice');
    client.send({
      request: true,
      id: 1_000,
      method: 'joinRoom',
      data: { roomId: 'room', peerId: 'alice' },
    });
    await client.request('getRouterRtpCapabilities');
    await server.close();
    assert.equal((await client.closed).code, 1001);
    assert.equal(server.registry.rooms.size, 0);
  });

  const idlers: Record<string, (url: string) => Promise<{ destroy(): void }>> =
    {
      'says nothing at all': async (url) => {
        const { hostname, port } = new URL(url);
        const socket = connect(Number(port), hostname);
        await once(socket, 'connect');
        return socket;
      },
      'asks for nothing': (url) => connectTls(url),
      'stays after it was refused': refused,
      'does not say goodbye': async (url) => {
        const { client } = await ProtooClient.join(url, 'room', 'mute');
        client.raw.pause();
        return client.raw;
      },
    };
  for (const [what, arrive] of Object.entries(idlers)) {
    test(`stops in spite of a client that ${what}`, { timeout }, async () => {
      const server = await startServer();
      const idler = await arrive(server.url);
      await server.close();
      idler.destroy();
    });
  }

  test(
    'disconnects a refused client that does not hang up',
    { timeout },
    async () => {
      const server = await startServer();
      const socket = await refused(server.url);
      if (!socket.readableEnded) {
        await once(socket, 'end');
      }
      // This end stays open after the other one has gone.
      while (!socket.destroyed) {
        await new Promise((written) => {
          socket.write('still here', written);
        });
        await setImmediate();
      }
      await server.close();
    },
  );

  test('starts again on the same port', { timeout }, async () => {
    const port = await freePort();
    const first = await startServer({ listen: { port } });
    await first.close();
    const second = await Server.start(testConfig({ listen: { port } }));
    const { client } = await ProtooClient.join(second.url, 'room', 'alice');
    await client.close();
    await second.close();
  });
});

/** A client that stays connected after its handshake was refused. */
async function refused(url: string): Promise<TLSSocket> {
  const socket = await connectTls(url, HALF_OPEN);
  const headers = Object.entries(UPGRADE_HEADERS)
    .map(([name, value]) => `${name}: ${value}\r\n`)
    .join('');
  socket.write(`GET /nowhere HTTP/1.1\r\nHost: localhost\r\n${headers}\r\n`);
  await once(socket, 'data');
  return socket;
}
