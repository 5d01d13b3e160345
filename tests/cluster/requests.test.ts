import assert from 'node:assert/strict';
import { after, afterEach, before, describe, test } from 'node:test';

import { ProtooClient } from '../../tools/fixtures/ProtooClient.ts';
import { apiKey, rootKey } from '../support/apiKeys.ts';
import { MeetingClient } from '../gateways/meetings/MeetingClient.ts';
import { send } from '../support/http.ts';
import { userToken, withTokens } from '../support/JsonClient.ts';
import { noPostgres } from '../support/PostgresCluster.ts';
import { noRedis } from '../support/RedisServer.ts';
import { until } from '../support/until.ts';
import type { ClusterNode } from './ClusterNodes.ts';
import { ClusterNodes } from './ClusterNodes.ts';

const reader = apiKey('reader', 'rooms:read');

const API = '/api/server/v1';

/** The clients of the test that runs. */
const members: ProtooClient[] = [];

/** Joins a room through a node. */
async function joined(node: ClusterNode, roomId: string, peerId: string) {
  const { client } = await ProtooClient.join(node.url, roomId, peerId);
  members.push(client);
  return client;
}

/** Sends a request to a node, by default with the right to everything. */
async function ask(
  node: ClusterNode,
  method: string,
  path: string,
  body?: object,
  headers: Record<string, string> = rootKey.headers,
) {
  const text = body && JSON.stringify(body);
  const type = { 'Content-Type': 'application/json' };
  const reply = await send(node.url, path, text, {
    method,
    headers: body === undefined ? headers : { ...headers, ...type },
  });
  const { status } = reply;
  const json: unknown = reply.body === '' ? undefined : JSON.parse(reply.body);
  // Tests assert the type of the fields that they read.
  // oxlint-disable-next-line typescript/no-explicit-any
  return { status, headers: reply.headers, body: json as Record<string, any> };
}

describe('requests to a cluster', { skip: noRedis || noPostgres }, () => {
  let cluster: ClusterNodes;
  let ada: ClusterNode;
  let bob: ClusterNode;

  before(async () => {
    cluster = await ClusterNodes.start(2, {
      auth: {
        ...withTokens.auth,
        apiKeys: [rootKey.entry, reader.entry],
      },
    });
    [ada, bob] = cluster.nodes as [ClusterNode, ClusterNode];
    await ada.opensRooms();
  });

  after(() => cluster[Symbol.asyncDispose]());

  afterEach(async () => {
    await Promise.all(members.splice(0).map((member) => member.close()));
  });

  test('show and change a room at another node', async () => {
    const first = await joined(ada, 'garden', 'first');
    const shown = await ask(bob, 'GET', `${API}/rooms/garden`);
    assert.equal(shown.status, 200);
    assert.deepEqual([shown.body['open'], shown.body['peers']], [true, 1]);
    const etag = String(shown.headers.etag);
    const changed = await ask(
      bob,
      'PATCH',
      `${API}/rooms/garden`,
      { metadata: { topic: 'roses' } },
      { ...rootKey.headers, 'If-Match': etag },
    );
    assert.equal(changed.status, 200);
    await first.notified('roomUpdated');
    const stale = await ask(
      bob,
      'PATCH',
      `${API}/rooms/garden`,
      { locked: true },
      { ...rootKey.headers, 'If-Match': etag },
    );
    assert.equal(stale.status, 412);
    const invalid = await ask(bob, 'PATCH', `${API}/rooms/garden`, {
      maxPeers: 'many',
    });
    assert.equal(invalid.status, 400);
    assert.match(invalid.body['error'].message, /^body\.maxPeers/);
  });

  test('act on peers at another node, and send them data', async () => {
    const first = await joined(ada, 'yard', 'first');
    const peers = await ask(bob, 'GET', `${API}/rooms/yard/peers`);
    assert.equal(peers.body['items'][0].peerId, 'first');
    const sent = await ask(bob, 'POST', `${API}/rooms/yard/data`, {
      data: 'of a backend',
    });
    assert.equal(sent.status, 204);
    await first.notified('serverMessage');
    const removed = await ask(bob, 'DELETE', `${API}/rooms/yard/peers/first`);
    assert.equal(removed.status, 204);
    assert.equal((await first.closed).code, 4000);
  });

  test('are refused where they come, without the right to them', async () => {
    const first = await joined(ada, 'fence', 'first');
    const refused = await ask(
      bob,
      'POST',
      `${API}/rooms/fence/close`,
      undefined,
      reader.headers,
    );
    assert.equal(refused.status, 403);
    const closed = await ask(bob, 'POST', `${API}/rooms/fence/close`);
    assert.equal(closed.status, 204);
    await first.closed;
  });

  test('create a lasting room that is known at all nodes', async () => {
    const created = await ask(bob, 'POST', `${API}/rooms`, {
      roomId: 'lasting',
      maxPeers: 1,
    });
    assert.equal(created.status, 201);
    await joined(ada, 'lasting', 'first');
    await assert.rejects(ProtooClient.join(bob.url, 'lasting', 'second'), {
      errorName: 'ROOM_FULL',
    });
    assert.equal(
      (await ask(bob, 'DELETE', `${API}/rooms/lasting`)).status,
      204,
    );
    const [first] = members;
    assert.equal((await first?.closed)?.code, 4000);
    const gone = await ask(ada, 'GET', `${API}/rooms/lasting`);
    assert.equal(gone.status, 404);
  });

  test('end a session at another node', async () => {
    const own = { Authorization: `Bearer ${userToken('host')}` };
    const { body } = await ask(bob, 'POST', '/session', { title: 'S' }, own);
    const session = String(body['socket']);
    const client = new MeetingClient(new URL(`ws/${session}`, ada.url));
    await client.opened();
    client.send({ type: 'connect', peerId: 'guest' });
    await client.at(0);
    const ended = await ask(
      bob,
      'DELETE',
      `/session/${session}`,
      undefined,
      own,
    );
    assert.equal(ended.status, 204);
    assert.equal((await client.closed).code, 4004);
  });

  test('find the room of a node that has died closed', async () => {
    await joined(ada, 'death', 'first');
    await ada.server.end('SIGKILL');
    await until('the room is free', async () => {
      const reply = await ask(bob, 'GET', `${API}/rooms/death`);
      const code: unknown = reply.body['error'].code;
      assert.match(String(code), /^ROOM_(?:UNREACHABLE|NOT_FOUND)$/);
      return code === 'ROOM_NOT_FOUND';
    });
  });
});
