import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, test } from 'node:test';
import type { TestContext } from 'node:test';
import { setImmediate as nextTurn } from 'node:timers/promises';

import { WebSocket, WebSocketServer } from 'ws';

import type { ConfigInput } from '../../../lib/config/schema.ts';
import type {
  Arrival,
  PendingRequest,
} from '../../../lib/signalling/ClientLink.ts';
import { LiveConfig } from '../../../lib/config/LiveConfig.ts';
import { SendBudget } from '../../../lib/signalling/SendBudget.ts';
import { WebSocketLink } from '../../../lib/signalling/ws/WebSocketLink.ts';
import { testConfig } from '../../../tools/fixtures/server.ts';
import { liveLimits } from '../../support/limits.ts';
import { until } from '../../support/until.ts';

/** Both ends of a WebSocket: the server's link, and a plain client. */
async function connected(
  t: TestContext,
  limits: ConfigInput['limits'],
  budget = new SendBudget(liveLimits({}).view),
) {
  const server = new WebSocketServer({ host: '127.0.0.1', port: 0 });
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const client = new WebSocket(`ws://127.0.0.1:${port}`);
  const [[upgrade], [socket, { socket: stream }]] = (await Promise.all([
    once(client, 'upgrade'),
    once(server, 'connection'),
    once(client, 'open'),
  ])) as [[IncomingMessage], [WebSocket, IncomingMessage], []];
  const config = new LiveConfig(testConfig({ limits })).view;
  const link = new WebSocketLink(socket, stream, config, budget, 'here', 'id');
  t.after(() => {
    client.terminate();
    socket.terminate();
    server.close();
  });
  return { link, socket, stream, client, below: upgrade.socket };
}

/** The next message that a link receives, with its verdict. */
function received(
  link: WebSocketLink,
): Promise<{ text: string; arrival: Arrival }> {
  return new Promise((resolve) => {
    link.onMessage((text, arrival) => resolve({ text, arrival }));
  });
}

/** The end of a link: `broken` if it came without a close frame. */
function ended(link: WebSocketLink): Promise<boolean> {
  return new Promise((resolve) => {
    link.onClose((absence) => resolve(absence !== undefined));
  });
}

/** The code and the reason that a client is closed with. */
async function closed(client: WebSocket): Promise<[number, string]> {
  const [code, reason] = (await once(client, 'close')) as [number, Buffer];
  return [code, reason.toString()];
}

describe('a connection whose client does not read', () => {
  const limits = { sendBufferBytes: 65_536 };
  const big = 'x'.repeat(16_000_000);

  test('is closed when more than the limit is buffered', async (t) => {
    const { link, client, below } = await connected(t, limits);
    below.pause();
    const gone = ended(link);
    const end = closed(client);
    const frames: number[] = [];
    client.on('message', (data: Buffer) => frames.push(data.length));
    // One message may exceed the limit, such as the snapshot of a big room.
    link.send(big);
    link.send('one too many');
    // The room must not change during a broadcast.
    assert.equal(link.closed, false);
    link.send('no more');
    await gone;
    assert.equal(link.closed, true);
    below.resume();
    assert.deepEqual(await end, [
      1013,
      'limits.sendBufferBytes: expected at most 65536 unread bytes',
    ]);
    assert.deepEqual(frames, [big.length]);
  });

  test('is terminated if the client does not read the close frame either', async (t) => {
    const { link, socket, below } = await connected(t, limits);
    below.pause();
    link.send(big);
    link.send('one too many');
    const broken = await ended(link);
    assert.equal(broken, false, 'what was lost could not be resumed');
    await once(socket, 'close');
  });

  test('is sent more while exactly the limit is buffered', async (t) => {
    const { link, stream } = await connected(t, limits);
    stream.cork();
    // Together with the header of its frame.
    link.send('x'.repeat(limits.sendBufferBytes - 4));
    assert.equal(link.waiting, limits.sendBufferBytes);
    link.send('the last');
    assert.ok(link.waiting > limits.sendBufferBytes);
    const gone = ended(link);
    link.send('one too many');
    await gone;
  });

  test('stays open if the client reads in time', async (t) => {
    const { link, client } = await connected(t, limits);
    for (const text of [big, 'after it']) {
      link.send(text);
      const [data] = (await once(client, 'message')) as [Buffer];
      assert.equal(data.length, text.length);
    }
    assert.equal(link.closed, false);
  });
});

