import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';

import { Random } from '../../tools/fixtures/Random.ts';
import { noPostgres } from '../support/PostgresCluster.ts';
import { noRedis } from '../support/RedisServer.ts';
import { chooseSeed } from '../support/seed.ts';
import { until } from '../support/until.ts';
import { ClusterNodes } from './ClusterNodes.ts';
import { Person } from './Person.ts';
import { RandomProxy } from './RandomProxy.ts';

const ROOMS = 6;

const PEOPLE = 60;

describe('a rolling restart', { skip: noRedis || noPostgres }, () => {
  let cluster: ClusterNodes;

  before(async () => {
    cluster = await ClusterNodes.start(3);
  });

  after(() => cluster[Symbol.asyncDispose]());

  test(`of three nodes loses none of ${PEOPLE} people in ${ROOMS} rooms`, async (t) => {
    const random = new Random(chooseSeed(t));
    const ports = cluster.nodes.map(({ clientPort }) => clientPort);
    await using proxy = await RandomProxy.start(ports, (bound) =>
      random.below(bound),
    );
    const people = Array.from(
      { length: PEOPLE },
      (_, index) =>
        new Person(proxy.url, `room-${index % ROOMS}`, `person-${index}`),
    );
    const allAreIn = (): Promise<boolean> =>
      until('all people are in their rooms', () =>
        people.every(({ isIn }) => isIn),
      );
    try {
      await allAreIn();
      for (const node of cluster.nodes.slice()) {
        const rooms = await node.rooms();
        const code = await node.server.end('SIGTERM');
        assert.equal(code, 0);
        await node.server.says(/drained: every room is empty/);
        t.diagnostic(`a node with ${rooms} rooms has ended`);
        const successor = await cluster.add();
        await successor.ready();
        ports.splice(ports.indexOf(node.clientPort), 1, successor.clientPort);
        await allAreIn();
      }
      // Each room is one: all of its people hear each of them.
      for (const person of people) {
        await person.say(person.peerId);
      }
      for (const person of people) {
        const others = people.filter(
          (other) => other !== person && other.roomId === person.roomId,
        );
        for (const { peerId } of others) {
          await person.hears(peerId);
        }
        assert.deepEqual(
          person.closings.filter((code) => ![1006, 1012].includes(code)),
          [],
        );
      }
      const moves = people.flatMap(({ closings }) => closings);
      assert.ok(moves.includes(1012));
      t.diagnostic(
        `closed with 1012: ${moves.filter((code) => code === 1012).length}, without a code: ${moves.filter((code) => code === 1006).length}`,
      );
      t.diagnostic(
        `longest time to be back, ms: ${Math.round(Math.max(...people.map(({ longest }) => longest)))}`,
      );
    } finally {
      await Promise.all(people.map((person) => person.leave()));
    }
  });
});
