import assert from 'node:assert/strict';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { after, afterEach, before, describe, test } from 'node:test';
import { connect } from 'node:tls';

import { Redis } from 'ioredis';

import { keysOf } from '../../lib/cluster/claims.ts';
import {
  CLIENT_HEADER,
  IDENTITY,
  LINK_PROTOCOL,
  NODE_HEADER,
  NODE_TLS,
  nodeKey,
} from '../../lib/cluster/nodeTls.ts';
import { ProtooClient, Refused } from '../../tools/fixtures/ProtooClient.ts';
import {
  ConnectionClosed,
  HandshakeRefused,
} from '../../tools/fixtures/ProtooConnection.ts';
import { Random } from '../../tools/fixtures/Random.ts';
import { shakeHands } from '../support/handshake.ts';
import { get } from '../support/http.ts';
import { noPostgres } from '../support/PostgresCluster.ts';
import { noRedis } from '../support/RedisServer.ts';
import { chooseSeed } from '../support/seed.ts';
import { until } from '../support/until.ts';
import type { ClusterNode } from './ClusterNodes.ts';
import { ClusterNodes, SECRET } from './ClusterNodes.ts';
import { RandomProxy } from './RandomProxy.ts';

/** The clients of the test that runs. */
const members: ProtooClient[] = [];

/** The reasons for which they had to try again. */
const retries: string[] = [];

/** Joins at an address, as often as clients are told to try again. */
function joined(
  url: string,
  roomId: string,
  peerId: string,
): Promise<ProtooClient> {
  return until(`${peerId} is in ${roomId}`, async () => {
    try {
      const { client } = await ProtooClient.join(url, roomId, peerId);
      members.push(client);
      return client;
    } catch (error) {
      assert.ok(isTemporary(error), String(error));
      retries.push(String(error));
      return undefined;
    }
  });
}

/** Tells if a client would try again after an error. */
function isTemporary(error: unknown): boolean {
  return (
    (error instanceof Refused && error.code === 503) ||
    (error instanceof HandshakeRefused && error.status === 503) ||
    (error instanceof ConnectionClosed && [1006, 1012].includes(error.code)) ||
    (error instanceof Error && /ECONNRESET|hang up|closed/.test(error.message))
  );
}

/** Makes sure that a message of one client reaches another. */
async function assertTogether(
  sender: ProtooClient,
  receiver: ProtooClient,
  message: string,
): Promise<void> {
  await sender.request('sendMessage', { data: message });
  await receiver.notified('message', ({ data }) => data === message);
}

