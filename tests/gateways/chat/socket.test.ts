import assert from 'node:assert/strict';
import { once } from 'node:events';
import { after, before, beforeEach, test } from 'node:test';

import { userToken } from '../../support/JsonClient.ts';
import { aboveEachEngine } from '../../support/stores.ts';
import { until } from '../../support/until.ts';
import type { ChatClient } from './ChatClient.ts';
import { ChatSite } from './ChatSite.ts';
import type { Member } from './ChatSite.ts';

const offer = { type: 'offer', sdp: 'v=0\r\no=- 1 2 IN IP4 127.0.0.1' };
const answer = { type: 'answer', sdp: 'v=0\r\no=- 9 8 IN IP4 127.0.0.1' };
const candidate = {
  candidate: 'candidate:1 1 UDP 2130706431 192.168.1.1 54321 typ host',
  sdpMLineIndex: 0,
  sdpMid: '0',
};

aboveEachEngine("a lasting room's socket", (engine) => {
  let chat: ChatSite;
  let ada: Member;
  let bob: Member;
  let eve: Member;
  let roomId: number;

  before(async () => {
    chat = await ChatSite.start({ store: await engine.emptyStore() });
    ada = await chat.join('ada@example.com', 'Ada');
    bob = await chat.join('bob@example.com', 'Bob');
    eve = await chat.join('eve@example.com', 'Eve');
  });
  after(() => chat[Symbol.asyncDispose]());

  beforeEach(async () => {
    roomId = await chat.createRoom(ada);
  });

  async function closeAll(...clients: ChatClient[]): Promise<void> {
    await Promise.all(clients.map((client) => client.close()));
    await until(
      'the live room has closed',
      () => !chat.server.registry.rooms.has(`chat-${roomId}`),
    );
  }

  /** A message without its time, which is one of about now. */
  function timeless({ created_at, ...message }: Record<string, unknown>) {
    const age = Date.now() - Date.parse(String(created_at));
    assert.ok(age >= 0 && age < 600_000, String(created_at));
    return message;
  }

  test('sends a message to everyone in the room as it was kept, the sender included', async () => {
    const clients = [
      await chat.connect(roomId, ada),
      await chat.connect(roomId, bob),
      await chat.connect(roomId, bob),
    ];
    clients[0]?.send({ content: 'Hello, everyone! 👋', id: 7, user: 'eve' });
    const received = await Promise.all(clients.map((client) => client.at(0)));
    const kept = await chat.messagesIn(roomId, bob);
    for (const message of received) {
      assert.deepEqual(kept, [message]);
      assert.deepEqual(timeless(message), {
        id: message['id'],
        user: { id: ada.account.id, email: 'ada@example.com', name: 'Ada' },
        content: 'Hello, everyone! 👋',
      });
    }
    assert.ok(Number.isSafeInteger(kept[0]?.['id']));
    await closeAll(...clients);
  });

  for (const [type, payload] of Object.entries({
    'webrtc-offer': { offer },
    'webrtc-answer': { answer },
    'webrtc-ice-candidate': { candidate },
    'webrtc-hangup': {},
  })) {
    test(`passes ${type} on to all others, or to the sockets of one user`, async () => {
      const clients = [
        await chat.connect(roomId, ada),
        await chat.connect(roomId, ada),
        await chat.connect(roomId, bob),
        await chat.connect(roomId, eve),
      ] as const;
      const [sender, ...others] = clients;
      sender.send({ type, ...payload, sender_id: 99, stray: 1 });
      sender.send({ type, ...payload, target_id: bob.account.id });
      sender.send({ type, ...payload, target_id: 1_000_000 });
      sender.send({ content: 'the end' });
      const signal = { type, sender_id: ada.account.id, ...payload };
      await Promise.all(
        clients.map((client) =>
          until('the end', () =>
            client.messages.some(({ content }) => content === 'the end'),
          ),
        ),
      );
      const heard = clients.map(({ messages }) => messages.slice(0, -1));
      assert.deepEqual(heard, [[], [signal], [signal, signal], [signal]]);
      await closeAll(sender, ...others);
    });
  }

  test('cuts what a signal has beyond the contract, and keeps what browsers add', async () => {
    const sender = await chat.connect(roomId, ada);
    const receiver = await chat.connect(roomId, bob);
    sender.send({
      type: 'webrtc-ice-candidate',
      candidate: { ...candidate, usernameFragment: 'f', stray: { deep: 1 } },
    });
    sender.send({
      type: 'webrtc-ice-candidate',
      candidate: { candidate: '', sdpMid: null, sdpMLineIndex: null },
    });
    await receiver.at(1);
    const sender_id = ada.account.id;
    assert.deepEqual(receiver.messages, [
      {
        type: 'webrtc-ice-candidate',
        sender_id,
        candidate: { ...candidate, usernameFragment: 'f' },
      },
      {
        type: 'webrtc-ice-candidate',
        sender_id,
        candidate: { candidate: '', sdpMid: null, sdpMLineIndex: null },
      },
    ]);
    await closeAll(sender, receiver);
  });

  test('drops and counts what is not valid, and stays open', async () => {
    const before = await countErrors();
    const client = await chat.connect(roomId, ada);
    const invalid = [
      'no JSON',
      'null',
      '7',
      '"content"',
      '[]',
      '[{"content":"in a list"}]',
      {},
      { content: '' },
      { content: ' \n\t ' },
      { content: 'x'.repeat(4_001) },
      { content: 'a null \0' },
      { content: 'half of \ud83d' },
      { content: 7 },
      { content: null },
      { content: ['x'] },
      { content: { content: 'x' } },
      { type: 'webrtc-offer' },
      { type: 'webrtc-offer', offer: 'v=0' },
      { type: 'webrtc-offer', offer: answer },
      { type: 'webrtc-answer', answer: { type: 'answer', sdp: 7 } },
      { type: 'webrtc-ice-candidate', candidate: null },
      { type: 'webrtc-hangup', target_id: 'bob' },
      { type: 'webrtc-hangup', target_id: 1.5 },
    ];
    const unknown = [
      { type: 'webrtc-restart' },
      { type: 'toString', content: 'x' },
      { type: 7, content: 'x' },
      { type: null, content: 'x' },
    ];
    for (const message of [...invalid, ...unknown]) {
      client.send(message);
    }
    const longest = '👋'.repeat(4_000);
    client.send({ content: longest });
    assert.equal((await client.at(0))['content'], longest);
    assert.equal(client.messages.length, 1);
    assert.equal(client.socket.readyState, client.socket.OPEN);
    const now = await countErrors();
    assert.deepEqual(
      [now.invalid - before.invalid, now.unknown - before.unknown],
      [invalid.length, unknown.length],
    );
    await closeAll(client);
  });

  /** The messages that were dropped so far, by reason. */
  async function countErrors(): Promise<{ invalid: number; unknown: number }> {
    const metrics = await chat.metrics();
    const count = (code: string) =>
      metrics.sum('atrium_request_errors_total', { gateway: 'chat', code });
    return {
      invalid: count('VALIDATION_ERROR') || 0,
      unknown: count('UNKNOWN_METHOD') || 0,
    };
  }

  test('serves messages that were sent before the room was open, in order', async () => {
    const client = chat.dial(`/ws/chat/${roomId}`, ada.access);
    await once(client.socket, 'open');
    const sent = Array.from({ length: 20 }, (_, index) => `message ${index}`);
    for (const content of sent) {
      client.send({ content });
    }
    await client.at(sent.length - 1);
    assert.deepEqual(
      client.messages.map(({ content }) => content),
      sent,
    );
    await closeAll(client);
  });

  test('brings 200 messages of three sockets to everyone in the order of their ids', async () => {
    const clients = [
      await chat.connect(roomId, ada),
      await chat.connect(roomId, bob),
      await chat.connect(roomId, eve),
    ];
    const count = 200;
    for (let index = 0; index < count; index += 1) {
      clients[index % 3]?.send({ content: `message ${index}` });
    }
    await Promise.all(clients.map((client) => client.at(count - 1)));
    const [ids] = clients.map(({ messages }) => messages.map(({ id }) => id));
    assert.deepEqual(
      ids,
      ids?.toSorted((one, other) => Number(one) - Number(other)),
    );
    assert.equal(new Set(ids).size, count);
    for (const { messages } of clients) {
      assert.deepEqual(messages, clients[0]?.messages);
    }
    const kept = await chat.messagesIn(roomId, ada);
    assert.deepEqual(kept, clients[0]?.messages);
    await closeAll(...clients);
  });

  test('takes the token from the header, the query or the subprotocols', async () => {
    const { access } = ada;
    const path = `/ws/chat/${roomId}/`;
    const clients = [
      chat.dial(path, access),
      chat.dial(`${path}?token=${access}`),
      chat.dial(path, undefined, ['bearer', access]),
    ];
    await Promise.all(clients.map(({ socket }) => once(socket, 'open')));
    assert.deepEqual(
      clients.map(({ socket }) => socket.protocol),
      ['', '', 'bearer'],
    );
    await until(
      'all have entered',
      () => chat.server.registry.rooms.get(`chat-${roomId}`)?.peers.size === 3,
    );
    await closeAll(...clients);
  });

  test('refuses a handshake without the access token of an account', async () => {
    const ended = await chat.login('ada@example.com');
    await chat.ask('POST', '/auth/logout/', undefined, ended.access);
    for (const token of [undefined, '']) {
      const client = chat.dial(`/ws/chat/${roomId}/`, token);
      const { status, body } = await client.refused;
      assert.equal(status, 401, body);
      assert.deepEqual(JSON.parse(body), {
        detail: 'Authentication credentials were not provided.',
      });
    }
    const tokens = {
      'Token is invalid': ['nonsense', userToken('1'), ended.access],
      'Token has wrong type': [ada.refresh],
    };
    for (const [problem, bad] of Object.entries(tokens)) {
      for (const token of bad) {
        const client = chat.dial(`/ws/chat/${roomId}/`, token);
        const { status, body } = await client.refused;
        assert.equal(status, 401, body);
        const { code, messages } = JSON.parse(body);
        assert.equal(code, 'token_not_valid', body);
        assert.equal(messages[0].message, problem, body);
      }
    }
    assert.equal(chat.server.registry.rooms.size, 0);
  });

  test('refuses a handshake for a room that is not there', async () => {
    const gone = await chat.createRoom(ada);
    await chat.deleteRoom(gone, ada);
    for (const id of [
      gone,
      999_999,
      0,
      -1,
      '',
      'x',
      '1.5',
      '1/2',
      `0x${roomId}`,
    ]) {
      const { status } = await chat.dial(`/ws/chat/${id}/`, ada.access).refused;
      assert.equal(status, 404, String(id));
    }
    assert.equal(chat.server.registry.rooms.size, 0);
  });

  test('closes with 4004 when the room is deleted', async () => {
    const clients = [
      await chat.connect(roomId, ada),
      await chat.connect(roomId, bob),
    ];
    await chat.deleteRoom(roomId, ada);
    for (const { closed } of clients) {
      assert.deepEqual(await closed, {
        code: 4004,
        reason: 'the room was deleted',
      });
    }
    assert.equal(chat.server.registry.rooms.size, 0);
  });

  test('closes with 4004 when the room turns out to be deleted elsewhere', async () => {
    const client = await chat.connect(roomId, bob);
    await chat.store.rooms.delete(roomId);
    client.send({ content: 'too late' });
    assert.equal((await client.closed).code, 4004);
  });

  test('closes with 4001 when the login of its token ends, and no other', async () => {
    const other = await chat.login('ada@example.com');
    const stays = await chat.connect(roomId, ada);
    const goes = await chat.connect(roomId, other);
    await chat.ask('POST', '/auth/logout/', undefined, other.access);
    assert.equal((await goes.closed).code, 4001);
    stays.send({ content: 'still here' });
    assert.equal((await stays.at(0))['content'], 'still here');
    await closeAll(stays);
  });

  test('closes with 4001 when the account is deleted', async () => {
    const zoe = await chat.join('zoe@example.com', 'Zoe');
    const client = await chat.connect(roomId, zoe);
    await chat.ask('DELETE', '/auth/profile/', undefined, zoe.access);
    assert.equal((await client.closed).code, 4001);
    await closeAll();
  });
});
