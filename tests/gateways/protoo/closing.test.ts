import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';

import type { WebSocket } from 'ws';

import type { ConfigInput } from '../../../lib/config/schema.ts';
import type { Server } from '../../../lib/Server.ts';
import { ProtooClient } from '../../../tools/fixtures/ProtooClient.ts';
import { startServer } from '../../../tools/fixtures/server.ts';

const ROOM = 'closing';

/** A way for the server to close Alice's connection. */
interface Case {
  config?: ConfigInput;
  /** Leaves Alice without a room. */
  joinsNot?: true;
  close: (alice: ProtooClient, server: Server) => Promise<unknown>;
  expected: { code: number; name: string; retryAfter?: number };
}

const cases: Record<string, Case> = {
  'a newer peer with its id': {
    close: (_alice, { url }) => ProtooClient.join(url, ROOM, 'alice'),
    expected: { code: 4000, name: 'replaced' },
  },
  'the end of its token': {
    close: (_alice, { registry }) =>
      Promise.resolve(registry.get(ROOM).peers.get('alice')?.close('expired')),
    expected: { code: 4000, name: 'expired' },
  },
  'a newer connection that resumes its peer': {
    close: async (_alice, { url, registry }) => {
      const { resumeToken } = registry.get(ROOM).member('alice').connection;
      await ProtooClient.join(url, ROOM, 'alice', { resumeToken, after: 0 });
    },
    expected: { code: 4000, name: 'resumed' },
  },
  'a frame that is no JSON': {
    close: (alice) => Promise.resolve(alice.send('{')),
    expected: { code: 1007, name: 'protocol' },
  },
  'a frame that is not protoo': {
    close: (alice) => Promise.resolve(alice.send('[]')),
    expected: { code: 1002, name: 'protocol' },
  },
  'a binary frame': {
    close: (alice) => Promise.resolve(alice.socket.send(Buffer.alloc(1))),
    expected: { code: 1003, name: 'protocol' },
  },
  'a wait before the join': {
    config: { signalling: { joinTimeout: 100 } },
    joinsNot: true,
    close: () => Promise.resolve(),
    expected: { code: 1008, name: 'protocol' },
  },
  'too many messages': {
    config: { limits: { messagesPerSecond: 5, messageBurst: 20 } },
    close: (alice) => {
      for (let count = 0; count < 60; count += 1) {
        alice.send({ request: true, id: count, method: 'ping', data: {} });
      }
      return Promise.resolve();
    },
    expected: { code: 4008, name: 'flood', retryAfter: 4 },
  },
  'events that it does not confirm': {
    config: { limits: { keptBytesPerPeer: 65_536, sendBufferBytes: 65_536 } },
    close: (_alice, { registry }) => {
      const peer = registry.get(ROOM).peers.get('alice');
      for (let count = 0; count < 300; count += 1) {
        peer?.notify({ type: 'message', from: 'bob', data: 'x' });
      }
      return Promise.resolve();
    },
    expected: { code: 1013, name: 'slow' },
  },
  'the deletion of its room': {
    close: (_alice, { registry }) =>
      Promise.resolve(registry.get(ROOM).close('deleted')),
    expected: { code: 4000, name: 'deleted' },
  },
  'the death of the last worker': {
    close: (_alice, { registry }) =>
      Promise.resolve(registry.get(ROOM).close('workerDied')),
    expected: { code: 1012, name: 'workerDied' },
  },
  'the stop of the server': {
    close: (_alice, server) => server.close(),
    expected: { code: 1001, name: 'shutdown' },
  },
  'the restart of the server': {
    config: { shutdown: { drainTimeout: 100 } },
    close: (_alice, server) => server.drain(),
    expected: { code: 1012, name: 'restart' },
  },
};

describe('before the server closes a connection, the client is told', () => {
  for (const [cause, { config, joinsNot, ...it }] of Object.entries(cases)) {
    test(`the reason: ${cause}`, async () => {
      const server = await startServer(config);
      try {
        const alice = await ProtooClient.connect(server.url, ROOM, 'alice');
        if (joinsNot === undefined) {
          const join = { roomId: ROOM, peerId: 'alice' };
          await alice.request('joinRoom', join);
        }
        await it.close(alice, server);
        const { code, reason } = await alice.closed;
        const last = alice.frames.at(-1);
        assert.deepEqual(last, {
          notification: true,
          method: 'closing',
          data: { ...it.expected, reason },
        });
        assert.equal(code, it.expected.code);
        const closings = alice.notifications.filter(
          ({ method }) => method === 'closing',
        );
        assert.equal(closings.length, 1);
      } finally {
        await server.close();
      }
    });
  }
});

