import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { after, afterEach, before, describe, test } from 'node:test';

import { WebSocket } from 'ws';

import { connectToNode } from '../../lib/cluster/connectToNode.ts';
import {
  CLIENT_HEADER,
  nodeKey,
  SESSION_HEADER,
} from '../../lib/cluster/nodeTls.ts';
import { JsonClient, userToken, withTokens } from '../support/JsonClient.ts';
import { noPostgres } from '../support/PostgresCluster.ts';
import { noRedis } from '../support/RedisServer.ts';
import { until } from '../support/until.ts';
import type { ClusterNode } from './ClusterNodes.ts';
import { ClusterNodes, SECRET } from './ClusterNodes.ts';

/** The clients of the test that runs. */
const clients: JsonClient[] = [];

function kept(client: JsonClient): JsonClient {
  clients.push(client);
  return client;
}

/** Creates a room at a node, with one member. */
async function roomAt(node: ClusterNode, userId: string) {
  const first = kept(await JsonClient.as(node.url, userId));
  const { roomId } = await until('a room is open', async () => {
    try {
      return await first.request('createRoom', { name: 'a room' });
    } catch (error) {
      // Redis may be slow on a busy machine.
      assert.match(String(error), /try again later/);
      return undefined;
    }
  });
  await first.request('joinRoom', { roomId, displayName: userId });
  return { first, roomId };
}

