import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { after, afterEach, before, describe, test } from 'node:test';

import { Redis } from 'ioredis';

import { keysOf } from '../../lib/cluster/claims.ts';
import { nameOf } from '../../lib/cluster/NodeAddress.ts';
import { ProtooClient } from '../../tools/fixtures/ProtooClient.ts';
import { rtpCapabilities } from '../../tools/fixtures/rtp.ts';
import { noPostgres } from '../support/PostgresCluster.ts';
import { receive, sendAudio } from '../support/protooMembers.ts';
import { noRedis } from '../support/RedisServer.ts';
import { until } from '../support/until.ts';
import type { ClusterNode } from './ClusterNodes.ts';
import { ClusterNodes } from './ClusterNodes.ts';
import { REPORT } from './report.ts';

/** More than the CPU of an idle node ever is. */
const BUSY_LOAD = 3;

/** The address of a proxy that is trusted. */
const PROXY = '127.0.0.9';

const REGION_HEADER = 'X-Client-Region';

/** The clients of the test that runs. */
const members: ProtooClient[] = [];

let rooms = 0;

/** Opens a new room through a node. */
async function openedBy(
  url: string | URL,
  options?: Parameters<typeof ProtooClient.connect>[3],
): Promise<string> {
  rooms += 1;
  const roomId = `room-${rooms}`;
  const client = await ProtooClient.connect(
    String(url),
    roomId,
    'first',
    options,
  );
  members.push(client);
  await client.request('joinRoom', { roomId, peerId: 'first' });
  return roomId;
}

/** Gives a node a load: a room with a number of consumers, of which one is its all. */
async function load(
  node: ClusterNode,
  roomId: string,
  consumers: number,
): Promise<void> {
  const join = async (peerId: string): Promise<ProtooClient> => {
    const { client } = await ProtooClient.join(node.url, roomId, peerId, {
      rtpCapabilities,
    });
    members.push(client);
    return client;
  };
  const sender = await join('sender');
  const { producerId } = await sendAudio(sender);
  for (let receiver = 0; receiver < consumers; receiver += 1) {
    await receive(await join(`receiver-${receiver}`), producerId);
  }
}

describe('new rooms of a cluster', { skip: noRedis || noPostgres }, () => {
  let cluster: ClusterNodes;
  let ada: ClusterNode;
  let bob: ClusterNode;
  let eve: ClusterNode;

  before(async () => {
    cluster = await ClusterNodes.start(3, {
      cluster: { busyLoad: BUSY_LOAD, consumersPerWorker: 1 },
    });
    [ada, bob, eve] = cluster.nodes as [ClusterNode, ClusterNode, ClusterNode];
    await ada.opensRooms();
  });

  after(() => cluster[Symbol.asyncDispose]());

  afterEach(async () => {
    await Promise.all(members.splice(0).map((member) => member.close()));
    await until('all rooms have closed', async () => {
      const counts = await roomsOf(cluster.nodes);
      return counts.every((count) => count === 0);
    });
  });

  /** Opens rooms through a node until one is open at another. */
  async function opensAt(
    home: ClusterNode,
    url: string | URL,
    options?: Parameters<typeof ProtooClient.connect>[3],
  ): Promise<string> {
    const before = await home.rooms();
    return until('a room opens at the other node', async () => {
      const roomId = await openedBy(url, options);
      return (await home.rooms()) > before && roomId;
    });
  }

  test('open at the node that their first client reaches', async () => {
    await openedBy(bob.url);
    assert.deepEqual(await roomsOf([ada, bob, eve]), [0, 1, 0]);
    await openedBy(eve.url);
    assert.deepEqual(await roomsOf([ada, bob, eve]), [0, 1, 1]);
  });

  test('open at a node that is less loaded than that', async () => {
    await load(ada, 'busy', BUSY_LOAD + 1);
    await load(bob, 'busier', 3 * BUSY_LOAD);
    const roomId = await opensAt(eve, ada.url);
    const { client, reply } = await ProtooClient.join(bob.url, roomId, 'other');
    members.push(client);
    assert.deepEqual(
      reply.peers?.map(({ peerId }) => peerId),
      ['first'],
    );
    const atBob = await bob.rooms();
    await opensAt(eve, bob.url);
    assert.equal(await bob.rooms(), atBob);
    const atEve = await eve.rooms();
    await openedBy(eve.url);
    assert.equal(await eve.rooms(), atEve + 1);
  });

  test('open in the region of their first client', async () => {
    const dan = await cluster.add({
      cluster: { busyLoad: BUSY_LOAD, region: 'us' },
    });
    await dan.ready();
    await opensAt(dan, `${ada.url}?region=us`);
    const before = await dan.rooms();
    await openedBy(`${ada.url}?region=mars`);
    await openedBy(ada.url);
    assert.equal(await dan.rooms(), before);

    const gate = await cluster.add({
      access: { trustProxy: [PROXY], regionHeader: REGION_HEADER },
      auth: { allowOpen: true },
    });
    await gate.ready();
    const headers = { [REGION_HEADER]: 'us' };
    await opensAt(dan, gate.url, { headers, localAddress: PROXY });
    const atDan = await dan.rooms();
    // Others than the proxy are not believed, and the URL counts first.
    await openedBy(gate.url, { headers });
    await openedBy(`${gate.url}?region=mars`, {
      headers,
      localAddress: PROXY,
    });
    assert.equal(await dan.rooms(), atDan);
  });

  test('open at the node that is reached when the one that is chosen does not answer', async () => {
    // It takes connections, and answers none of them.
    const silent = createServer({ pauseOnConnect: true });
    silent.listen(0, '127.0.0.1');
    await once(silent, 'listening');
    const tried: Socket[] = [];
    silent.on('connection', (socket) => tried.push(socket));
    const { port } = silent.address() as AddressInfo;
    const name = nameOf({ id: 'silent', host: '127.0.0.1', port });
    const { nodes, reports } = keysOf('atrium');
    const direct = new Redis(cluster.redis.url);
    try {
      const report = JSON.stringify({ ...REPORT, region: 'asia' });
      await direct.hset(reports, name, report);
      const [seconds = 0] = await direct.time();
      await direct.zadd(nodes, (seconds + 600) * 1_000_000, name);
      await ada.server.says(/the node silent@.* is serving/);
      await openedBy(`${ada.url}?region=asia`);
      // Nodes try to open links to it as well.
      assert.ok(tried.length > 0);
      assert.equal(await ada.rooms(), 1);
    } finally {
      await direct.zrem(nodes, name);
      direct.disconnect();
      for (const socket of tried) {
        socket.destroy();
      }
      silent.close();
    }
  });
});

function roomsOf(nodes: readonly ClusterNode[]): Promise<number[]> {
  return Promise.all(nodes.map((node) => node.rooms()));
}
