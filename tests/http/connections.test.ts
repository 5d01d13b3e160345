import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { describe, test } from 'node:test';
import type { TestContext } from 'node:test';

import type { ConfigInput } from '../../lib/config/schema.ts';
import type { Server } from '../../lib/Server.ts';
import { connectTls } from '../support/handshake.ts';
import { get } from '../support/http.ts';
import { ProtooClient } from '../../tools/fixtures/ProtooClient.ts';
import { startServer } from '../../tools/fixtures/server.ts';
import { until } from '../support/until.ts';

const HEALTH = 'GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n';

describe('connections', () => {
  async function start(t: TestContext, config: ConfigInput): Promise<Server> {
    const server = await startServer(config);
    t.after(() => server.close());
    return server;
  }

  /** Resolves with true if a connection completes a TLS handshake. */
  async function isTaken({ url }: Server): Promise<boolean> {
    try {
      const socket = await connectTls(url);
      socket.destroy();
      return true;
    } catch (error) {
      assert.equal((error as NodeJS.ErrnoException).code, 'ECONNRESET');
      return false;
    }
  }

  /** Waits until the server notices that a connection was closed here. */
  async function freed(server: Server): Promise<void> {
    await until('a connection accepted again', () => isTaken(server));
  }

  test('are accepted from one address up to the limit, WebSockets included', async (t) => {
    const server = await start(t, {
      limits: { connections: 100, connectionsPerAddress: 3 },
    });
    const { client } = await ProtooClient.join(server.url, 'room', 'alice');
    const sockets = [
      await connectTls(server.url),
      await connectTls(server.url),
    ] as const;
    assert.equal(await isTaken(server), false);
    await client.request('getRouterRtpCapabilities');
    sockets[0].destroy();
    await freed(server);
    sockets[1].destroy();
    await client.close();
  });

  test('are accepted in total up to the limit', async (t) => {
    const server = await start(t, {
      limits: { connections: 2, connectionsPerAddress: 100 },
    });
    const sockets: Socket[] = [
      await connectTls(server.url),
      await connectTls(server.url),
    ];
    assert.equal(await isTaken(server), false);
    for (const socket of sockets) {
      socket.destroy();
    }
    await freed(server);
  });

  test('of a trusted proxy count towards the total only', async (t) => {
    const server = await start(t, {
      limits: { connections: 3, connectionsPerAddress: 1 },
      access: { trustProxy: ['loopback'] },
      auth: { allowOpen: true },
    });
    const sockets = [
      await connectTls(server.url),
      await connectTls(server.url),
      await connectTls(server.url),
    ];
    assert.equal(await isTaken(server), false);
    for (const socket of sockets) {
      socket.destroy();
    }
  });

  test('are counted by limit when they are refused', async (t) => {
    const server = await start(t, {
      limits: { connectionsPerAddress: 2 },
      ops: { port: 0 },
    });
    const sockets = [
      await connectTls(server.url),
      await connectTls(server.url),
    ];
    assert.equal(await isTaken(server), false);
    const { body } = await get(server.opsUrl ?? '', '/metrics');
    assert.match(
      body,
      /^atrium_tcp_connections_refused_total\{code="LIMIT_REACHED"\} 1$/m,
    );
    for (const socket of sockets) {
      socket.destroy();
    }
  });

  test('end with a reply to the first request beyond the limit', async (t) => {
    const server = await start(t, { limits: { unansweredRequests: 4 } });
    const socket = await connectTls(server.url);
    socket.write(HEALTH.repeat(50));
    const answers = (await text(socket)).split('HTTP/1.1 ').slice(1);
    assert.deepEqual(
      answers.map((answer) => answer.slice(0, 3)),
      ['200', '200', '200', '200', '429'],
    );
    const last = answers.at(-1) ?? '';
    assert.match(last, /^Connection: close\r$/m);
    const { error } = JSON.parse(
      last.slice(last.indexOf('{'), last.lastIndexOf('}') + 1),
    );
    assert.equal(error.code, 'LIMIT_REACHED');
    assert.match(
      error.message,
      /^limits\.unansweredRequests: expected at most 4 /,
    );
  });

  test('end with a reply when a body takes longer than a request may', async (t) => {
    const server = await start(t, { limits: { requestTimeout: 1_000 } });
    const socket = await connectTls(server.url);
    socket.write(
      'POST /auth/login/ HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 10\r\n\r\n{',
    );
    assert.match(await text(socket), /^HTTP\/1\.1 408 /);
  });

  test('serve any number of consecutive requests', async (t) => {
    const server = await start(t, { limits: { unansweredRequests: 1 } });
    const socket = await connectTls(server.url);
    for (let count = 0; count < 20; count += 1) {
      socket.write(HEALTH);
      const [answer] = (await once(socket, 'data')) as [Buffer];
      assert.match(answer.toString(), /^HTTP\/1\.1 200 /);
    }
    socket.destroy();
  });
});
