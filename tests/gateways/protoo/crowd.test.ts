import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { TestContext } from 'node:test';

import { parseConfig } from '../../../lib/config/load.ts';
import type { Server } from '../../../lib/Server.ts';
import { sampleSize } from '../../../scripts/samples.ts';
import { shakeHands } from '../../support/handshake.ts';
import { get } from '../../support/http.ts';
import { ProtooClient } from '../../../tools/fixtures/ProtooClient.ts';
import { startServer } from '../../../tools/fixtures/server.ts';
import { until } from '../../support/until.ts';

const CLIENTS = sampleSize('clients of a crowd', 450);

const PROTOO = { 'Sec-WebSocket-Protocol': 'protoo' };

/** Stops the clock of rate limits, and returns a function that advances it. */
function stopClock(t: TestContext): (time: number) => void {
  let now = performance.now();
  t.mock.method(performance, 'now', () => now);
  return (time) => {
    now += time;
  };
}

/** Breaks connections without a close frame, and waits for the server to notice. */
async function cut(server: Server, clients: ProtooClient[]): Promise<void> {
  const before = server.connections;
  for (const { raw } of clients) {
    raw.destroy();
  }
  await Promise.all(clients.map(({ closed }) => closed));
  await until(
    'all connections closed on the server',
    () => server.connections <= before - clients.length,
  );
}

async function resume(
  url: string,
  { roomId, peerId, notifications }: ProtooClient,
  resumeToken: string | undefined,
): ReturnType<typeof ProtooClient.join> {
  const received = notifications.length;
  return ProtooClient.join(url, roomId, peerId, { resumeToken, received });
}

describe('a crowd behind one address', () => {
  test('of hundreds of clients can join at once, lose their connections, and resume', async (t) => {
    const { limits } = parseConfig();
    const server = await startServer({
      limits,
      // Independent of the speed of the machine.
      rooms: { resumeTimeout: 300_000 },
    });
    t.after(() => server.close());
    const crowd = await Promise.all(
      Array.from({ length: CLIENTS }, (_, index) =>
        ProtooClient.join(server.url, `room-${index % 15}`, `peer-${index}`),
      ),
    );
    assert.equal(server.connections, CLIENTS);
    await cut(
      server,
      crowd.map(({ client }) => client),
    );
    const questions = crowd.map(async ({ client: { roomId, peerId } }) => {
      const { status } = await get(
        server.url,
        `/rooms/${roomId}/peers/${peerId}/admission`,
      );
      return status;
    });
    assert.deepEqual(new Set(await Promise.all(questions)), new Set([200]));
    const back = await Promise.all(
      crowd.map(({ client, reply }) =>
        resume(server.url, client, reply.resumeToken),
      ),
    );
    assert.ok(back.every(({ reply }) => reply.resumed));
    await Promise.all(back.map(({ client }) => client.close()));
  });
});

describe('a peer whose connection was lost', () => {
  const limits = { handshakesPerMinute: 1, handshakeBurst: 2 };

  test('can be resumed at a bounded rate that counts no handshakes', async (t) => {
    const pass = stopClock(t);
    const server = await startServer({ limits });
    t.after(() => server.close());
    let { client, reply } = await ProtooClient.join(server.url, 'r', 'ada');
    const admission = () => get(server.url, '/rooms/r/peers/ada/admission');
    const knock = async (peerId: string) => {
      const path = `/?roomId=r&peerId=${peerId}`;
      return (await shakeHands(server.url, path, PROTOO)).status;
    };
    // Time for five resumptions; then the network uses up its handshakes.
    pass(25_000);
    assert.equal(await knock('bob'), 101);
    assert.equal(await knock('bob'), 429);
    await until("the end of Bob's connection", () => server.connections === 1);
    for (let time = 0; time < 5; time += 1) {
      await cut(server, [client]);
      assert.equal((await admission()).status, 200);
      ({ client, reply } = await resume(server.url, client, reply.resumeToken));
      assert.equal(reply.resumed, true);
    }
    assert.equal(await knock('ada'), 429);
    assert.equal((await admission()).status, 429);
    // Leaving and joining again yields no further resumptions.
    await client.request('leaveRoom');
    await client.request('joinRoom', { roomId: 'r', peerId: 'ada' });
    assert.equal(await knock('ada'), 429);
    pass(5_001);
    assert.equal(await knock('ada'), 101);
    assert.equal(await knock('ada'), 429);
    await client.close();
  });

  test('is recognised by its ids, composed or decomposed', async (t) => {
    const pass = stopClock(t);
    const server = await startServer({
      limits: { handshakesPerMinute: 1, handshakeBurst: 1 },
    });
    t.after(() => server.close());
    const ids = ['cafe\u0301', 'Zoe\u0308'] as const;
    const { client } = await ProtooClient.join(server.url, ...ids);
    pass(5_001);
    const query = new URLSearchParams({ roomId: ids[0], peerId: ids[1] });
    const { status } = await shakeHands(
      server.url,
      `/?${query.toString()}`,
      PROTOO,
    );
    assert.equal(status, 101);
    await client.close();
  });

  test('does not exempt handshakes from other addresses or for other peers', async (t) => {
    const pass = stopClock(t);
    const server = await startServer({
      limits: { handshakesPerMinute: 1, handshakeBurst: 1 },
      access: { trustProxy: ['loopback'] },
      auth: { allowOpen: true },
    });
    t.after(() => server.close());
    const from = (address: string) => ({ 'X-Forwarded-For': address });
    const client = await ProtooClient.connect(server.url, 'r', 'ada', {
      headers: from('192.0.2.1'),
    });
    await client.request('joinRoom', { roomId: 'r', peerId: 'ada' });
    pass(25_000);
    const knock = async (address: string, query: string) => {
      const headers = { ...PROTOO, ...from(address) };
      return (await shakeHands(server.url, `/?${query}`, headers)).status;
    };
    assert.equal(await knock('192.0.2.1', 'roomId=r&peerId=bob'), 429);
    assert.equal(await knock('192.0.2.1', 'roomId=q&peerId=ada'), 429);
    assert.equal(await knock('192.0.2.2', 'roomId=r&peerId=ada'), 101);
    assert.equal(await knock('192.0.2.2', 'roomId=r&peerId=ada'), 429);
    assert.equal(await knock('192.0.2.1', 'roomId=r&peerId=ada'), 101);
    await client.close();
  });
});

describe('admission checks', () => {
  test('do not count as handshakes, and have a limit of their own', async (t) => {
    const server = await startServer({
      limits: {
        handshakesPerMinute: 1,
        handshakeBurst: 1,
        admissionsPerMinute: 1,
        admissionBurst: 3,
      },
    });
    t.after(() => server.close());
    const ask = () => get(server.url, '/rooms/r/peers/ada/admission');
    assert.equal((await ask()).status, 200);
    assert.equal((await ask()).status, 200);
    const client = await ProtooClient.connect(server.url, 'r', 'ada');
    const told = await ask();
    assert.match(told.body, /limits\.handshakesPerMinute/);
    assert.ok(Number(told.headers['retry-after']) > 0);
    const refused = await ask();
    assert.equal(refused.status, 429);
    assert.match(refused.body, /limits\.admissionsPerMinute/);
    await client.close();
  });
});