describe('links whose clients do not read', () => {
  test('are closed beyond the total limit, those with the most bytes first', async (t) => {
    const budget = new SendBudget(
      liveLimits({ sendBufferBytesInAll: 25_000_000 }).view,
    );
    const limits = {
      sendBufferBytes: 67_108_864,
      keptBytesPerPeer: 67_108_864,
      keptBytesPerRoom: 67_108_864,
    };
    const [full, fuller, reading] = await Promise.all(
      [1, 2, 3].map(() => connected(t, limits, budget)),
    );
    assert.ok(full && fuller && reading);
    full.below.pause();
    fuller.below.pause();
    full.link.send('x'.repeat(8_000_000));
    fuller.link.send('x'.repeat(16_000_000));
    const end = closed(fuller.client);
    const gone = ended(fuller.link);
    reading.link.send('x'.repeat(4_000_000));
    assert.equal(fuller.link.closed, false);
    await gone;
    assert.equal(full.link.closed, false);
    assert.equal(reading.link.closed, false);
    assert.equal(fuller.link.ending?.option, 'limits.sendBufferBytesInAll');
    fuller.below.resume();
    assert.deepEqual(await end, [
      1013,
      'limits.sendBufferBytesInAll: expected at most 25000000 unread bytes on all connections',
    ]);
    full.link.send('x');
    assert.equal(full.link.closed, false);
  });

  test('do not count what their clients have read', async (t) => {
    const budget = new SendBudget(
      liveLimits({ sendBufferBytesInAll: 5_000_000 }).view,
    );
    const both = await Promise.all([
      connected(t, {}, budget),
      connected(t, {}, budget),
    ]);
    for (let round = 0; round < 4; round += 1) {
      for (const { link, client } of both) {
        link.send('x'.repeat(4_000_000));
        await once(client, 'message');
      }
    }
    assert.ok(both.every(({ link }) => !link.closed));
    assert.equal(budget.use.used, 0);
  });

  test('do not count once closed, though the last of it waits to be written', async (t) => {
    const budget = new SendBudget(liveLimits({}).view);
    const { link, stream } = await connected(t, {}, budget);
    stream.cork();
    link.send('the last');
    link.close('goingAway', 'the server stops');
    // The link writes held-back frames only after the event loop has read its input.
    await nextTurn();
    assert.ok(link.waiting > 0);
    assert.equal(budget.use.used, 0);
  });
});

describe('a connection whose client sends too much', () => {
  const limits = { messagesPerSecond: 10, messageBurst: 20 };
  const flooding =
    'limits.messagesPerSecond: expected at most 10 messages a second, got far more';

  /** A frozen clock, so that the bucket does not refill. */
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
      const { link, client } = await connected(t, limits);
      const end = closed(client);
      for (let count = 0; count < 41; count += 1) {
        send(client);
      }
      await ended(link);
      assert.deepEqual(await end, [4008, flooding]);
    });
  }

  test('is closed after the answers to its earlier requests', async (t) => {
    stopTime(t);
    const { link, socket, client } = await connected(t, limits);
    const request = link.requests.begin();
    const answers: string[] = [];
    client.on('message', (data: Buffer) => answers.push(data.toString()));
    const end = closed(client);
    for (let count = 0; count < 41; count += 1) {
      client.send('{}');
    }
    await until('nothing more is read', () => socket.isPaused);
    assert.equal(link.closed, false);
    link.send('the answer');
    request[Symbol.dispose]();
    assert.deepEqual(await end, [4008, flooding]);
    assert.deepEqual(answers, ['the answer']);
  });

  test('is charged once more for each 16 KiB of a message', async (t) => {
    stopTime(t);
    const { link, client } = await connected(t, limits);
    const arrivals: Arrival[] = [];
    const third = new Promise<void>((resolve) => {
      link.onMessage((_, arrival) => {
        if (arrivals.push(arrival) === 3) {
          resolve();
        }
      });
    });
    const end = closed(client);
    client.send('x'.repeat(16_383));
    client.send('x'.repeat(19 * 16_384 - 1));
    client.send('x');
    await third;
    const [first, second, last] = arrivals;
    assert.throws(() => last?.admit(), {
      code: 'LIMIT_REACHED',
      message:
        'limits.messagesPerSecond: expected at most 10 messages a second, got more; wait, or the connection will be closed',
    });
    // The verdict is the message's own, regardless of later messages.
    assert.doesNotThrow(() => first?.admit());
    assert.doesNotThrow(() => second?.admit());
    client.send('x'.repeat(20 * 16_384));
    assert.deepEqual(await end, [4008, flooding]);
    assert.equal(arrivals.length, 3);
  });
});

