import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';

import { ProtooClient } from '../../../tools/fixtures/ProtooClient.ts';
import { get } from '../../support/http.ts';
import { JsonClient } from '../../support/JsonClient.ts';
import { aboveEachEngine } from '../../support/stores.ts';
import { until } from '../../support/until.ts';
import type { ChatClient } from './ChatClient.ts';
import { ChatSite } from './ChatSite.ts';
import type { Member } from './ChatSite.ts';

aboveEachEngine('a lasting room and the other contracts', (engine) => {
  let chat: ChatSite;
  let ada: Member;
  let bob: Member;
  let eve: Member;
  let roomId: number;
  let liveRoomId: string;

  before(async () => {
    chat = await ChatSite.start({ store: await engine.emptyStore() });
    ada = await chat.join('ada@example.com', 'Ada');
    bob = await chat.join('bob@example.com', 'Bob');
    eve = await chat.join('eve@example.com', 'Eve');
  });
  after(() => chat[Symbol.asyncDispose]());

  beforeEach(async () => {
    roomId = await chat.createRoom(ada);
    liveRoomId = `chat-${roomId}`;
  });

  /** Joins the live room by protoo, as the user. */
  async function byProtoo({ account, access }: Member): Promise<ProtooClient> {
    const url = `${chat.server.url}?token=${access}`;
    const peerId = String(account.id);
    const { client } = await ProtooClient.join(url, liveRoomId, peerId);
    return client;
  }

  /** Joins the live room by the JSON API. */
  async function byJson({ access }: Member): Promise<JsonClient> {
    const client = await JsonClient.connect(chat.server.url, {
      header: access,
    });
    await client.received('connected');
    await client.request('joinRoom', { roomId: liveRoomId });
    return client;
  }

  /** The messages that a client of protoo has received. */
  function heardBy({ notifications }: ProtooClient): unknown[] {
    return notifications
      .filter(({ method }) => method === 'message')
      .map(({ data }) => data);
  }

  /** The peer of a chat socket of a user. */
  function peerOf({ account }: Member): string {
    const { peers } = chat.server.registry.get(liveRoomId);
    const peer = Array.from(peers.values()).find(
      (it) => it.gateway === 'chat' && it.userId === String(account.id),
    );
    assert.ok(peer);
    return peer.id;
  }

  async function leave(
    ...clients: { close(): Promise<unknown> }[]
  ): Promise<void> {
    await Promise.all(clients.map((client) => client.close()));
    await until(
      'the live room has closed',
      () => !chat.server.registry.rooms.has(liveRoomId),
    );
  }

  test('see each other in the words of their contracts', async () => {
    const protoo = await byProtoo(ada);
    const json = await byJson(bob);
    const socket = await chat.connect(roomId, eve);
    const peerId = peerOf(eve);
    const seen = await protoo.notified(
      'peerJoined',
      ({ peerId: it }) => it === peerId,
    );
    assert.equal(seen['displayName'], 'Eve');
    const { data } = await json.received(
      'participantJoined',
      (message) => message.data.participantId === peerId,
    );
    const { participant } = data;
    assert.equal(participant.userId, String(eve.account.id));
    assert.equal(participant.displayName, 'Eve');
    assert.deepEqual(
      socket.messages,
      [],
      'the chat API has no words for members',
    );
    await socket.close();
    await protoo.notified('peerLeft', ({ peerId: it }) => it === peerId);
    await leave(protoo, json);
  });

  test('keep sockets out while there is a lobby, which the chat API cannot tell of', async () => {
    const protoo = await byProtoo(ada);
    const room = chat.server.registry.get(liveRoomId);
    room
      .moderationBy({ id: 'backend', kind: 'key', gateway: 'admin' })
      .setLobby(true);
    assert.deepEqual(await protoo.notified('roomUpdated'), { lobby: true });
    const socket = chat.dial(`/ws/chat/${roomId}/`, bob.access);
    assert.deepEqual(await socket.closed, {
      code: 1013,
      reason:
        'the room has a lobby, and clients of this contract cannot wait in it',
    });
    await leave(protoo);
  });

  test('hear what is said on the socket as it was kept, with the peer of the sender', async () => {
    const protoo = await byProtoo(ada);
    const socket = await chat.connect(roomId, bob);
    socket.send({ content: 'Hello' });
    const { id, content, created_at } = await socket.at(0);
    await protoo.notified('message');
    assert.deepEqual(heardBy(protoo), [
      { from: peerOf(bob), data: { id, content, created_at } },
    ]);
    await leave(protoo, socket);
  });

  test('have what they say with a content kept and sent to all sockets', async () => {
    const speaker = await byProtoo(ada);
    const listener = await byProtoo(bob);
    const sockets: ChatClient[] = [
      await chat.connect(roomId, ada),
      await chat.connect(roomId, eve),
    ];
    await speaker.request('sendMessage', {
      data: { content: 'By protoo', more: 1 },
    });
    await Promise.all(sockets.map((socket) => socket.at(0)));
    const kept = await chat.messagesIn(roomId, ada);
    const [{ id, content, created_at } = {}] = kept;
    assert.deepEqual(kept, [
      {
        id,
        user: { id: ada.account.id, email: 'ada@example.com', name: 'Ada' },
        content: 'By protoo',
        created_at,
      },
    ]);
    for (const { messages } of sockets) {
      assert.deepEqual(messages, kept);
    }
    await listener.notified('message');
    assert.deepEqual(heardBy(listener), [
      { from: String(ada.account.id), data: { id, content, created_at } },
    ]);
    assert.deepEqual(heardBy(speaker), [], 'the reply tells the speaker');
    await leave(speaker, listener, ...sockets);
  });

  test('are told by protoo why a message is not kept', async () => {
    const protoo = await byProtoo(ada);
    const socket = await chat.connect(roomId, bob);
    for (const content of ['', 'x'.repeat(4_001)]) {
      await assert.rejects(
        protoo.request('sendMessage', { data: { content } }),
        {
          code: 400,
          message: `content: expected 1 to 4000 characters that are not all spaces, got ${content.length}`,
        },
      );
    }
    await protoo.request('sendMessage', { data: { text: 'for protoo' } });
    socket.send({ content: 'the end' });
    assert.equal((await socket.at(0))['content'], 'the end');
    await leave(protoo, socket);
  });

  test('receive the messages of all contracts in one order', async () => {
    const protoo = await byProtoo(ada);
    const listener = await byProtoo(eve);
    const sockets = [
      await chat.connect(roomId, bob),
      await chat.connect(roomId, eve),
    ];
    const count = 60;
    const requests: Promise<unknown>[] = [];
    for (let index = 0; index < count / 3; index += 1) {
      const content = `message ${index}`;
      requests.push(protoo.request('sendMessage', { data: { content } }));
      for (const socket of sockets) {
        socket.send({ content });
      }
    }
    await Promise.all(requests);
    await Promise.all(sockets.map((socket) => socket.at(count - 1)));
    await until('all notifications', () => heardBy(listener).length === count);
    const kept = await chat.messagesIn(roomId, ada);
    for (const { messages } of sockets) {
      assert.deepEqual(messages, kept);
    }
    assert.deepEqual(
      heardBy(listener).map((it) => (it as { data: { id: number } }).data.id),
      kept.map(({ id }) => id),
    );
    await leave(protoo, listener, ...sockets);
  });

  test('do not hear signals, for which they have no words', async () => {
    const protoo = await byProtoo(ada);
    const json = await byJson(ada);
    const socket = await chat.connect(roomId, bob);
    const other = await chat.connect(roomId, eve);
    /** The number of messages that each has received, once nothing is on its way. */
    const countFrames = async () => {
      await protoo.request('ping');
      await json.request('getRouterRtpCapabilities', { roomId: liveRoomId });
      return [protoo.frames.length, json.messages.length];
    };
    const counts = await countFrames();
    const sent = chat.server.registry
      .get(liveRoomId)
      .peers.get(String(ada.account.id))?.connection.sentCount;
    socket.send({ type: 'webrtc-hangup' });
    await other.at(0);
    assert.deepEqual(
      await countFrames(),
      counts.map((count) => count + 1),
    );
    assert.equal(
      chat.server.registry.get(liveRoomId).peers.get(String(ada.account.id))
        ?.connection.sentCount,
      sent,
    );
    await leave(protoo, json, socket, other);
  });

  test('are told nothing of it without the token of an account', async () => {
    const socket = await chat.connect(roomId, ada);
    const { status } = await get(chat.server.url, `/rooms/${liveRoomId}`);
    assert.equal(status, 404);
    const stranger = await JsonClient.as(chat.server.url, 'stranger');
    for (const type of ['getRouterRtpCapabilities', 'joinRoom']) {
      await assert.rejects(stranger.request(type, { roomId: liveRoomId }), {
        error: 'AUTH_TOKEN_INVALID',
      });
    }
    await leave(socket, stranger);
  });

  test('keep a removed or banned user off the socket for good', async () => {
    for (const [ban, refusal] of [
      [undefined, /^token: a moderator has removed the client from the room/],
      ['forever', /^a moderator has banned the client from the room/],
    ] as const) {
      const guard = await byProtoo(ada);
      const socket = await chat.connect(roomId, bob);
      chat.server.registry
        .get(liveRoomId)
        .moderationBy({ id: 'root', kind: 'key', gateway: 'admin' })
        .remove(peerOf(bob), ban);
      assert.equal((await socket.closed).code, 4000);
      const again = chat.dial(`/ws/chat/${roomId}/`, bob.access);
      const { code, reason } = await again.closed;
      assert.equal(code, 4000);
      assert.match(reason, refusal);
      await leave(guard);
      roomId = await chat.createRoom(ada);
      liveRoomId = `chat-${roomId}`;
    }
  });

  test('are closed for good when the room is deleted', async () => {
    const protoo = await byProtoo(ada);
    const json = await byJson(bob);
    const socket = await chat.connect(roomId, eve);
    await chat.deleteRoom(roomId, ada);
    const deleted = { code: 4000, reason: 'deleted: the room was deleted' };
    assert.deepEqual(await protoo.closed, deleted);
    assert.deepEqual(await json.closed, deleted);
    assert.equal((await socket.closed).code, 4004);
    await assert.rejects(byJson(bob), { error: 'ROOM_NOT_FOUND' });
    await leave();
  });
});
