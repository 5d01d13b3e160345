import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';

import { Redis } from 'ioredis';

import { keysOf } from '../../lib/cluster/claims.ts';
import { takesConnection } from '../../lib/cluster/connectToNode.ts';
import type { NodeAddress } from '../../lib/cluster/NodeAddress.ts';
import { nameOf } from '../../lib/cluster/NodeAddress.ts';
import { NodeListener } from '../../lib/cluster/NodeListener.ts';
import { nodeKey } from '../../lib/cluster/nodeTls.ts';
import { NodeWatch } from '../../lib/cluster/NodeWatch.ts';
import { RedisRoomDirectory } from '../../lib/cluster/RedisRoomDirectory.ts';
import { redisAt } from '../../lib/cluster/redisAt.ts';
import type { RoomClaim } from '../../lib/cluster/RoomDirectory.ts';
import { setLogLevel } from '../../lib/core/logger.ts';
import { Random } from '../../tools/fixtures/Random.ts';
import { noRedis, RedisServer } from '../support/RedisServer.ts';
import { chooseSeed } from '../support/seed.ts';
import { until } from '../support/until.ts';
import { REPORT } from './report.ts';

/** Long enough for nodes to connect again on a busy machine, ms. */
const LEASE = 3_000;

/** The claims that are answered. */
const CLAIMS = 10_000;

/** The claims after which Redis ends: then it has its data, and then it has none. */
const OUTAGES = [3_000, 6_000];

const AT_ONCE = 20;

/** The claims that wait for the end of an outage. */
const LATER = 400;

const ROOMS = 300;

/** The most rooms that all nodes together keep. */
const KEPT = 100;

setLogLevel('error');

const KEY = nodeKey('a secret that all nodes of the tests know');

/** A node of a cluster, as far as claims go. */
class Node implements AsyncDisposable {
  readonly name: string;
  readonly address: NodeAddress;
  readonly rooms: RedisRoomDirectory;
  readonly watch: NodeWatch;
  /** The names of the nodes that it has found dead. */
  readonly gone: string[] = [];
  readonly #redis: Redis;
  readonly #listener: NodeListener;

  private constructor(
    name: string,
    url: string,
    cluster: string,
    listener: NodeListener,
  ) {
    this.name = name;
    this.#redis = redisAt(url);
    this.#listener = listener;
    this.address = { id: name, host: '127.0.0.1', port: listener.port };
    this.watch = new NodeWatch({
      redis: this.#redis,
      cluster,
      node: this.address,
      lease: LEASE,
      report: () => REPORT,
      answers: (node) =>
        takesConnection(node, KEY, LEASE, new AbortController().signal),
      onBeat: () => undefined,
      onGone: (node) => this.gone.push(node),
    });
    this.rooms = new RedisRoomDirectory(
      this.#redis,
      cluster,
      this.address,
      LEASE,
      (node) => this.watch.isUnreachable(node),
      {
        claimed: () => undefined,
        lost: () => undefined,
        reached: () => undefined,
      },
    );
  }

  static async join(
    name: string,
    url: string,
    cluster: string,
    port = 0,
  ): Promise<Node> {
    const listener = new NodeListener(KEY, () => 1_000);
    await listener.open('127.0.0.1', port, 0);
    const node = new Node(name, url, cluster, listener);
    await node.#redis.connect();
    await until(`${name} has reached Redis`, () => node.rooms.reachable);
    return node;
  }

  /** Tells if a node had a heartbeat when Redis answered last. */
  sees(node: string): boolean {
    return this.watch.others.some(({ name }) => name === node);
  }

  /** Claims a room until there is an answer. */
  claim(roomId: string, onLost = (): void => undefined) {
    return until(`an answer about ${roomId}`, async () => {
      const outcome = await this.rooms.claim(roomId, onLost);
      assert.notEqual(outcome, 'draining');
      return outcome !== 'unavailable' && outcome !== 'draining' && outcome;
    });
  }

  /** Cuts the node off from Redis, as a network would. */
  cutOff(): void {
    this.#redis.disconnect();
  }

  /** Takes no more connections from other nodes. */
  async closePort(): Promise<void> {
    await this.#listener.close();
  }

  /** Ends what {@link cutOff} has begun. */
  async reconnect(): Promise<void> {
    await this.#redis.connect();
  }