describe('the JSON API of a cluster', { skip: noRedis || noPostgres }, () => {
  let cluster: ClusterNodes;
  let ada: ClusterNode;
  let bob: ClusterNode;

  before(async () => {
    cluster = await ClusterNodes.start(2, withTokens);
    [ada, bob] = cluster.nodes as [ClusterNode, ClusterNode];
    await ada.opensRooms();
  });

  after(() => cluster[Symbol.asyncDispose]());

  afterEach(async () => {
    await Promise.all(clients.splice(0).map((client) => client.close()));
  });

  test('hands a client over to the node that has its room', async () => {
    const { first, roomId } = await roomAt(ada, 'first');
    const second = kept(await JsonClient.as(bob.url, 'second'));
    const [, { participants }] = await Promise.all([
      second.request('getRouterRtpCapabilities', { roomId }),
      second.request('joinRoom', { roomId, displayName: 'second' }),
    ]);
    assert.deepEqual(
      participants.map(({ id }) => id),
      [first.participantId],
    );
    const { data } = await first.received('participantJoined');
    assert.equal(data.participant.id, second.participantId);
    assert.equal(second.messages.filter(isGreeting).length, 1);
    assert.equal(await bob.rooms(), 0);

    await second.request('createWebRtcTransport', {
      roomId,
      direction: 'send',
    });
    await second.request('leaveRoom', { roomId });
    assert.equal(
      (await first.notified('participantLeft'))['participantId'],
      second.participantId,
    );
    await second.request('joinRoom', { roomId, displayName: 'again' });
    await second.close();
    await first.received(
      'participantLeft',
      () => first.messages.filter(isDeparture).length === 2,
    );
  });

  test('hands over what a client sends at once, in its order', async () => {
    const { roomId } = await roomAt(ada, 'first');
    const second = kept(await JsonClient.connect(bob.url));
    const requests = [
      { type: 'authenticate', data: { token: userToken('second') } },
      { type: 'createRoom', data: { name: 'at bob' } },
      { type: 'joinRoom', data: { roomId, displayName: 'second' } },
      { type: 'leaveRoom', data: { roomId } },
      { type: 'joinRoom', data: { roomId, displayName: 'second' } },
      { type: 'createWebRtcTransport', data: { roomId, direction: 'recv' } },
    ];
    for (const [index, request] of requests.entries()) {
      second.send({ ...request, requestId: String(index) });
    }
    await second.received('createWebRtcTransportResponse');
    assert.deepEqual(
      second.messages.map(({ type, requestId }) => [type, requestId]),
      [
        ['connected', '0'],
        ['createRoomResponse', '1'],
        ['joinRoomResponse', '2'],
        ['leaveRoomResponse', '3'],
        ['joinRoomResponse', '4'],
        ['createWebRtcTransportResponse', '5'],
      ],
    );
  });

  test('opens a new room in the region of the client that creates it', async () => {
    const url = `${ada.url}?region=us`;
    const early = kept(await JsonClient.as(url, 'early'));
    await early.request('createRoom', { name: 'before' });
    const dan = await cluster.add({ cluster: { region: 'us' } });
    await dan.ready();
    const first = await until('a room opens in the region', async () => {
      const client = kept(await JsonClient.as(url, 'first'));
      await client.request('createRoom', { name: 'of the region' });
      return (await dan.rooms()) === 1 && client;
    });
    const { roomId } = await first.request('createRoom', { name: 'another' });
    assert.equal(await dan.rooms(), 2);
    await first.request('joinRoom', { roomId, displayName: 'first' });
    const second = kept(await JsonClient.as(bob.url, 'second'));
    const { participants } = await second.request('joinRoom', {
      roomId,
      displayName: 'second',
    });
    assert.deepEqual(
      participants.map(({ id }) => id),
      [first.participantId],
    );
    // A client that has opened a room here keeps the way to it.
    await early.request('createRoom', { name: 'after' });
    assert.equal(await dan.rooms(), 2);
    await dan.server.end('SIGKILL');
  });

  test('moves no client for a request that is refused', async () => {
    const url = `${ada.url}?region=asia`;
    const strict = kept(await JsonClient.as(url, 'strict'));
    const limited = kept(
      await JsonClient.connect(url, {
        header: userToken('limited', {
          sub: 'limited',
          meeting: 'one',
          room: 'session-one',
        }),
      }),
    );
    await limited.received('connected');
    const dan = await cluster.add({ cluster: { region: 'asia' } });
    await until('a room opens in the region', async () => {
      const client = kept(await JsonClient.as(url, 'first'));
      await client.request('createRoom', { name: 'of the region' });
      return (await dan.rooms()) === 1;
    });
    await assert.rejects(
      strict.request('createRoom', { name: 'none', maxParticipants: 0 }),
      { error: 'VALIDATION_ERROR' },
    );
    await assert.rejects(limited.request('createRoom', { name: 'none' }), {
      error: 'AUTH_TOKEN_INVALID',
    });
    await dan.server.end('SIGKILL');
    // Those that are at that node lose their connections.
    const { roomId } = await strict.request('createRoom', { name: 'at ada' });
    await strict.request('joinRoom', { roomId, displayName: 'strict' });
    assert.equal(limited.socket.readyState, limited.socket.OPEN);
  });

  test('opens no further room at another node when the one that has the first is full', async () => {
    const eve = await cluster.add({ limits: { rooms: 1 } });
    await eve.ready();
    const first = kept(await JsonClient.as(eve.url, 'first'));
    const created = first.request('createRoom', { name: 'first' });
    const further = first.request('createRoom', { name: 'further' });
    const [{ roomId }] = await Promise.all([
      created,
      assert.rejects(further, { error: 'ROOM_FULL' }),
    ]);
    await first.request('joinRoom', { roomId, displayName: 'first' });
    assert.equal(await eve.rooms(), 1);

    const facts = { token: userToken('second'), connectionId: 'second' };
    assert.equal(await statusAt(eve, facts), 101);
    assert.equal(await statusAt(eve, { ...facts, opensRoom: true }), 503);
    await eve.server.end('SIGKILL');
  });

  test('opens a new room at another node where the one that is reached drains', async () => {
    const eve = await cluster.add();
    await eve.ready();
    const { first } = await roomAt(eve, 'first');
    const ended = eve.server.end('SIGTERM');
    await eve.server.says(/drains for at most/);
    const before = (await ada.rooms()) + (await bob.rooms());
    const second = kept(await JsonClient.as(eve.url, 'second'));
    const { roomId } = await second.request('createRoom', { name: 'moved' });
    await second.request('joinRoom', { roomId, displayName: 'second' });
    assert.equal((await ada.rooms()) + (await bob.rooms()), before + 1);
    await first.close();
    assert.equal(await ended, 0);
    assert.equal((await second.closed).code, 1012);
  });

  test('serves a client here whose room is nowhere, or whose token is missing', async () => {
    const { roomId } = await roomAt(ada, 'first');
    const stranger = kept(await JsonClient.connect(bob.url));
    await assert.rejects(
      stranger.request('joinRoom', { roomId, displayName: 'stranger' }),
      { error: 'AUTH_TOKEN_MISSING' },
    );
    const second = kept(await JsonClient.as(bob.url, 'second'));
    const nowhere = second.request('joinRoom', {
      roomId: 'nowhere',
      displayName: 'second',
    });
    const created = second.request('createRoom', { name: 'at bob' });
    await assert.rejects(nowhere, { error: 'ROOM_NOT_FOUND' });
    const { roomId: own } = await created;
    await second.request('joinRoom', { roomId: own, displayName: 'second' });
  });

  test('counts a client by its own address, and believes it nothing that nodes say', async () => {
    const { roomId, first } = await roomAt(ada, 'first');
    const second = await JsonClient.connect(
      bob.url,
      {},
      {
        localAddress: '127.0.0.9',
        headers: {
          Authorization: `Bearer ${userToken('visitor')}`,
          [CLIENT_HEADER]: '{"address":"192.0.2.1","secure":true}',
          [SESSION_HEADER]: encodeURIComponent(
            JSON.stringify({
              token: userToken('first'),
              connectionId: first.participantId,
            }),
          ),
        },
      },
    );
    await second.received('connected');
    await second.request('joinRoom', { roomId, displayName: 'second' });
    await second.close();
    const { groups } = await ada.server.says(
      /connection closed(?<line>.*user=visitor.*)/,
    );
    assert.match(groups?.['line'] ?? '', /network=127\.0\.0\.9\b/);
    const { data } = await first.received('participantJoined');
    assert.equal(data.participant.id, second.participantId);
  });

  test('tells a client to come back that goes on to a room at a third node', async () => {
    const { roomId } = await roomAt(ada, 'first');
    const { roomId: other } = await roomAt(bob, 'other');
    const second = kept(await JsonClient.as(bob.url, 'second'));
    await second.request('joinRoom', { roomId, displayName: 'second' });
    await second.request('leaveRoom', { roomId });
    const again = second.request('joinRoom', {
      roomId: other,
      displayName: 'second',
    });
    await assert.rejects(again, /closed before the answer: 1012/);
    const anew = kept(await JsonClient.as(ada.url, 'second'));
    await anew.request('joinRoom', { roomId: other, displayName: 'second' });
  });

  test('tells a client to come back that has created a room at another node', async () => {
    const url = `${ada.url}?region=africa`;
    const { roomId } = await roomAt(ada, 'first');
    const dan = await cluster.add({ cluster: { region: 'africa' } });
    const second = await until('a room opens in the region', async () => {
      const client = kept(await JsonClient.as(url, 'second'));
      await client.request('createRoom', { name: 'of the region' });
      return (await dan.rooms()) === 1 && client;
    });
    const joined = second.request('joinRoom', {
      roomId,
      displayName: 'second',
    });
    await assert.rejects(joined, /closed before the answer: 1012/);
    await dan.server.end('SIGKILL');
  });

  test('ends with the node that serves a client, whose room is free then', async () => {
    const { roomId } = await roomAt(ada, 'first');
    const second = kept(await JsonClient.as(bob.url, 'second'));
    await second.request('joinRoom', { roomId, displayName: 'second' });
    await ada.server.end('SIGKILL');
    assert.equal((await second.closed).code, 1006);
    await until('the room is free', async () => {
      const third = kept(await JsonClient.as(bob.url, 'third'));
      const { error, message } = await refusalOf(third, roomId);
      if (error === 'ROOM_NOT_FOUND') {
        return true;
      }
      assert.match(message, /does not answer|is at another node/);
      return false;
    });
    const fourth = kept(await JsonClient.as(bob.url, 'fourth'));
    await fourth.request('createRoom', { name: 'at bob' });
  });

  test('leaves a room that a client has created open while its node drains', async () => {
    const eve = await cluster.add();
    await eve.ready();
    const { first, roomId } = await roomAt(eve, 'first');
    const ended = eve.server.end('SIGTERM');
    await eve.server.says(/drains for at most/);
    // No client could open it again at another node.
    await first.request('createWebRtcTransport', { roomId, direction: 'send' });
    await first.request('leaveRoom', { roomId });
    assert.equal(await ended, 0);
  });

  test('closes the connections of its clients at other nodes when it stops', async () => {
    const eve = await cluster.add();
    await eve.ready();
    const { first, roomId } = await roomAt(bob, 'first');
    const second = kept(await JsonClient.as(eve.url, 'second'));
    await second.request('joinRoom', { roomId, displayName: 'second' });
    assert.equal(await eve.server.end('SIGTERM'), 0);
    assert.equal((await second.closed).code, 1012);
    await first.notified('participantLeft');
  });
});

