import assert from 'node:assert/strict';
import { once } from 'node:events';
import { after, before, describe, test } from 'node:test';

import type { types } from 'mediasoup';

import { sample } from '../../../scripts/samples.ts';
import type { Client } from '../../support/Contract.ts';
import { unknownIds } from '../../support/Contract.ts';
import { contracts } from '../../support/contracts.ts';
import { frameBytes } from '../../support/frames.ts';
import { toJson } from '../../../tools/fixtures/json.ts';
import { ContractHarness } from '../../support/ContractHarness.ts';
import { until } from '../../support/until.ts';

/** Long enough to be kept for, and short enough to wait for, ms. */
const SHORT_GRACE = 50;

/** Names of no request, though some name something in every object. */
const UNKNOWN = [
  '',
  ' ',
  'nothing',
  'JOINROOM',
  'joinRoom ',
  'joinRoom\u0000',
  '__proto__',
  'constructor',
  'toString',
  'hasOwnProperty',
  'prototype',
  'then',
  '\ud800',
  'x'.repeat(10_000),
];

for (const [turn, contract] of contracts.entries()) {
  describe(`requests of ${contract.name} out of order`, () => {
    let scene: ContractHarness;

    before(async () => {
      scene = await ContractHarness.create(contract, {
        rooms: { resumeTimeout: SHORT_GRACE },
      });
    });

    after(() => scene.close());

    /** Examples of requests that need membership, with unknown ids. */
    function membersOnly(client: Client): { method: string; data: object }[] {
      return contract
        .examples({ client, own: unknownIds, theirs: unknownIds })
        .filter(
          ({ method }) => contract.requests[method]?.requires === 'member',
        );
    }

    test('are refused by name if unknown, and later ones are served', async () => {
      const client = await scene.join();
      for (const method of UNKNOWN) {
        const shown = JSON.stringify(method.slice(0, 64));
        await assert.rejects(client.request(method, { roomId: 'x' }), {
          code: contract.codeOf('UNKNOWN_METHOD'),
          message: `there is no request ${shown}`,
        });
      }
      await contract.probe(client);
      await client.close();
      await scene.assertServing();
    });

    test('are refused before joining and after leaving if they need membership', async () => {
      const client = await scene.connect();
      for (const { method, data } of membersOnly(client)) {
        await assert.rejects(client.request(method, data), {
          code: contract.codeOf('NOT_JOINED'),
          message: `${method} is for members of the room; send joinRoom first`,
        });
      }
      await contract.enter(client);
      await contract.probe(client);
      await contract.leave(client);
      for (const { method, data } of membersOnly(client)) {
        await assert.rejects(client.request(method, data), {
          code: contract.codeOf('NOT_JOINED'),
        });
      }
      await contract.enter(client);
      await contract.probe(client);
      await client.close();
      await scene.assertServing();
    });

    test('are refused if they join twice, without an effect on the room', async () => {
      const client = await scene.join();
      await scene.assertRefused(
        contract.enter(client),
        'ALREADY_JOINED',
        /leave it first/,
      );
      await contract.probe(client);
      await client.close();
    });

    test('get the reply to a join before its events', async () => {
      const room = await scene.makeRoom();
      const watcher = await scene.join(room);
      await contract.setUpMedia(watcher);
      const client = await scene.connect(room);
      const examples = contract
        .examples({ client, own: unknownIds, theirs: unknownIds })
        .filter(
          ({ method }) => contract.requests[method]?.requires !== 'member',
        );
      const [join] = examples.filter(
        ({ method }) => method === contract.methods.join,
      );
      assert.ok(join);
      const others = examples.filter(
        ({ method }) => method !== contract.methods.join,
      );
      await Promise.all(
        [...others, join, ...others].map(({ method, data }) =>
          client.request(method, data),
        ),
      );
      const types = contract.happenings(client).map(({ type }) => type);
      assert.equal(types[0], 'snapshot');
      await Promise.all([client.close(), watcher.close()]);
    });

    test('get one answer each if two have the same id', async () => {
      const client = await scene.join();
      const [example] = contract
        .examples({ client, own: unknownIds, theirs: unknownIds })
        .filter(({ method }) => method === 'getRouterRtpCapabilities');
      assert.ok(example);
      const frame = contract.frame(5_000, example.method, example.data);
      client.send(frame);
      client.send(frame);
      await client.request(example.method, example.data);
      const { requests, answers } = client.counts;
      assert.equal(answers, requests + 2);
      await client.close();
    });

    test('get one answer each if a hundred come at once', async () => {
      const client = await scene.join();
      const own = await contract.setUpMedia(client);
      const examples = contract
        .examples({ client, own, theirs: own })
        .filter(
          ({ method }) => !Object.values(contract.methods).includes(method),
        );
      const asked = Array.from({ length: 100 }, (_, index) => {
        const { method, data } = examples[index % examples.length] ?? {};
        return client.request(String(method), data);
      });
      await Promise.allSettled(asked);
      await contract.leave(client);
      const { requests, answers } = client.counts;
      assert.equal(answers, requests);
      await client.close();
      await scene.assertServing();
    });

    test('leave no peer and no room if the connection is cut during a join', async () => {
      const room = await scene.makeRoom();
      const before = await scene.countInWorker();
      const { rooms } = scene.server.registry;
      const { worker } = scene.server.pool.alive[0] ?? assert.fail();
      const client = await scene.connect(room);
      const made = rooms.has(room)
        ? undefined
        : (once(worker.observer, 'newrouter') as Promise<[types.Router]>);
      const entering = contract.enter(client);
      client.raw.end();
      await Promise.allSettled([entering, client.closed]);
      const [router] = (await made) ?? [];
      if (router !== undefined && !router.closed) {
        await once(router.observer, 'close');
      }
      await until(
        'an empty room',
        () => (rooms.get(room)?.peers.size ?? 0) === 0,
      );
      assert.equal(rooms.has(room), made === undefined);
      assert.equal(await scene.countInWorker(), before);
      await scene.assertServing();
    });

    const lasting = Object.entries(contract.requests)
      .filter(
        ([method, { requires }]) =>
          requires === 'member' || method === contract.methods.join,
      )
      .map(([method]) => method);
    for (const method of sample(
      'requests sent while a client leaves or workers die',
      lasting,
      turn,
    )) {
      for (const half of [false, true]) {
        const when = half ? 'halfway through' : 'right after';
        test(`leave nothing behind if the connection is cut ${when} ${method}`, async () => {
          const room = await scene.makeRoom();
          const watcher = await scene.join(room);
          const theirs = await contract.setUpMedia(watcher);
          const before = await scene.countInWorker();
          const client = await scene.connect(room);
          let own = unknownIds;
          const joins = method === contract.methods.join;
          if (!joins) {
            await contract.enter(client);
            own = await contract.setUpMedia(client, theirs.producerId);
          }
          const { data } =
            contract
              .examples({ client, own, theirs })
              .find((example) => example.method === method) ?? {};
          const bytes = frameBytes(toJson(contract.frame(9, method, data)));
          const length = half ? Math.floor(bytes.length / 2) : bytes.length;
          client.raw.write(bytes.subarray(0, length));
          client.raw.end();
          await client.closed;
          if (!joins || !half) {
            await watcher.notified(contract.notifications.left);
          }
          assert.equal(await scene.countInWorker(), before);
          assert.equal(scene.server.registry.get(room).peers.size, 1);
          await contract.probe(watcher);
          await watcher.close();
          await scene.assertServing();
        });
      }
    }
  });
}