  /** Cuts the node off from Redis for good. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.rooms.close();
    await this.watch.close();
    this.#redis.disconnect();
    await this.#listener.close();
  }
}

/** Narrows the outcome of a claim that is granted. */
function held(outcome: RoomClaim | 'elsewhere'): RoomClaim {
  assert.ok(outcome !== 'elsewhere', 'another node has the room');
  return outcome;
}

describe('the directory of rooms in Redis', { skip: noRedis }, () => {
  let redis: RedisServer;

  before(async () => {
    redis = await RedisServer.start();
  });

  after(() => redis[Symbol.asyncDispose]());

  test('gives a room to one node at a time, and tells the others where it is', async () => {
    await using ada = await Node.join('ada', redis.url, 'atrium');
    await using bob = await Node.join('bob', redis.url, 'atrium');
    const claim = held(await ada.claim('shared'));
    assert.equal(await bob.rooms.claim('shared', () => undefined), 'elsewhere');
    assert.deepEqual(await bob.rooms.home('shared'), ada.address);
    assert.equal(await ada.rooms.home('shared'), undefined);
    claim.release();
    held(await bob.claim('shared'));
    assert.equal(await ada.rooms.isElsewhere('shared'), true);
    // Another release of the same claim does not concern the new one.
    claim.release();
    assert.equal(await ada.rooms.claim('shared', () => undefined), 'elsewhere');
  });

  test('keeps clusters of different names apart', async () => {
    await using ada = await Node.join('ada', redis.url, 'atrium');
    await using bob = await Node.join('bob', redis.url, 'other');
    held(await ada.claim('room'));
    held(await bob.claim('room'));
  });

  /** Keeps a claim from expiring during a test. */
  async function persist(roomId: string): Promise<void> {
    const direct = new Redis(redis.url);
    assert.equal(await direct.persist(keysOf('atrium').room(roomId)), 1);
    direct.disconnect();
  }

  test('takes over the room of a node that has died, although its claim goes on', async () => {
    await using ada = await Node.join('ada', redis.url, 'atrium');
    await using bob = await Node.join('bob', redis.url, 'atrium');
    const name = nameOf(ada.address);
    await until('bob has seen ada', () => bob.sees(name));
    const lost: string[] = [];
    held(await ada.claim('widowed', () => lost.push('ada')));
    ada.cutOff();
    await persist('widowed');
    await ada.closePort();
    await until('the room is taken over', async () => {
      const outcome = await bob.rooms.claim('widowed', () => lost.push('bob'));
      return typeof outcome === 'object';
    });
    await until('ada is known to be dead', () => bob.gone.includes(name));
    assert.equal(await bob.watch.isGone(ada.address), true);
    // It has not died, but its claim is the older one.
    await ada.reconnect();
    await until('ada has lost the room', () => lost.includes('ada'));
    assert.deepEqual(lost, ['ada']);
  });

  test('takes over the room of a node that has died and started again', async () => {
    await using ada = await Node.join('ada', redis.url, 'atrium');
    await using bob = await Node.join('bob', redis.url, 'atrium');
    const name = nameOf(ada.address);
    await until('bob has seen ada', () => bob.sees(name));
    held(await ada.claim('restarted'));
    ada.cutOff();
    await persist('restarted');
    await ada.closePort();
    const { port } = ada.address;
    await using again = await Node.join('again', redis.url, 'atrium', port);
    await until('the room is taken over', async () => {
      const outcome = await again.rooms.claim('restarted', () => undefined);
      return typeof outcome === 'object';
    });
    await until('ada is known to be dead', () => bob.gone.includes(name));
    assert.equal(bob.sees(nameOf(again.address)), true);
  });

  test('leaves its room to a node that is silent but answers, or the other way round', async () => {
    await using ada = await Node.join('ada', redis.url, 'atrium');
    await using bob = await Node.join('bob', redis.url, 'atrium');
    const name = nameOf(ada.address);
    await until('bob has seen ada', () => bob.sees(name));
    held(await ada.claim('silent'));
    ada.cutOff();
    await persist('silent');
    await until('ada is silent', () => !bob.sees(name));
    assert.equal(await bob.rooms.claim('silent', () => undefined), 'elsewhere');
    assert.equal(await bob.watch.isGone(ada.address), false);
    await ada.reconnect();
    await until('ada is back', () => bob.sees(name));
    await ada.closePort();
    assert.equal(await bob.rooms.claim('silent', () => undefined), 'elsewhere');
    assert.equal(await bob.watch.isGone(ada.address), false);
    assert.deepEqual(bob.gone, []);
  });

  test('frees the rooms of a node that is cut off from Redis, after the time of a lease', async () => {
    await using bob = await Node.join('bob', redis.url, 'atrium');
    await using ada = await Node.join('ada', redis.url, 'atrium');
    held(await ada.claim('freed'));
    ada.cutOff();
    assert.equal(await bob.rooms.claim('freed', () => undefined), 'elsewhere');
    await until('the room is free', async () => {
      const outcome = await bob.rooms.claim('freed', () => undefined);
      return typeof outcome === 'object';
    });
    // Without Redis, the room is not back where it was before.
    bob.cutOff();
    assert.equal(await bob.rooms.home('freed'), undefined);
  });

  test('takes a room from a node whose claim is older, and from no other', async () => {
    await using ada = await Node.join('ada', redis.url, 'atrium');
    await using bob = await Node.join('bob', redis.url, 'atrium');
    const lost: string[] = [];
    held(await ada.claim('taken', () => lost.push('ada')));
    // The claim is lost as where its node cannot reach Redis for long.
    const direct = new Redis(redis.url);
    await until('the room is taken', async () => {
      // The claim may just be renewed, with which it is back.
      await direct.del(keysOf('atrium').room('taken'));
      const outcome = await bob.claim('taken', () => lost.push('bob'));
      return outcome !== 'elsewhere';
    });
    ada.rooms.renew();
    bob.rooms.renew();
    await until('ada has lost the room', () => lost.includes('ada'));
    assert.deepEqual(lost, ['ada']);
    assert.equal(await ada.rooms.claim('taken', () => undefined), 'elsewhere');
    direct.disconnect();
  });

  test('assigns a room to a node, which claims it or gives it up', async () => {
    await using ada = await Node.join('ada', redis.url, 'atrium');
    await using bob = await Node.join('bob', redis.url, 'atrium');
    held(await ada.claim('of ada'));
    const bobs = nameOf(bob.address);
    assert.equal(
      await bob.rooms.assign('of ada', bob.address),
      nameOf(ada.address),
    );
    for (const roomId of ['claimed', 'given up']) {
      assert.equal(await ada.rooms.assign(roomId, bob.address), bobs);
      await persist(roomId);
      assert.equal(await ada.rooms.claim(roomId, () => undefined), 'elsewhere');
    }
    held(await bob.claim('claimed'));
    bob.rooms.drain();
    bob.rooms.decline('claimed');
    bob.rooms.decline('given up');
    await until('the room is free', async () => {
      const outcome = await ada.rooms.claim('given up', () => undefined);
      return typeof outcome === 'object';
    });
    assert.deepEqual(await ada.rooms.home('claimed'), bob.address);
    ada.cutOff();
    assert.equal(await ada.rooms.assign('away', bob.address), undefined);
  });

  test('takes no room from its node for one that it is assigned to', async () => {
    await using ada = await Node.join('ada', redis.url, 'atrium');
    await using bob = await Node.join('bob', redis.url, 'atrium');
    const lost: string[] = [];
    held(await ada.claim('kept', () => lost.push('ada')));
    const direct = new Redis(redis.url);
    const key = keysOf('atrium').room('kept');
    await until('the room is assigned', async () => {
      // The claim may just be renewed, with which it is back.
      await direct.del(key);
      const home = await bob.rooms.assign('kept', bob.address);
      return home === nameOf(bob.address);
    });
    ada.rooms.renew();
    await until('the claim is back', async () => {
      assert.deepEqual(lost, []);
      return (await direct.get(key))?.endsWith(` ${nameOf(ada.address)}`);
    });
    assert.equal(await bob.rooms.claim('kept', () => undefined), 'elsewhere');
    direct.disconnect();
  });

  test('assigns no room while claims may have been lost, and grants none that was assigned', async () => {
    await using ada = await Node.join('ada', redis.url, 'atrium');
    await using bob = await Node.join('bob', redis.url, 'atrium');
    held(await ada.claim('before'));
    const direct = new Redis(redis.url);
    const { grace, room } = keysOf('atrium');
    await direct.set(room('assigned'), `0 ${nameOf(bob.address)}`);
    await direct.set(grace, 1);
    assert.equal(await ada.rooms.assign('later', bob.address), undefined);
    assert.equal(
      await bob.rooms.claim('assigned', () => undefined),
      'unavailable',
    );
    await direct.del(grace);
    held(await bob.claim('assigned'));
    direct.disconnect();
  });

  test('never grants a smaller fence, even if the clock goes back', async () => {
    await using ada = await Node.join('ada', redis.url, 'atrium');
    const direct = new Redis(redis.url);
    const keys = keysOf('atrium');
    await direct.set(keys.fence, '4000000000000000');
    held(await ada.claim('fenced'));
    const [fence] = (await direct.get(keys.room('fenced')))?.split(' ') ?? [];
    assert.equal(fence, '4000000000000001');
    // The counter follows from the claims where it is lost.
    await direct.del(keys.fence);
    ada.rooms.renew();
    await until('the counter is back', () => direct.exists(keys.fence));
    held(await ada.claim('after fenced'));
    const [next] =
      (await direct.get(keys.room('after fenced')))?.split(' ') ?? [];
    assert.equal(next, '4000000000000002');
    direct.disconnect();
  });

  /** Waits until some node has reached Redis again. */
  async function graceBegins(): Promise<void> {
    const direct = new Redis(redis.url);
    await until('a node is back', () => direct.exists(keysOf('atrium').grace));
    direct.disconnect();
  }

  test(`never gives a room two homes in ${CLAIMS} claims by 3 nodes, while Redis ends twice`, async (t) => {
    const random = new Random(chooseSeed(t));
    await using ada = await Node.join('ada', redis.url, 'atrium');
    await using bob = await Node.join('bob', redis.url, 'atrium');
    await using eve = await Node.join('eve', redis.url, 'atrium');
    const nodes = [ada, bob, eve];
    const homes = new Map<string, { node: Node; claim: RoomClaim }>();
    const outcomes = { held: 0, elsewhere: 0 };
    const problems: string[] = [];

    const giveUp = (roomId: string): void => {
      const home = homes.get(roomId);
      homes.delete(roomId);
      home?.claim.release();
    };

    const claimSome = async (): Promise<void> => {
      const node = nodes[random.below(nodes.length)] ?? ada;
      const roomId = `room-${random.below(ROOMS)}`;
      if (homes.get(roomId)?.node === node) {
        giveUp(roomId);
      }
      const outcome = await node.claim(roomId, () =>
        problems.push(`${node.name} has lost ${roomId}`),
      );
      if (outcome === 'elsewhere') {
        outcomes.elsewhere += 1;
        return;
      }
      outcomes.held += 1;
      const other = homes.get(roomId);
      if (other !== undefined && other.node !== node) {
        problems.push(`${roomId} is at ${other.node.name} and ${node.name}`);
      }
      homes.set(roomId, { node, claim: outcome });
      if (homes.size > KEPT) {
        giveUp(Array.from(homes.keys())[random.below(homes.size)] ?? roomId);
      }
    };

    const claimUpTo = async (count: number): Promise<void> => {
      while (outcomes.held + outcomes.elsewhere < count) {
        await claimSome();
      }
    };

    for (const [turn, count] of [...OUTAGES, CLAIMS].entries()) {
      await Promise.all(
        Array.from({ length: AT_ONCE }, () => claimUpTo(count)),
      );
      assert.deepEqual(problems, []);
      if (count === CLAIMS) {
        break;
      }
      const claims = Promise.all(
        Array.from({ length: AT_ONCE }, () => claimUpTo(count + LATER)),
      );
      // One of the nodes is back last, and has rooms that others claim.
      eve.cutOff();
      await redis.stop();
      await (turn === 0 ? redis.restart() : redis.restartEmpty());
      await graceBegins();
      await eve.reconnect();
      await claims;
    }
    t.diagnostic(`claims: ${JSON.stringify(outcomes)}`);
    assert.ok(outcomes.held > CLAIMS / 4 && outcomes.elsewhere > CLAIMS / 20);
  });
});
