import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';

import type { Redis } from 'ioredis';

import { keysOf } from '../../lib/cluster/claims.ts';
import { RedisRoomDirectory } from '../../lib/cluster/RedisRoomDirectory.ts';
import { redisAt } from '../../lib/cluster/redisAt.ts';
import { SharedClaims } from '../../lib/cluster/SharedClaims.ts';
import { setLogLevel } from '../../lib/core/logger.ts';
import { noRedis, RedisServer } from '../support/RedisServer.ts';
import { until } from '../support/until.ts';

const LEASE = 2_000;

const CLUSTER = 'shared';

setLogLevel('error');

describe('claims that parts of a node share', { skip: noRedis }, () => {
  let server: RedisServer;
  const clients: Redis[] = [];
  const directories: RedisRoomDirectory[] = [];
  let one: SharedClaims;
  let other: SharedClaims;

  /** A node of the cluster, as far as claims go. */
  function nodeOf(id: string): SharedClaims {
    const client = redisAt(server.url);
    const address = { id, host: `${id}.test`, port: 4_450 };
    const directory = new RedisRoomDirectory(
      client,
      CLUSTER,
      address,
      LEASE,
      () => Promise.resolve(false),
      {
        claimed: () => undefined,
        lost: () => undefined,
        reached: () => undefined,
      },
    );
    clients.push(client);
    directories.push(directory);
    return new SharedClaims(directory);
  }

  /** Claims a room that is free, or will be. */
  function held(node: SharedClaims, roomId: string, onLost = () => undefined) {
    return until(`a claim of ${roomId}`, async () => {
      const outcome = await node.claim(roomId, onLost);
      return typeof outcome === 'object' && outcome;
    });
  }

  before(async () => {
    server = await RedisServer.start();
    [one, other] = [nodeOf('one'), nodeOf('other')];
    await Promise.all(clients.map((client) => client.connect()));
    const first = await held(one, 'the grace is over');
    first.release();
  });

  after(async () => {
    await Promise.all(directories.map((directory) => directory.close()));
    for (const client of clients) {
      client.disconnect();
    }
    await server[Symbol.asyncDispose]();
  });

  test('give a room up with the last of them', async () => {
    const [first, second] = await Promise.all([
      held(one, 'room'),
      held(one, 'room'),
    ]);
    first.release();
    first.release();
    assert.equal(await other.claim('room', () => undefined), 'elsewhere');
    const third = await held(one, 'room');
    second.release();
    assert.equal(await other.isElsewhere('room'), true);
    third.release();
    const theirs = await held(other, 'room');
    assert.equal(await one.claim('room', () => undefined), 'elsewhere');
    theirs.release();
    (await held(one, 'room')).release();
  });

  test('are lost together', async () => {
    const lost: string[] = [];
    const [directory] = directories;
    assert.ok(directory);
    const first = await held(one, 'lost', () => void lost.push('first'));
    const left = await held(one, 'lost', () => void lost.push('left'));
    await held(one, 'lost', () => void lost.push('second'));
    left.release();
    const theirs = await until('the room is taken', async () => {
      // The claim may just be renewed, with which it is back.
      await clients[0]?.del(keysOf(CLUSTER).room('lost'));
      const outcome = await other.claim('lost', () => undefined);
      return typeof outcome === 'object' && outcome;
    });
    directory.renew();
    await until('the claim is lost', () => lost.length > 0);
    assert.deepEqual(lost, ['first', 'second']);
    first.release();
    assert.equal(await one.isElsewhere('lost'), true);
    theirs.release();
    (await held(one, 'lost')).release();
  });
});