describe('requests that are not answered', () => {
  const limits = { pendingBytes: 524_288 };

  test('may hold a limited number of bytes until they are answered', async (t) => {
    const { link, client } = await connected(t, limits);
    const admit = async (): Promise<PendingRequest> => {
      const came = received(link);
      client.send('x'.repeat(262_144 - 512));
      const { arrival } = await came;
      return arrival.admit();
    };
    const first = await admit();
    const second = await admit();
    await assert.rejects(admit(), {
      code: 'LIMIT_REACHED',
      message:
        'limits.pendingBytes: expected at most 524288 bytes of unanswered requests, got more; wait for answers',
    });
    first[Symbol.dispose]();
    const third = await admit();
    await assert.rejects(admit(), { code: 'LIMIT_REACHED' });
    second[Symbol.dispose]();
    third[Symbol.dispose]();
    await admit();
  });

  test('cost more by their size when they fail', async (t) => {
    const now = performance.now();
    t.mock.method(performance, 'now', () => now);
    const { link, client } = await connected(t, {
      messagesPerSecond: 10,
      messageBurst: 20,
    });
    const end = closed(client);
    for (const tokens of [10, 20, 30]) {
      const came = received(link);
      client.send('x'.repeat(9 * 1_024));
      const { arrival } = await came;
      if (tokens <= 20) {
        arrival.admit().fail();
      } else {
        assert.throws(() => arrival.admit(), { code: 'LIMIT_REACHED' });
      }
    }
    client.send('x');
    const { text } = await received(link);
    assert.equal(text, 'x');
    link.close('ended', 'enough');
    await end;
  });
});

describe('a connection that the server closes', () => {
  test('carries the whole reason before the close frame, which cuts it', async (t) => {
    const { link, client } = await connected(t, {});
    const messages: unknown[] = [];
    client.on('message', (data: Buffer) =>
      messages.push(JSON.parse(data.toString())),
    );
    const end = closed(client);
    link.onClosing((closing) => JSON.stringify(closing));
    link.send('"before"');
    link.close('ended', 'é'.repeat(100), { name: 'replaced' });
    link.close('goingAway', 'again');
    assert.deepEqual(await end, [4000, 'é'.repeat(61)]);
    assert.deepEqual(messages, [
      'before',
      { code: 4000, name: 'replaced', reason: 'é'.repeat(100) },
    ]);
  });

  test('carries nothing more once the client has closed it', async (t) => {
    const { link, client } = await connected(t, {});
    const encoded: unknown[] = [];
    link.onClosing((closing) => {
      encoded.push(closing);
      return '{}';
    });
    const gone = ended(link);
    client.close(4900);
    assert.equal(await gone, true);
    link.close('ended', 'too late');
    assert.deepEqual(encoded, []);
    assert.deepEqual(link.ending, { reason: 'returning', code: 4900 });
  });
});
