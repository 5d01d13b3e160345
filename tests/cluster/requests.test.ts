import assert from 'node:assert/strict';
import { after, afterEach, before, describe, test } from 'node:test';
import { isDeepStrictEqual } from 'node:util';

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
/** A key that a node may be started without. */
const operator = apiKey('operator', 'nodes:read');

const API = '/api/server/v1';

/** A node in the list of all. */
type Entry = Record<'nodeId' | 'address' | 'url' | 'state', string>;

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
        apiKeys: [rootKey.entry, reader.entry, operator.entry],
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

  test('list all nodes at each of them, with their rooms', async () => {
    await joined(ada, 'listed', 'first');
    const nodes = [ada, bob].toSorted((one, other) => one.port - other.port);
    for (const asked of nodes) {
      await until('the node knows of the room', async () => {
        const { status, body } = await ask(asked, 'GET', `${API}/nodes`);
        assert.equal(status, 200);
        const listed = body['items'].map(
          ({ nodeId, address, url, state }: Entry) => [
            nodeId,
            address,
            url,
            state,
          ],
        );
        const expected = nodes.map(({ id, port, url }) => [
          id,
          `127.0.0.1:${port}`,
          url,
          'serving',
        ]);
        const ofAda = body['items'].find(
          ({ nodeId }: Entry) => nodeId === ada.id,
        );
        return (
          isDeepStrictEqual(listed, expected) &&
          ofAda.rooms === 1 &&
          ofAda.peers === 1
        );
      });
    }
  });

  test('show another node with its workers and its figures', async () => {
    const { status, body } = await ask(bob, 'GET', `${API}/nodes/${ada.id}`);
    assert.equal(status, 200);
    assert.deepEqual(
      [body['nodeId'], body['workers'][0].state],
      [ada.id, 'ready'],
    );
    const history = await ask(bob, 'GET', `${API}/nodes/${ada.id}/history`);
    assert.equal(history.status, 200);
    const self = await ask(bob, 'GET', `${API}/nodes/self`);
    assert.equal(self.body['nodeId'], bob.id);
    const unknown = await ask(bob, 'GET', `${API}/nodes/none`);
    assert.deepEqual(
      [unknown.status, unknown.body['error'].code],
      [404, 'NODE_NOT_FOUND'],
    );
    const refused = await ask(
      bob,
      'GET',
      `${API}/nodes/${ada.id}`,
      undefined,
      reader.headers,
    );
    assert.equal(refused.status, 403);
  });

  test('do not tell a client that its key is wrong because another node lacks it', async () => {
    const eve = await cluster.add({
      auth: { ...withTokens.auth, apiKeys: [rootKey.entry] },
    });
    const { status, body } = await until('bob knows of eve', async () => {
      const path = `${API}/nodes/${eve.id}`;
      const reply = await ask(bob, 'GET', path, undefined, operator.headers);
      return reply.status !== 404 && reply;
    });
    assert.deepEqual([status, body['error'].code], [502, 'NODE_DISAGREES']);
    await eve.server.end('SIGKILL');
  });

  test('drain another node, and find it gone', async () => {
    const eve = await cluster.add();
    await until('bob knows of eve', async () => {
      const { status } = await ask(bob, 'GET', `${API}/nodes/${eve.id}`);
      return status === 200;
    });
    const { status, body } = await ask(
      bob,
      'POST',
      `${API}/nodes/${eve.id}/drain`,
    );
    assert.deepEqual(
      [status, body['nodeId'], body['state']],
      [202, eve.id, 'draining'],
    );
    assert.deepEqual(await eve.server.exited, [0, null]);
    await until('bob knows that eve has left', async () => {
      const gone = await ask(bob, 'GET', `${API}/nodes/${eve.id}`);
      const code: unknown = gone.body['error']?.code;
      return code === 'NODE_NOT_FOUND';
    });
  });

  test('do not reach a node that hangs', async () => {
    const eve = await cluster.add();
    await until('bob knows of eve', async () => {
      const { status } = await ask(bob, 'GET', `${API}/nodes/${eve.id}`);
      return status === 200;
    });
    eve.server.child.kill('SIGSTOP');
    const { status, body } = await ask(bob, 'GET', `${API}/nodes/${eve.id}`);
    assert.deepEqual([status, body['error'].code], [503, 'NODE_UNREACHABLE']);
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
