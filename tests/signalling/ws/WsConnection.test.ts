import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, test } from 'node:test';
import type { TestContext } from 'node:test';

import { WebSocket, WebSocketServer } from 'ws';

import type { ConfigInput } from '../../../lib/config/load.ts';
import { Connection } from '../../../lib/signalling/ws/WsConnection.ts';
import type { PendingRequest } from '../../../lib/signalling/ws/WsConnection.ts';
import { testConfig } from '../../../tools/fixtures/server.ts';

/** Both ends of a WebSocket: the server's connection, and a plain client. */
async function connected(t: TestContext, limits: ConfigInput['limits']) {
  const server = new WebSocketServer({ host: '127.0.0.1', port: 0 });
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const client = new WebSocket(`ws://127.0.0.1:${port}`);
  const [[upgrade], [socket]] = (await Promise.all([
    once(client, 'upgrade'),
    once(server, 'connection'),
    once(client, 'open'),
  ])) as [[IncomingMessage], [WebSocket], []];
  const connection = new Connection(
    socket,
    testConfig({ limits }),
    'here',
    'id',
  );
  t.after(() => {
    client.terminate();
    socket.terminate();
    server.close();
  });
  return { connection, socket, client, below: upgrade.socket };
}

/** The code and the reason that a client is closed with. */
async function closed(client: WebSocket): Promise<[number, string]> {
  const [code, reason] = (await once(client, 'close')) as [number, Buffer];
  return [code, reason.toString()];
}

describe('a connection whose client does not read', () => {
  const limits = { sendBufferBytes: 65_536 };
  const big = 'x'.repeat(16_000_000);

  test('is closed when more than the limit would have to wait', async (t) => {
    const { connection, client, below } = await connected(t, limits);
    below.pause();
    const gone = once(connection, 'close');
    const end = closed(client);
    const frames: number[] = [];
    client.on('message', (data: Buffer) => frames.push(data.length));
    // One message may be as long as it likes: a snapshot of a big room is.
    connection.send(big);
    connection.send('one too many');
    // Whoever tells a room must not find it changed in the middle.
    assert.equal(connection.closed, false);
    connection.send('no more');
    await gone;
    assert.equal(connection.closed, true);
    below.resume();
    assert.deepEqual(await end, [
      1013,
      'limits.sendBufferBytes: expected at most 65536 bytes to wait to be read',
    ]);
    assert.deepEqual(frames, [big.length]);
  });

  test('is cut when the client does not read the goodbye either', async (t) => {
    const { connection, socket, below } = await connected(t, limits);
    below.pause();
    connection.send(big);
    connection.send('one too many');
    const [broken] = await once(connection, 'close');
    assert.equal(broken, false, 'what was lost could not be resumed');
    await once(socket, 'close');
  });

  test('goes on when the client reads in time', async (t) => {
    const { connection, client } = await connected(t, limits);
    for (const text of [big, 'after it']) {
      connection.send(text);
      const [data] = (await once(client, 'message')) as [Buffer];
      assert.equal(data.length, text.length);
    }
    assert.equal(connection.closed, false);
  });
});

describe('a connection whose client sends too much', () => {
  const limits = { messagesPerSecond: 10, messageBurst: 20 };
  const flooding =
    'limits.messagesPerSecond: expected at most 10 messages a second, got far more';

  /** Time stands still, so that nothing is earned. */
  function stopTime(t: TestContext): void {
    const now = performance.now();
    t.mock.method(performance, 'now', () => now);
  }

  const floods: Record<string, (client: WebSocket) => void> = {
    messages: (client) => client.send('{}'),
    pings: (client) => client.ping(),
    pongs: (client) => client.pong(),
  };
  for (const [what, send] of Object.entries(floods)) {
    test(`is closed after twice the burst of ${what}`, async (t) => {
      stopTime(t);
      const { connection, client } = await connected(t, limits);
      const end = closed(client);
      for (let count = 0; count < 41; count += 1) {
        send(client);
      }
      await once(connection, 'close');
      assert.deepEqual(await end, [4008, flooding]);
    });
  }

  test('counts a long message once more for each 16 KiB', async (t) => {
    stopTime(t);
    const { connection, client } = await connected(t, limits);
    const texts: number[] = [];
    connection.on('message', (text) => texts.push(text.length));
    const end = closed(client);
    client.send('x'.repeat(16_383));
    client.send('x'.repeat(19 * 16_384 - 1));
    client.send('x');
    await once(connection, 'message');
    while (texts.length < 3) {
      await once(connection, 'message');
    }
    assert.throws(() => connection.admit(), {
      code: 'LIMIT_REACHED',
      message:
        'limits.messagesPerSecond: expected at most 10 messages a second, got more; wait, or the connection will be closed',
    });
    client.send('x'.repeat(20 * 16_384));
    assert.deepEqual(await end, [4008, flooding]);
    assert.equal(texts.length, 3);
  });
});

describe('requests that are not answered', () => {
  const limits = { pendingBytes: 524_288 };

  test('may hold so many bytes and no more, until answers are out', async (t) => {
    const { connection, client } = await connected(t, limits);
    const admit = async (): Promise<PendingRequest> => {
      const came = once(connection, 'message');
      client.send('x'.repeat(262_144 - 512));
      await came;
      return connection.admit();
    };
    const first = await admit();
    const second = await admit();
    await assert.rejects(admit(), {
      code: 'LIMIT_REACHED',
      message:
        'limits.pendingBytes: expected at most 524288 bytes of requests that are not answered yet, got more; wait for answers',
    });
    first[Symbol.dispose]();
    const third = await admit();
    await assert.rejects(admit(), { code: 'LIMIT_REACHED' });
    second[Symbol.dispose]();
    third[Symbol.dispose]();
    await admit();
  });

  test('cost more when they fail, by their size', async (t) => {
    const now = performance.now();
    t.mock.method(performance, 'now', () => now);
    const { connection, client } = await connected(t, {
      messagesPerSecond: 10,
      messageBurst: 20,
    });
    const end = closed(client);
    for (const tokens of [10, 20, 30]) {
      const came = once(connection, 'message');
      client.send('x'.repeat(9 * 1_024));
      await came;
      if (tokens <= 20) {
        connection.admit().fail();
      } else {
        assert.throws(() => connection.admit(), { code: 'LIMIT_REACHED' });
      }
    }
    client.send('x');
    const [text] = (await once(connection, 'message')) as [string];
    assert.equal(text, 'x');
    connection.close('ended', 'enough');
    await end;
  });
});
