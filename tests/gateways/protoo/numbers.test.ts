import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';

import type { RequestData } from '@atrium/protocol/protoo';
import type { Server } from '../../../lib/Server.ts';
import { ProtooClient } from '../../../tools/fixtures/ProtooClient.ts';
import { startServer } from '../../../tools/fixtures/server.ts';
import { joinTogether } from '../../support/protooMembers.ts';

/** The notifications of a client, by their numbers. */
function numbersOf({ frames }: ProtooClient): unknown[][] {
  return frames
    .filter(({ notification }) => notification === true)
    .map(({ seq, method }) => [seq, method]);
}

describe('the numbers of notifications', () => {
  let server: Server;
  let rooms = 0;

  before(async () => {
    server = await startServer();
  });

  after(() => server.close());

  /** Alice, who was told of Bob and of his message, and lost her connection. */
  async function interrupted() {
    rooms += 1;
    const room = `numbers-${rooms}`;
    const { client: alice, reply } = await ProtooClient.join(
      server.url,
      room,
      'alice',
    );
    const { client: bob } = await ProtooClient.join(server.url, room, 'bob');
    await bob.request('sendMessage', { data: 'one' });
    await alice.notified('message');
    alice.socket.terminate();
    await alice.closed;
    await bob.request('sendMessage', { data: 'two' });
    const { resumeToken = assert.fail() } = reply;
    const back = (
      last: Pick<RequestData<'joinRoom'>, 'after' | 'received'>,
      token = resumeToken,
    ) =>
      ProtooClient.join(server.url, room, 'alice', {
        resumeToken: token,
        ...last,
      });
    return { alice, bob, back, resumeToken };
  }

  test('begin at 1 and go on over all connections of a stay', async () => {
    const { alice, bob, back } = await interrupted();
    assert.deepEqual(numbersOf(alice), [
      [1, 'peerJoined'],
      [2, 'message'],
    ]);
    const { client } = await back({ after: 2 });
    await client.notified('message');
    await bob.close();
    await client.notified('peerLeft');
    assert.deepEqual(numbersOf(client), [
      [3, 'message'],
      [4, 'peerLeft'],
    ]);
    await client.close();
  });

  test('are repeated from the one after the last that was seen, or from the first', async () => {
    const { bob, back, resumeToken } = await interrupted();
    const { client: first, reply } = await back({ after: 1 });
    await first.notified('message', (message) => message['data'] === 'two');
    assert.deepEqual(numbersOf(first), [
      [2, 'message'],
      [3, 'message'],
    ]);
    await assert.rejects(back({ after: 0 }, reply.resumeToken), {
      code: 403,
    });
    await assert.rejects(back({ after: 4 }, resumeToken), { code: 403 });
    await Promise.all([bob.close(), first.close()]);
  });

  test('count from 0 for a client that has seen none', async () => {
    const { bob, back } = await interrupted();
    const { client } = await back({ after: 0 });
    await client.notified('message', (message) => message['data'] === 'two');
    assert.deepEqual(
      numbersOf(client).map(([seq]) => seq),
      [1, 2, 3],
    );
    await Promise.all([bob.close(), client.close()]);
  });

  test('count instead of the number received where both are sent', async () => {
    const { bob, back } = await interrupted();
    const { client, reply } = await back({ after: 2, received: 99 });
    assert.equal(reply.resumed, true);
    await Promise.all([bob.close(), client.close()]);
  });

  test('begin at 1 again with another stay', async () => {
    const { bob, back, alice } = await interrupted();
    const { client } = await back({ after: 2 });
    await client.request('leaveRoom');
    await client.request('joinRoom', {
      roomId: alice.roomId,
      peerId: 'alice',
    });
    await bob.request('sendMessage', { data: 'three' });
    await client.notified('message', (message) => message['data'] === 'three');
    assert.deepEqual(numbersOf(client).at(-1), [1, 'message']);
    await Promise.all([bob.close(), client.close()]);
  });

  test('are the same for all members of a room only where the stays are', async () => {
    const { ada, bob, eve } = await joinTogether(server, 'ada', 'bob', 'eve');
    await eve.request('sendMessage', { data: 'to all' });
    await Promise.all([ada.notified('message'), bob.notified('message')]);
    assert.deepEqual(numbersOf(ada).at(-1), [3, 'message']);
    assert.deepEqual(numbersOf(bob).at(-1), [2, 'message']);
    await Promise.all([ada, bob, eve].map((it) => it.close()));
  });
});

describe('a resume whose reply is lost', () => {
  let server: Server;

  before(async () => {
    server = await startServer();
  });

  after(() => server.close());

  test('can be tried again with the same token, until the client has used the connection', async () => {
    const { client: alice, reply } = await ProtooClient.join(
      server.url,
      'lost',
      'alice',
    );
    const { resumeToken: token = assert.fail() } = reply;
    const { transportId } = await alice.request('createWebRtcTransport', {
      direction: 'send',
    });
    const join = async (resumeToken: string) =>
      ProtooClient.join(server.url, 'lost', 'alice', { resumeToken, after: 0 });
    const cut = async ({ socket, closed }: ProtooClient): Promise<void> => {
      socket.terminate();
      await closed;
    };
    await cut(alice);
    const lost = await join(token);
    await cut(lost.client);
    const again = await join(token);
    assert.equal(again.reply.resumed, true);
    assert.deepEqual(again.reply.transportIds, [transportId]);
    assert.equal(again.reply.resumeToken, lost.reply.resumeToken);
    await again.client.request('ping');
    await cut(again.client);
    await assert.rejects(join(token), { code: 403 });
    const { client, reply: last } = await join(
      again.reply.resumeToken ?? assert.fail(),
    );
    assert.equal(last.resumed, true);
    await client.close();
  });
});