describe('nodes of a cluster', { skip: noRedis || noPostgres }, () => {
  let cluster: ClusterNodes;
  let ada: ClusterNode;
  let bob: ClusterNode;

  before(async () => {
    cluster = await ClusterNodes.start(2);
    [ada, bob] = cluster.nodes as [ClusterNode, ClusterNode];
  });

  after(() => cluster[Symbol.asyncDispose]());

  afterEach(async () => {
    retries.length = 0;
    await Promise.all(members.splice(0).map((member) => member.close()));
    await until('all rooms have closed', async () => {
      const alive = cluster.nodes.filter(({ isAlive }) => isAlive);
      const rooms = await Promise.all(alive.map((node) => node.rooms()));
      return rooms.every((count) => count === 0);
    });
  });

  test('bring their clients together in one room', async () => {
    const first = await joined(ada.url, 'garden', 'first');
    const { client: second, reply } = await ProtooClient.join(
      bob.url,
      'garden',
      'second',
    );
    assert.deepEqual(
      reply.peers?.map(({ peerId }) => peerId),
      ['first'],
    );
    assert.deepEqual([await ada.rooms(), await bob.rooms()], [1, 0]);
    await assertTogether(first, second, 'from ada');
    await assertTogether(second, first, 'from bob');
    await Promise.all([first.close(), second.close()]);
    await until('the room has closed', async () => (await ada.rooms()) === 0);
    await joined(bob.url, 'garden', 'third');
    assert.deepEqual([await ada.rooms(), await bob.rooms()], [0, 1]);
  });

  test('are named in each of their metrics', async () => {
    const { body } = await get(bob.url, '/metrics');
    const samples = body
      .split('\n')
      .filter((line) => line !== '' && !line.startsWith('#'));
    const [info] = samples.filter((line) => line.startsWith('atrium_info'));
    assert.ok(info?.includes(`node_id="${bob.id}"`), info);
    const label = `node="127.0.0.1:${bob.port}"`;
    assert.deepEqual(
      samples.filter((line) => !line.includes(label)),
      [],
    );
  });

  test('count their links in their metrics', async () => {
    for (const node of [ada, bob]) {
      await until('the nodes are linked', async () => {
        const { body } = await get(node.url, '/metrics');
        return /^atrium_cluster_links\{.*\} 1$/m.test(body);
      });
    }
  });

  test('have the same id in the log and in their health', async () => {
    const { body } = await bob.read('/health');
    assert.equal(body['instanceId'], bob.id);
  });

  test('count a client by its own address, wherever it has come', async () => {
    await joined(ada.url, 'address', 'first');
    const second = await ProtooClient.connect(bob.url, 'address', 'second', {
      localAddress: '127.0.0.9',
      // Only the node that a client has reached says where it comes from.
      headers: { [CLIENT_HEADER]: '{"address":"192.0.2.1","secure":true}' },
    });
    await second.request('joinRoom', { roomId: 'address', peerId: 'second' });
    await second.close();
    const line = await ada.server.says(/connection closed.*room=address/);
    assert.match(line[0], /network=127\.0\.0\.9\b/);
  });

  test('let pages of the own origin in, wherever they have come, and no others', async () => {
    await joined(ada.url, 'origin', 'first');
    const from = (origin: string) =>
      ProtooClient.connect(bob.url, 'origin', 'second', {
        headers: { Origin: origin },
      });
    const second = await from(new URL(bob.url).origin);
    await second.close();
    await assert.rejects(from('https://example.com'), (error) => {
      assert.ok(error instanceof HandshakeRefused);
      assert.equal(error.status, 403);
      assert.match(error.message, /ORIGIN_REFUSED/);
      return true;
    });
  });

  test('pass on the peer of a connection that broke', async () => {
    await joined(ada.url, 'return', 'first');
    const { client, reply } = await ProtooClient.join(
      bob.url,
      'return',
      'second',
    );
    client.raw.destroy();
    await client.closed;
    const again = await ProtooClient.connect(bob.url, 'return', 'second');
    const { resumed } = await again.request('joinRoom', {
      roomId: 'return',
      peerId: 'second',
      resumeToken: reply.resumeToken,
      received: 0,
    });
    assert.equal(resumed, true);
    await again.close();
  });

  test('refuse connections to their port without the secret, and all but their requests', async () => {
    const ask = async (secret: string, header: string): Promise<string> => {
      const socket = connect({
        ...NODE_TLS,
        host: '127.0.0.1',
        port: ada.port,
        pskCallback: () => ({ psk: nodeKey(secret), identity: IDENTITY }),
        checkServerIdentity: () => undefined,
      });
      await once(socket, 'secureConnect');
      socket.write(
        `GET /?roomId=r&peerId=p HTTP/1.1\r\nHost: x\r\n${header}\r\n\r\n`,
      );
      return text(socket);
    };
    await assert.rejects(ask('another secret of enough characters', ''), {
      code: /^ERR_SSL_/,
    });
    await ada.server.says(/does not know cluster\.secret/);
    assert.match(await ask(SECRET, 'Connection: close'), /^HTTP\/1\.1 404 /);
    const upgrade = 'Connection: Upgrade\r\nUpgrade: websocket';
    assert.equal(await ask(SECRET, upgrade), '');
    const bad = `${upgrade}\r\n${CLIENT_HEADER}: {"address":1}`;
    assert.equal(await ask(SECRET, bad), '');
    const good = `${upgrade}\r\n${CLIENT_HEADER}: {"address":"192.0.2.1","secure":true}`;
    assert.match(await ask(SECRET, good), /^HTTP\/1\.1 400 /);
  });

  test('do not take a client that asks for a link for a node', async () => {
    await joined(ada.url, 'no-link', 'first');
    const { status, body } = await shakeHands(
      bob.url,
      '/?roomId=no-link&peerId=second',
      { Upgrade: LINK_PROTOCOL, [NODE_HEADER]: 'intruder' },
    );
    assert.equal(status, 400);
    assert.match(body, /Upgrade: expected .*websocket/);
  });

  test('agree on one room, although its clients come at once', async (t) => {
    const random = new Random(chooseSeed(t));
    await using proxy = await RandomProxy.start(
      cluster.nodes.map(({ clientPort }) => clientPort),
      (bound) => random.below(bound),
    );
    const rooms = await Promise.all(
      Array.from({ length: 5 }, (_, room) =>
        Promise.all(
          Array.from({ length: 6 }, (_unused, index) =>
            joined(proxy.url, `crowd-${room}`, `peer-${index}`),
          ),
        ),
      ),
    );
    t.diagnostic(`tried again: ${JSON.stringify(retries)}`);
    assert.equal((await ada.rooms()) + (await bob.rooms()), rooms.length);
    for (const [first, ...others] of rooms) {
      assert.ok(first);
      await first.request('sendMessage', { data: 'to all' });
      await Promise.all(others.map((other) => other.notified('message')));
    }
    // Where the proxy ends first, their peers are kept for their return.
    await Promise.all(members.map((member) => member.close()));
  });

  test('keep their rooms while Redis is away, open no new ones, and say so', async () => {
    const first = await joined(ada.url, 'outage', 'first');
    const second = await joined(bob.url, 'outage', 'second');
    await cluster.redis.stop();
    await until('the node has noticed', async () => {
      const { status, body } = await ada.read('/readyz');
      assert.equal(status, 200);
      return body['status'] === 'degraded';
    });
    assert.equal((await ada.read('/healthz')).body['status'], 'alive');
    const { status, body } = await ada.read('/health');
    assert.equal(status, 200);
    assert.equal(body['status'], 'degraded');
    assert.equal(
      (body['checks'] as Record<string, string>)['redis'],
      'unhealthy',
    );
    assert.match(String(body['message']), /^Redis does not answer/);
    await assertTogether(first, second, 'without Redis');
    // A client that was at the home of the room before finds it again.
    const third = await joined(bob.url, 'outage', 'third');
    await assertTogether(third, first, 'came without Redis');
    await assert.rejects(ProtooClient.join(ada.url, 'another', 'first'), {
      code: 503,
      errorName: 'CLUSTER_UNAVAILABLE',
    });

    await cluster.redis.restartEmpty();
    await joined(bob.url, 'another', 'fourth');
    await assertTogether(second, third, 'with Redis');
    const fifth = await joined(bob.url, 'outage', 'fifth');
    await assertTogether(fifth, first, 'in the same room');
    assert.deepEqual([await ada.rooms(), await bob.rooms()], [1, 1]);
    assert.equal((await ada.read('/readyz')).body['status'], 'ready');
  });

  test('start while Redis is away, and take part once it is there', async () => {
    await cluster.redis.stop();
    const eve = await cluster.add();
    assert.equal((await eve.read('/readyz')).body['status'], 'degraded');
    await cluster.redis.restart();
    const first = await joined(eve.url, 'late', 'first');
    const second = await joined(ada.url, 'late', 'second');
    await assertTogether(first, second, 'at the new node');
    assert.deepEqual([await eve.rooms(), await ada.rooms()], [1, 0]);
    await Promise.all([first.close(), second.close()]);
    assert.equal(await eve.server.end('SIGTERM'), 0);
  });

  test('close a room that another node has opened, because its home was cut off', async () => {
    const first = await joined(ada.url, 'split', 'first');
    // This node does not notice by itself for minutes that the home is silent.
    const eve = await cluster.add({ signalling: { pingInterval: 60_000 } });
    const passedOn = await joined(eve.url, 'split', 'passed-on');
    ada.server.child.kill('SIGSTOP');
    try {
      assert.equal((await passedOn.closed).code, 1006);
      const second = await joined(bob.url, 'split', 'second');
      assert.equal(await bob.rooms(), 1);
      ada.server.child.kill('SIGCONT');
      const { code, reason } = await first.closed;
      assert.deepEqual(
        [code, reason],
        [1012, 'the room is at another node of the cluster; reconnect'],
      );
      const again = await joined(ada.url, 'split', 'first');
      await assertTogether(again, second, 'together again');
      assert.equal(await ada.rooms(), 0);
      assert.equal(await eve.server.end('SIGTERM'), 0);
    } finally {
      ada.server.child.kill('SIGCONT');
    }
  });

  test('take over the rooms of a node that has died', async () => {
    const first = await joined(ada.url, 'death', 'first');
    const second = await joined(bob.url, 'death', 'second');
    assert.deepEqual([await ada.rooms(), await bob.rooms()], [1, 0]);
    await ada.server.end('SIGKILL');
    // Its claim does not run out.
    const direct = new Redis(cluster.redis.url);
    assert.equal(await direct.persist(keysOf('atrium').room('death')), 1);
    direct.disconnect();
    await ada.server.ended();
    const [{ code }, { code: passedOn }] = await Promise.all([
      first.closed,
      second.closed,
    ]);
    assert.deepEqual([code, passedOn], [1006, 1006]);
    const [one, other] = await Promise.all([
      joined(bob.url, 'death', 'first'),
      joined(bob.url, 'death', 'second'),
    ]);
    await assertTogether(one, other, 'after the death');
    assert.equal(await bob.rooms(), 1);
    await Promise.all([one.close(), other.close()]);
    assert.equal(await bob.server.end('SIGTERM'), 0);
  });
});
