import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';

import { send } from '../support/http.ts';
import { withTokens } from '../support/JsonClient.ts';
import { noPostgres } from '../support/PostgresCluster.ts';
import { noRedis } from '../support/RedisServer.ts';
import { until } from '../support/until.ts';
import type { ClusterNode } from './ClusterNodes.ts';
import { ClusterNodes } from './ClusterNodes.ts';

const PASSWORD = 'correct horse battery';

/** More than any test makes. */
const MANY = 10_000;

/** Sends a request to a node. */
async function posted(node: ClusterNode, path: string, body: object) {
  const reply = await send(node.url, path, JSON.stringify(body), {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
  });
  return { status: reply.status, body: reply.body };
}

/** Starts a login, and returns the status of the answer. */
async function login(
  node: ClusterNode,
  name: string,
  password: string,
): Promise<number> {
  const email = `${name}@example.com`;
  const { status } = await posted(node, '/auth/login/', { email, password });
  return status;
}

describe('attempts in a cluster', { skip: noRedis || noPostgres }, () => {
  let cluster: ClusterNodes;
  let north: ClusterNode;
  let south: ClusterNode;

  before(async () => {
    cluster = await ClusterNodes.start(1, {
      ...withTokens,
      accounts: {
        failuresPerAccountAndAddress: 3,
        failuresPerAccount: MANY,
        failuresPerAddress: MANY,
        registrationsPerAddress: 4,
      },
      meetings: { failuresPerAddress: MANY, failuresPerSession: 3 },
    });
    [north] = cluster.nodes as [ClusterNode];
    south = await cluster.add();
    await north.server.says(new RegExp(`is linked to the node ${south.id}`));
    await south.server.says(new RegExp(`is linked to the node ${north.id}`));
  });

  after(() => cluster[Symbol.asyncDispose]());

  test('to register count at all nodes', async () => {
    const register = async (node: ClusterNode, name: string) => {
      const email = `${name}@example.com`;
      const body = { email, name, password: PASSWORD };
      return (await posted(node, '/auth/register/', body)).status;
    };
    for (const name of ['ada', 'bob', 'eve', 'zoe']) {
      assert.equal(await register(north, name), 201);
    }
    // Messages on a link arrive in order, and successful logins do not count.
    for (let count = 0; count < 3; count += 1) {
      assert.equal(await login(north, 'ada', 'wrong'), 401);
    }
    await until(
      'the counts have arrived',
      async () => (await login(south, 'ada', PASSWORD)) === 429,
    );
    assert.equal(await register(south, 'max'), 429);
  });

  test('to guess the password of an account count at all nodes', async () => {
    assert.equal(await login(south, 'bob', PASSWORD), 200);
    for (const node of [north, north, south]) {
      assert.equal(await login(node, 'bob', 'wrong'), 401);
    }
    for (const node of [north, south]) {
      await until(
        'the right password is refused',
        async () => (await login(node, 'bob', PASSWORD)) === 429,
      );
    }
    assert.equal(await login(south, 'eve', PASSWORD), 200);
  });

  test('to guess the password of a session count at all nodes', async () => {
    const { body } = await posted(north, '/session', {
      title: 'One',
      password: PASSWORD,
    });
    const { socket } = JSON.parse(body) as { socket: string };
    const enter = async (node: ClusterNode, password: string) =>
      (await posted(node, `/connect/${socket}`, { password })).status;
    const wrong = await enter(north, 'wrong');
    assert.equal(wrong, 403);
    for (const node of [north, south]) {
      assert.equal(await enter(node, 'wrong'), wrong);
    }
    await until(
      'the right password is refused',
      async () => (await enter(south, PASSWORD)) === 429,
    );
  });

  test('count at all nodes while Redis is away, and keep out no others', async () => {
    await cluster.redis.stop();
    assert.equal(await login(south, 'eve', PASSWORD), 200);
    for (const node of [north, south, north]) {
      assert.equal(await login(node, 'eve', 'wrong'), 401);
    }
    await until(
      'the right password is refused',
      async () => (await login(south, 'eve', PASSWORD)) === 429,
    );
    assert.equal(await login(south, 'zoe', PASSWORD), 200);
  });
});
