import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, test } from 'node:test';

import type { Server } from '../../../lib/Server.ts';
import { bearing, peerToken, tokensOnly } from '../../support/peerToken.ts';
import { ProtooClient } from '../../../tools/fixtures/ProtooClient.ts';
import { startServer } from '../../../tools/fixtures/server.ts';

describe('messages', () => {
  let server: Server;
  let rooms = 0;
  let alice: ProtooClient;
  let bob: ProtooClient;
  let carol: ProtooClient;

  before(async () => {
    server = await startServer();
  });

  after(() => server.close());

  beforeEach(async () => {
    rooms += 1;
    const join = async (peerId: string): Promise<ProtooClient> => {
      const room = `room-${rooms}`;
      const { client } = await ProtooClient.join(server.url, room, peerId);
      return client;
    };
    alice = await join('alice');
    bob = await join('bob');
    carol = await join('carol');
  });

  /** The messages of all clients, once no more are in flight. */
  async function received(): Promise<unknown[][]> {
    return Promise.all(
      [alice, bob, carol].map(async (client) => {
        await client.request('getRouterRtpCapabilities');
        await client.close();
        return client.notifications
          .filter(({ method }) => method === 'message')
          .map(({ data }) => data);
      }),
    );
  }

  test('without a recipient go to all other members', async () => {
    const data = { text: 'Zoë 🦊', '': [1.5, null, false, {}] };
    assert.deepEqual(await alice.request('sendMessage', { data }), {});
    const message = { from: 'alice', data };
    assert.deepEqual(await received(), [[], [message], [message]]);
  });

  test('go once to each named recipient, in the order of sending', async () => {
    for (const data of [1, 'two', null, false, [3]]) {
      await alice.request('sendMessage', { to: ['carol', 'carol'], data });
    }
    await carol.request('sendMessage', { to: ['alice', 'carol'], data: 0 });
    const toCarol = [1, 'two', null, false, [3]].map((data) => ({
      from: 'alice',
      data,
    }));
    const carols = { from: 'carol', data: 0 };
    assert.deepEqual(await received(), [[carols], [], [...toCarol, carols]]);
  });

  test('reach no one if a named recipient is missing', async () => {
    await assert.rejects(
      alice.request('sendMessage', { to: ['bob', 'dave'], data: 'hi' }),
      {
        code: 404,
        message:
          'to: there is no peer "dave" in this room; the message was not sent',
      },
    );
    assert.deepEqual(await received(), [[], [], []]);
  });

  test('stay in their room', async () => {
    const { client: dave } = await ProtooClient.join(
      server.url,
      'elsewhere',
      'dave',
    );
    await assert.rejects(
      dave.request('sendMessage', { to: ['bob'], data: 'hi' }),
      { code: 404 },
    );
    await dave.request('sendMessage', { data: 'hi' });
    await dave.close();
    assert.deepEqual(await received(), [[], [], []]);
  });

  test('are refused if they are too long, too deep, missing, or have too many recipients', async () => {
    const longest = 'é'.repeat(16_382 / 2);
    await alice.request('sendMessage', { to: ['bob'], data: longest });
    const deepest = '['.repeat(16) + ']'.repeat(16);
    const deep = JSON.parse(deepest) as unknown;
    await alice.request('sendMessage', { to: ['bob'], data: deep });
    const everybody = Array.from({ length: 100 }, () => 'bob');
    await alice.request('sendMessage', { to: everybody, data: 1 });
    for (const [data, message] of [
      [
        { data: `${longest}!` },
        /^data\.data: expected at most 16384 bytes of JSON, got "éé/,
      ],
      [
        { data: [deep] },
        'data.data: expected objects and lists nested at most 16 deep, got a list of 1',
      ],
      [{}, 'data.data: expected any JSON, got nothing'],
      [
        { to: [], data: 1 },
        'data.to: expected a size of at least 1, got a list of 0',
      ],
      [
        { to: [...everybody, 'bob'], data: 1 },
        'data.to: expected a size of at most 100, got a list of 101',
      ],
      [{ to: 'bob', data: 1 }, 'data.to: expected array, got "bob"'],
    ] as const) {
      await assert.rejects(alice.request('sendMessage', data), {
        code: 400,
        message,
      });
    }
    const toBob = [longest, deep, 1].map((data) => ({ from: 'alice', data }));
    assert.deepEqual(await received(), [[], toBob, []]);
  });

  test('need the permission to send data, and none to receive', async () => {
    const guarded = await startServer(tokensOnly);
    const enter = async (peerId: string, data: boolean) => {
      const token = peerToken(peerId, { grants: { data } });
      const client = await ProtooClient.connect(
        guarded.url,
        'room',
        peerId,
        bearing(token),
      );
      await client.request('joinRoom', { roomId: 'room', peerId });
      return client;
    };
    const speaker = await enter('speaker', true);
    const listener = await enter('listener', false);
    await assert.rejects(listener.request('sendMessage', { data: 'hi' }), {
      code: 403,
      message: 'permissions: expected chat, which the client does not have',
    });
    await speaker.request('sendMessage', { data: 'hi' });
    assert.deepEqual(await listener.notified('message'), {
      from: 'speaker',
      data: 'hi',
    });
    await Promise.all([speaker.close(), listener.close()]);
    await guarded.close();
  });
});
