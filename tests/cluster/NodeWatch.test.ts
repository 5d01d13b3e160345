import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';

import { Redis } from 'ioredis';

import { keysOf } from '../../lib/cluster/claims.ts';
import { nameOf } from '../../lib/cluster/NodeAddress.ts';
import type { NodeReport } from '../../lib/cluster/NodeReport.ts';
import { NodeWatch } from '../../lib/cluster/NodeWatch.ts';
import { redisAt } from '../../lib/cluster/redisAt.ts';
import { setLogLevel } from '../../lib/core/logger.ts';
import { noRedis, RedisServer } from '../support/RedisServer.ts';
import { until } from '../support/until.ts';
import { REPORT } from './report.ts';

const LEASE = 3_000;

const CLUSTER = 'watched';

setLogLevel('error');

/** The heartbeats of a node. */
class Watched implements AsyncDisposable {
  readonly name: string;
  readonly watch: NodeWatch;
  /** Its report to the others, from its next heartbeat on. */
  report: NodeReport;
  /** The number of heartbeats, also of those that did not reach Redis. */
  beats = 0;
  readonly #redis: Redis;

  private constructor(url: string, id: string, report: NodeReport) {
    const node = { id, host: `${id}.test`, port: 4_450 };
    this.name = nameOf(node);
    this.report = report;
    this.#redis = redisAt(url);
    this.watch = new NodeWatch({
      redis: this.#redis,
      cluster: CLUSTER,
      node,
      lease: LEASE,
      report: () => this.report,
      answers: () => Promise.resolve(false),
      onBeat: () => {
        this.beats += 1;
      },
      onGone: () => undefined,
    });
  }

  static async start(
    url: string,
    id: string,
    report: NodeReport,
  ): Promise<Watched> {
    const node = new Watched(url, id, report);
    await node.#redis.connect();
    return node;
  }

  /** The last report of another node, as this one knows it. */
  reportOf(other: string): NodeReport | undefined {
    return this.watch.others.find(({ name }) => name === other)?.report;
  }

  /** Is cut off from Redis, as a network would. */
  cutOff(): void {
    this.#redis.disconnect();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.watch.close();
    this.#redis.disconnect();
  }
}