/** Frames for which the WebSocket library itself closes, without a reason. */
const violations: Record<string, [number, (socket: WebSocket) => void]> = {
  'a message that is too long': [
    1009,
    (socket) => {
      socket.send('x'.repeat(32_768));
    },
  ],
  'a text that is not UTF-8': [
    1007,
    (socket) => {
      socket.send(Buffer.from([0xff, 0xfe]), { binary: false });
    },
  ],
  'a message in too many frames': [
    1008,
    (socket) => {
      for (let count = 0; count < 2_000; count += 1) {
        socket.send('x', { fin: false });
      }
    },
  ],
};

describe('before ws closes a connection, the client is told as well', () => {
  let server: Server;

  before(async () => {
    server = await startServer({ signalling: { maxFrameBytes: 16_384 } });
  });

  after(() => server.close());

  for (const [cause, [code, send]] of Object.entries(violations)) {
    test(`the reason: ${cause}`, async () => {
      const { client } = await ProtooClient.join(server.url, ROOM, 'alice');
      send(client.socket);
      assert.equal((await client.closed).code, code);
      const closings = client.frames.filter(
        (frame) => frame['method'] === 'closing',
      );
      assert.equal(closings.length, 1);
      assert.partialDeepStrictEqual(client.frames.at(-1), {
        method: 'closing',
        data: { code, name: 'protocol' },
      });
    });
  }

  test('not if the client closed it', async () => {
    const { client } = await ProtooClient.join(server.url, ROOM, 'carol');
    client.socket.close(4001);
    await client.closed;
    assert.deepEqual(
      client.notifications.filter(({ method }) => method === 'closing'),
      [],
    );
  });
});

describe('a client that closes its connection', () => {
  let server: Server;

  before(async () => {
    server = await startServer();
  });

  after(() => server.close());

  /** Alice, who closes with a code, and Bob, who stays. */
  async function closeWith(code: number) {
    const room = `code-${code}`;
    const { client: alice, reply } = await ProtooClient.join(
      server.url,
      room,
      'alice',
    );
    const { client: bob } = await ProtooClient.join(server.url, room, 'bob');
    await alice.request('ping');
    const after = alice.notifications.length;
    alice.socket.close(code);
    await alice.closed;
    return { room, bob, after, resumeToken: reply.resumeToken };
  }

  test('with 4900 keeps its stay, and resumes it', async () => {
    const { room, bob, after, resumeToken } = await closeWith(4900);
    await bob.request('sendMessage', { to: ['alice'], data: 'meanwhile' });
    const { client, reply } = await ProtooClient.join(
      server.url,
      room,
      'alice',
      { resumeToken, after },
    );
    assert.equal(reply.resumed, true);
    const message = await client.notified('message');
    assert.deepEqual(message, { from: 'bob', data: 'meanwhile' });
    assert.deepEqual(bob.notifications, []);
    await Promise.all([bob.close(), client.close()]);
  });

  for (const code of [1000, 4000, 4899, 4901]) {
    test(`with ${code} ends its stay`, async () => {
      const { room, bob, after, resumeToken } = await closeWith(code);
      assert.deepEqual(await bob.notified('peerLeft'), {
        peerId: 'alice',
        reason: 'disconnected',
      });
      await assert.rejects(
        ProtooClient.join(server.url, room, 'alice', { resumeToken, after }),
        { code: 403 },
      );
      await bob.close();
    });
  }

  test('with 4900 is not waited for longer than the timeout', async () => {
    const brief = await startServer({ rooms: { resumeTimeout: 100 } });
    const { client: alice } = await ProtooClient.join(
      brief.url,
      'brief',
      'alice',
    );
    const { client: bob } = await ProtooClient.join(brief.url, 'brief', 'bob');
    alice.socket.close(4900);
    assert.deepEqual(await bob.notified('peerLeft'), {
      peerId: 'alice',
      reason: 'disconnected',
    });
    await bob.close();
    await brief.close();
  });
});
