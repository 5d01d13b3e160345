import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { TestContext } from 'node:test';
import { describe, test } from 'node:test';

import type { ConfigInput } from '../../../lib/config/schema.ts';
import { until } from '../../support/until.ts';
import { ChatSite } from './ChatSite.ts';

describe("the limits of a lasting room's socket", () => {
  /** A server with these options, a user, and a room. */
  async function serve(t: TestContext, options: ConfigInput) {
    const chat = await ChatSite.start(options);
    t.after(() => chat[Symbol.asyncDispose]());
    const ada = await chat.join('ada@example.com', 'Ada');
    return { chat, ada, roomId: await chat.createRoom(ada) };
  }

  test('refuse a handshake for a room that is full', async (t) => {
    const { chat, ada, roomId } = await serve(t, { rooms: { maxPeers: 1 } });
    const first = await chat.connect(roomId, ada);
    const { status, body } = await chat.dial(`/ws/chat/${roomId}/`, ada.access)
      .refused;
    assert.equal(status, 409);
    assert.deepEqual(JSON.parse(body), {
      detail: 'the room is full: it takes 1 peers',
    });
    await first.close();
  });

  test('close with 1013 where the server takes no more rooms', async (t) => {
    const { chat, ada, roomId } = await serve(t, { limits: { rooms: 1 } });
    const first = await chat.connect(roomId, ada);
    const other = await chat.createRoom(ada);
    const { code, reason } = await chat.dial(`/ws/chat/${other}/`, ada.access)
      .closed;
    assert.equal(code, 1013);
    assert.match(reason, /^limits\.rooms: /);
    await first.close();
  });

  test('drop what comes too fast, and close with 4008 on a client that goes on', async (t) => {
    const { chat, ada, roomId } = await serve(t, {
      limits: { messagesPerSecond: 1, messageBurst: 5 },
    });
    const watcher = await chat.connect(roomId, ada);
    const flooder = await chat.connect(roomId, ada);
    for (let index = 0; index < 20; index += 1) {
      flooder.send({ content: `message ${index}` });
    }
    assert.equal((await flooder.closed).code, 4008);
    await watcher.at(4);
    const kept = await chat.messagesIn(roomId, ada);
    assert.deepEqual(
      kept.slice(0, 5).map(({ content }) => content),
      Array.from({ length: 5 }, (_, index) => `message ${index}`),
    );
    assert.ok(kept.length < 20, `${kept.length} of 20`);
    await watcher.close();
  });

  test('close a connection whose frame is too big or no text', async (t) => {
    const { chat, ada, roomId } = await serve(t, {
      signalling: { maxFrameBytes: 16_384 },
    });
    const big = await chat.connect(roomId, ada);
    big.send({ content: 'x'.repeat(20_000) });
    assert.equal((await big.closed).code, 1009);
    const binary = await chat.connect(roomId, ada);
    binary.socket.send(Buffer.from('{"content":"x"}'));
    assert.equal((await binary.closed).code, 1003);
    assert.deepEqual(await chat.messagesIn(roomId, ada), []);
  });

  test('count a socket as a connection without a room no longer than it has none', async (t) => {
    const { chat, ada, roomId } = await serve(t, {
      limits: { pendingConnectionsPerAddress: 1 },
    });
    const clients = [
      await chat.connect(roomId, ada),
      await chat.connect(roomId, ada),
    ];
    assert.equal(chat.server.connections, 2);
    await Promise.all(clients.map((client) => client.close()));
    await until('all are gone', () => chat.server.connections === 0);
  });

  test('know when the token expires, and close then', async (t) => {
    const { chat, ada, roomId } = await serve(t, {
      auth: { enforceExpiry: true },
      accounts: { accessTokenLifetime: 60_000 },
    });
    const client = await chat.connect(roomId, ada);
    const { peers } = chat.server.registry.get(`chat-${roomId}`);
    const [peer] = peers.values();
    const { expiresAt } = peer?.grants ?? {};
    assert.ok(expiresAt !== undefined && expiresAt <= Date.now() + 60_000);
    peer?.close('expired');
    assert.equal((await client.closed).code, 4000);
  });

  test('end a peer at once when its connection breaks', async (t) => {
    const { chat, ada, roomId } = await serve(t, {});
    const client = await chat.connect(roomId, ada);
    const closed = once(client.socket, 'close');
    client.socket.terminate();
    await closed;
    await until(
      'the room has closed',
      () => !chat.server.registry.rooms.has(`chat-${roomId}`),
    );
  });
});