describe('the heartbeats of nodes', { skip: noRedis }, () => {
  let redis: RedisServer;
  let direct: Redis;

  before(async () => {
    redis = await RedisServer.start();
    direct = new Redis(redis.url);
  });

  after(async () => {
    direct.disconnect();
    await redis[Symbol.asyncDispose]();
  });

  const kept = () => direct.hkeys(keysOf(CLUSTER).reports);

  test('carry the state and the load of each node to the others', async () => {
    const busy = { ...REPORT, load: 0.5, region: 'eu-west' };
    await using ada = await Watched.start(redis.url, 'ada', busy);
    await using bob = await Watched.start(redis.url, 'bob', REPORT);
    const { name } = ada;
    await until('bob knows of ada', () => bob.reportOf(name));
    assert.deepEqual(bob.reportOf(name), busy);
    await until('ada knows of bob', () => ada.reportOf(bob.name));
    assert.equal(ada.reportOf(name), undefined);
    ada.report = { ...busy, state: 'draining', takesRooms: false };
    await until(
      'bob knows that ada drains',
      () => bob.reportOf(name)?.state === 'draining',
    );
    assert.equal(bob.reportOf(name)?.takesRooms, false);
  });

  test('are known with their times, which stay where a node is cut off', async () => {
    await using ada = await Watched.start(redis.url, 'ada', REPORT);
    await using bob = await Watched.start(redis.url, 'bob', REPORT);
    const start = Date.now();
    const heard = () =>
      ada.watch.others.find(({ name }) => name === bob.name)?.heardAt ??
      new Date(0);
    await until('bob is heard', () => heard().getTime() >= start);
    const before = heard();
    await until('bob is heard again', () => heard() > before);
    ada.cutOff();
    const last = heard();
    const { nodes } = keysOf(CLUSTER);
    const score = async () => Number(await direct.zscore(nodes, bob.name));
    const known = await score();
    await until(
      'bob has a later heartbeat',
      async () => (await score()) > known,
    );
    assert.equal(heard(), last);
  });

  test('go on without a report that cannot be made', async () => {
    await using ada = await Watched.start(redis.url, 'ada', REPORT);
    await using bob = await Watched.start(redis.url, 'bob', REPORT);
    await until('bob knows of ada', () => bob.reportOf(ada.name));
    ada.report = {
      ...REPORT,
      get load(): number {
        throw new Error('the load is not known');
      },
    };
    await until('bob has no report', () => !bob.reportOf(ada.name));
    assert.deepEqual(
      bob.watch.others.map(({ name }) => name),
      [ada.name],
    );
  });

  test('leave no report behind, however a node ends', async () => {
    await using ada = await Watched.start(redis.url, 'ada', REPORT);
    {
      await using bob = await Watched.start(redis.url, 'bob', REPORT);
      await until('ada knows of bob', () => ada.reportOf(bob.name));
    }
    assert.deepEqual(await kept(), [ada.name]);
    await using eve = await Watched.start(redis.url, 'eve', REPORT);
    await until('ada knows of eve', () => ada.reportOf(eve.name));
    eve.cutOff();
    await until('eve is silent', () => !ada.reportOf(eve.name));
    assert.deepEqual(await kept(), [ada.name]);
  });

  test('go on while Redis is away, with the nodes that were there last', async () => {
    await using ada = await Watched.start(redis.url, 'ada', REPORT);
    await using bob = await Watched.start(redis.url, 'bob', REPORT);
    await until('bob knows of ada', () => bob.reportOf(ada.name));
    bob.cutOff();
    const before = bob.beats;
    await until('bob has gone on', () => bob.beats > before + 1);
    assert.deepEqual(bob.reportOf(ada.name), REPORT);
  });

  test('count once for a node that has started again', async () => {
    await using bob = await Watched.start(redis.url, 'bob', REPORT);
    await using ada = await Watched.start(redis.url, 'ada', REPORT);
    const { nodes } = keysOf(CLUSTER);
    const [seconds = 0] = await direct.time();
    // Heartbeats that count for long, of the runs before.
    const before = [
      'before@ada.test|4450',
      'before@bob.test|4450',
      'before@eve.test|4450',
    ];
    const last = 'last@eve.test|4450';
    for (const [index, name] of [...before, last].entries()) {
      await direct.zadd(nodes, (seconds + 60 + index) * 1_000_000, name);
    }
    await until('bob knows of eve', () =>
      bob.watch.others.some(({ name }) => name === last),
    );
    const known = bob.watch.others.map(({ name }) => name).toSorted();
    // The heartbeats of ada itself are the earlier ones here.
    assert.deepEqual(known, [before[0], last]);
    await direct.zrem(nodes, ...before, last);
    await until('bob knows of ada alone', () => {
      const [{ name } = { name: '' }, ...more] = bob.watch.others;
      return more.length === 0 && name === ada.name;
    });
  });

  test('count without a report that can be read', async () => {
    await using ada = await Watched.start(redis.url, 'ada', REPORT);
    const old = 'old@old.test|4450';
    const { nodes, reports } = keysOf(CLUSTER);
    const [seconds = 0] = await direct.time();
    await direct.zadd(nodes, (seconds + 60) * 1_000_000, old);
    for (const text of ['no JSON', '{"state":"asleep"}']) {
      await direct.hset(reports, old, JSON.stringify(REPORT));
      await until('ada has the report', () => ada.reportOf(old));
      await direct.hset(reports, old, text);
      await until('ada has no report', () => !ada.reportOf(old));
      assert.deepEqual(
        ada.watch.others.map(({ name }) => name),
        [old],
      );
    }
    await direct.zrem(nodes, old);
  });
});
