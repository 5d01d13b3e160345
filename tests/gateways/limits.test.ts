import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { TestContext } from 'node:test';

import type { ConfigInput } from '../../lib/config/schema.ts';
import type { ErrorCode } from '../../lib/signalling/errors.ts';
import type { Belongings, Client } from '../support/Contract.ts';
import { unknownIds } from '../support/Contract.ts';
import { contracts } from '../support/contracts.ts';
import { Refused } from '../../tools/fixtures/ProtooClient.ts';
import { ContractHarness } from '../support/ContractHarness.ts';
import { testConfig } from '../../tools/fixtures/server.ts';

/** The outcomes of requests that were sent at once. */
async function tally(
  requests: Promise<unknown>[],
): Promise<{ served: number; refusals: Refused[] }> {
  const outcomes = await Promise.allSettled(requests);
  const refusals = outcomes
    .filter((outcome) => outcome.status === 'rejected')
    .map(({ reason }) => reason as unknown);
  assert.ok(refusals.every((refusal) => refusal instanceof Refused));
  return { served: outcomes.length - refusals.length, refusals };
}

for (const contract of contracts) {
  /** A server for one test. */
  async function sceneOf(t: TestContext, options: ConfigInput) {
    const scene = await ContractHarness.create(contract, options);
    t.after(() => scene.close());
    return scene;
  }

  function assertAll(refusals: Refused[], code: ErrorCode, text: RegExp): void {
    for (const refusal of refusals) {
      assert.equal(refusal.code, contract.codeOf(code), refusal.message);
      assert.match(refusal.message, text);
    }
  }

  describe(`objects of one ${contract.name} client`, () => {
    let scene: ContractHarness;

    before(async () => {
      scene = await ContractHarness.create(contract, {
        limits: {
          transportsPerPeer: 4,
          producersPerPeer: 3,
          producersPerSource: 3,
          consumersPerPeer: 3,
        },
      });
    });

    after(() => scene.close());

    const kinds: {
      what: string;
      option: string;
      /** The number of objects that a member with media may add. */
      more: number;
      isRequestFor: (data: object) => boolean;
    }[] = [
      {
        what: 'transports',
        option: 'limits.transportsPerPeer: expected at most 4 transports',
        more: 2,
        isRequestFor: (data) => 'direction' in data,
      },
      {
        what: 'producers',
        option: 'limits.producersPerPeer: expected at most 3 tracks',
        more: 2,
        isRequestFor: (data) => 'rtpParameters' in data,
      },
      {
        what: 'consumers',
        option: 'limits.consumersPerPeer: expected at most 3 tracks',
        more: 2,
        isRequestFor: (data) =>
          'producerId' in data && 'rtpCapabilities' in data,
      },
    ];

    for (const { what, option, more, isRequestFor } of kinds) {
      test(`${what} are limited, even if requested at once`, async () => {
        const room = await scene.makeRoom();
        const other = await scene.join(room);
        const theirs = await contract.setUpMedia(other);
        const client = await scene.join(room);
        const own = await contract.setUpMedia(client, theirs.producerId);
        const ask = (): Promise<unknown> => {
          const example = examplesOf(client, own, theirs).find(({ data }) =>
            isRequestFor(data),
          );
          assert.ok(example);
          return client.request(example.method, example.data);
        };
        const before = await scene.countInWorker();
        const { served, refusals } = await tally(
          Array.from({ length: 10 }, ask),
        );
        assert.equal(served, more);
        assert.equal(refusals.length, 10 - more);
        assertAll(refusals, 'LIMIT_REACHED', new RegExp(`^${option}`));
        assert.ok((await scene.countInWorker()) <= before + 2 * more);
        await assert.rejects(ask(), Refused);
        // Objects that have closed do not count.
        await contract.leave(client);
        await contract.enter(client);
        await contract.probe(client);
        await Promise.all([client.close(), other.close()]);
        await scene.assertServing();
      });
    }
  });

  test(`the appData of all tracks of one ${contract.name} client is bounded`, async (t) => {
    const scene = await sceneOf(t, {
      limits: {
        appDataBytesPerPeer: 8_192,
        producersPerPeer: 16,
        producersPerSource: 16,
      },
    });
    const room = await scene.makeRoom();
    const other = await scene.join(room);
    const theirs = await contract.setUpMedia(other);
    const client = await scene.join(room);
    const own = await contract.setUpMedia(client, theirs.producerId);
    const ask = (length: number): Promise<unknown> => {
      const example = examplesOf(client, own, theirs).find(
        ({ data }) => 'rtpParameters' in data,
      );
      assert.ok(example);
      const appData = { note: 'x'.repeat(length) };
      return client.request(example.method, { ...example.data, appData });
    };
    const { served, refusals } = await tally(
      Array.from({ length: 6 }, () => ask(2_500)),
    );
    assert.equal(served, 3);
    assertAll(
      refusals,
      'LIMIT_REACHED',
      /^limits\.appDataBytesPerPeer: expected at most 8192 bytes of appData on all tracks and data channels of one peer, got 10\d\d\d/,
    );
    await ask(100);
    // Objects that have closed do not count.
    await contract.leave(client);
    await contract.enter(client);
    await contract.probe(client);
    await Promise.all([client.close(), other.close()]);
    await scene.assertServing();
  });

  describe(`peers in rooms through ${contract.name}`, () => {
    const elsewhere = { headers: { 'X-Forwarded-For': '192.0.2.1' } };

    test('are limited for the server', async (t) => {
      const scene = await sceneOf(t, { limits: { peers: 2 } });
      const client = await scene.join();
      const other = await scene.connect();
      await scene.assertRefused(
        contract.enter(other),
        'SERVER_FULL',
        /^limits\.peers: expected at most 2 peers on this server/,
      );
      await contract.leave(client);
      await contract.enter(other);
      await Promise.all([client.close(), other.close()]);
    });

    test('are limited per address', async (t) => {
      const scene = await sceneOf(t, {
        limits: { peersPerAddress: 1 },
        access: { trustProxy: ['loopback'] },
        auth: { ...contract.config.auth, allowOpen: true },
      });
      const { url } = scene.server;
      const room = await scene.makeRoom();
      const client = await contract.connect(url, room, 'ada', elsewhere);
      await contract.enter(client);
      const other = await contract.connect(url, room, 'bob', elsewhere);
      await scene.assertRefused(
        contract.enter(other),
        'LIMIT_REACHED',
        /^limits\.peersPerAddress: expected at most 1 peers from one address/,
      );
      await client.close();
      await scene.assertServing();
      await contract.enter(other);
      await other.close();
    });
  });

  describe(`the request rate of a ${contract.name} client`, () => {
    const limits = { messagesPerSecond: 10, messageBurst: 30 };

    /** A member of a room, on a clock that the test advances. */
    async function hasty(t: TestContext) {
      const scene = await sceneOf(t, { limits });
      const room = await scene.makeRoom();
      const watcher = await scene.join(room);
      const client = await scene.join(room);
      const theirs = await contract.setUpMedia(watcher);
      let now = performance.now();
      t.mock.method(performance, 'now', () => now);
      const pass = (time: number): void => {
        now += time;
      };
      const ask = (): Promise<unknown> => {
        const example = examplesOf(client, unknownIds, theirs).find(
          ({ method }) => method === 'getRouterRtpCapabilities',
        );
        return client.request('getRouterRtpCapabilities', example?.data);
      };
      return { scene, watcher, client, pass, ask };
    }

    test('is limited by refusing single requests until the client slows down', async (t) => {
      const { scene, watcher, client, pass, ask } = await hasty(t);
      pass(60_000);
      const { served, refusals } = await tally(Array.from({ length: 40 }, ask));
      assert.equal(served, 30);
      assertAll(
        refusals,
        'LIMIT_REACHED',
        /^limits\.messagesPerSecond: expected at most 10 messages a second, got more; wait, or the connection will be closed$/,
      );
      assert.equal(client.counts.answers, client.counts.requests);
      pass(2_000);
      await ask();
      await Promise.all([client.close(), watcher.close()]);
      await scene.assertServing();
    });

    test('follows a changed limit on open connections', async (t) => {
      const { scene, watcher, client, pass, ask } = await hasty(t);
      scene.server.reconfigure(
        testConfig({
          ...contract.config,
          limits: { messagesPerSecond: 10, messageBurst: 5 },
        }),
      );
      pass(60_000);
      const { served } = await tally(Array.from({ length: 8 }, ask));
      assert.equal(served, 5);
      await Promise.all([client.close(), watcher.close()]);
    });

    test('closes the connection of a client that does not slow down, and no other', async (t) => {
      const { scene, watcher, client, pass, ask } = await hasty(t);
      pass(60_000);
      const asked = tallyUntilClosed(Array.from({ length: 200 }, ask));
      const { code, reason } = await client.closed;
      assert.equal(code, 4008);
      assert.match(
        reason,
        /^limits\.messagesPerSecond: expected at most 10 messages a second, got far more/,
      );
      assert.deepEqual(await asked, { served: 30, refused: 30, lost: 140 });
      await watcher.notified(contract.notifications.left);
      await watcher.close();
      await scene.assertServing();
    });
  });

  describe(`a client of ${contract.name} that does not read`, () => {
    test('is closed without slowing down others', async (t) => {
      const scene = await sceneOf(t, { limits: { sendBufferBytes: 65_536 } });
      const room = await scene.makeRoom();
      const watcher = await scene.join(room);
      const client = await scene.join(room);
      const theirs = await contract.setUpMedia(watcher);
      const example = examplesOf(client, unknownIds, theirs).find(
        ({ method }) => method === 'getRouterRtpCapabilities',
      );
      assert.ok(example);
      client.raw.pause();
      // More than the kernel buffers for both ends of a connection.
      for (let id = 1; id <= 4_000; id += 1) {
        client.send(contract.frame(id, example.method, example.data));
      }
      await scene.assertServing();
      await watcher.notified(contract.notifications.left);
      client.raw.resume();
      const { code } = await client.closed;
      // A client that reads only after a second finds the connection closed.
      assert.ok(code === 1013 || code === 1006, `closed with ${code}`);
      await watcher.close();
      await scene.assertServing();
    });
  });

  function examplesOf(client: Client, own: Belongings, theirs: Belongings) {
    return contract.examples({ client, own, theirs });
  }
}

async function tallyUntilClosed(
  requests: Promise<unknown>[],
): Promise<{ served: number; refused: number; lost: number }> {
  const outcomes = await Promise.allSettled(requests);
  const rejected = outcomes.filter((outcome) => outcome.status === 'rejected');
  const refused = rejected.filter(({ reason }) => reason instanceof Refused);
  return {
    served: outcomes.length - rejected.length,
    refused: refused.length,
    lost: rejected.length - refused.length,
  };
}