/** The status with which a node answers another one that hands a client over. */
async function statusAt(node: ClusterNode, facts: object): Promise<number> {
  const stream = await connectToNode(
    { id: node.id, host: '127.0.0.1', port: node.port },
    nodeKey(SECRET),
    5_000,
    new AbortController().signal,
  );
  const socket = new WebSocket('ws://node/ws', {
    createConnection: () => stream,
    headers: {
      [CLIENT_HEADER]: '{"address":"127.0.0.1","secure":true}',
      [SESSION_HEADER]: encodeURIComponent(JSON.stringify(facts)),
    },
  });
  const [{ statusCode }] = (await Promise.race([
    once(socket, 'upgrade'),
    once(socket, 'unexpected-response').then(([, response]) => [response]),
  ])) as [IncomingMessage];
  stream.destroy();
  return statusCode ?? 0;
}

/** The reason for which a client cannot join a room. */
async function refusalOf(
  client: JsonClient,
  roomId: string,
): Promise<{ error?: string; message: string }> {
  try {
    await client.request('joinRoom', { roomId, displayName: 'late' });
  } catch (error) {
    // Without an answer, the connection has been closed.
    assert.ok(error instanceof Error);
    return error;
  }
  throw new Error('expected a refusal');
}

function isGreeting({ type }: { type: string }): boolean {
  return type === 'connected' || type === 'authenticateResponse';
}

function isDeparture({ type }: { type: string }): boolean {
  return type === 'participantLeft';
}
