import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';

import { Redis } from 'ioredis';

import { keysOf } from '../../lib/cluster/claims.ts';
import { ProtooClient, Refused } from '../../tools/fixtures/ProtooClient.ts';
import { MeetingClient } from '../gateways/meetings/MeetingClient.ts';
import { send } from '../support/http.ts';
import { JsonClient, withTokens } from '../support/JsonClient.ts';
import { noPostgres } from '../support/PostgresCluster.ts';
import { noRedis } from '../support/RedisServer.ts';
import { until } from '../support/until.ts';
import type { ClusterNode } from './ClusterNodes.ts';
import { ClusterNodes } from './ClusterNodes.ts';

describe('nodes that drain', { skip: noRedis || noPostgres }, () => {
  let cluster: ClusterNodes;
  let ada: ClusterNode;
  let bob: ClusterNode;

  before(async () => {
    cluster = await ClusterNodes.start(2, {
      ...withTokens,
      auth: { ...withTokens.auth, mode: 'open', allowOpen: true },
      shutdown: { drainTimeout: 60_000 },
    });
    [ada, bob] = cluster.nodes as [ClusterNode, ClusterNode];
    await ada.opensRooms();
  });

  after(() => cluster[Symbol.asyncDispose]());

  /** Assigns a room to a node, for as long as that does not give it up. */
  async function assign(node: ClusterNode, roomId: string): Promise<void> {
    const direct = new Redis(cluster.redis.url);
    const { nodes, room } = keysOf('atrium');
    const names = await direct.zrange(nodes, '0', '-1');
    const name = names.find((it) => it.endsWith(`|${node.port}`));
    assert.ok(name);
    await direct.set(room(roomId), `0 ${name}`);
    direct.disconnect();
  }

  test('become the home of no session, and move no rooms to each other', async () => {
    // A room that no other node can open keeps the node from stopping.
    const keeper = await JsonClient.as(bob.url, 'keeper');
    const { roomId } = await keeper.request('createRoom', { name: 'a room' });
    await keeper.request('joinRoom', { roomId, displayName: 'keeper' });
    const { body } = await send(
      ada.url,
      '/session',
      JSON.stringify({ title: 'One' }),
      { method: 'POST', headers: { 'Content-Type': 'application/json' } },
    );
    const { socket: session } = JSON.parse(body) as { socket: string };
    const early = new MeetingClient(new URL(`ws/${session}`, bob.url));
    await early.opened();
    const bobEnds = bob.server.end('SIGTERM');
    await bob.server.says(/drains for at most/);
    early.send({ type: 'connect', peerId: 'early' });
    assert.equal((await early.at(0))['code'], 'SHUTTING_DOWN');
    assert.equal((await early.closed).code, 1012);

    // A room that it was assigned a moment before, it gives up when a client comes.
    await assign(bob, 'assigned');
    await assert.rejects(
      ProtooClient.join(ada.url, 'assigned', 'first'),
      (error) => {
        assert.ok(error instanceof Refused, String(error));
        assert.equal(error.errorName, 'SHUTTING_DOWN');
        return true;
      },
    );
    const again = await ProtooClient.join(ada.url, 'assigned', 'first');
    assert.equal(await ada.rooms(), 1);
    await again.client.close();
    await until('the room has closed', async () => (await ada.rooms()) === 0);

    // Those that come anew are passed on to a node that takes them.
    const late = new MeetingClient(new URL(`ws/${session}`, bob.url));
    await late.opened();
    late.send({ type: 'connect', peerId: 'late' });
    assert.equal((await late.at(0))['type'], 'connected');
    await late.close();
    const { client } = await ProtooClient.join(bob.url, 'stays', 'first');
    assert.deepEqual([await ada.rooms(), await bob.rooms()], [1, 1]);
    await ada.server.says(/is draining/);
    const adaEnds = ada.server.end('SIGTERM');
    await ada.server.says(/drains for at most/);
    const other = await JsonClient.as(ada.url, 'other');
    await assert.rejects(other.request('createRoom', { name: 'late' }));
    await client.request('sendMessage', { data: 'still here' });
    assert.equal(await ada.rooms(), 1);

    // They move once there is a node that opens rooms.
    const eve = await cluster.add();
    assert.equal((await client.closed).code, 1012);
    await until('the room is open at the new node', async () => {
      try {
        const moved = await ProtooClient.join(eve.url, 'stays', 'first');
        await moved.client.close();
        return true;
      } catch (error) {
        assert.ok(error instanceof Refused && error.code === 503);
        return false;
      }
    });
    assert.equal(await adaEnds, 0);
    await keeper.request('leaveRoom', { roomId });
    await keeper.close();
    assert.equal(await bobEnds, 0);
  });
});
