import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';

import * as fc from 'fast-check';

import { routerRtpCapabilities } from '../../lib/media/codecs.ts';
import type { Room } from '../../lib/rooms/Room.ts';
import { sampleSize } from '../../scripts/samples.ts';
import { unknownIds } from '../support/Contract.ts';
import type { Client } from '../support/Contract.ts';
import { contracts } from '../support/contracts.ts';
import { get } from '../support/http.ts';
import { Refused } from '../../tools/fixtures/ProtooClient.ts';
import type { AnyReply } from '../../tools/fixtures/ProtooClient.ts';
import { ContractHarness } from '../support/ContractHarness.ts';
import { track } from '../support/randomTrack.ts';
import { MEMBERS, scenario } from '../support/scenario.ts';
import type { Step } from '../support/scenario.ts';
import {
  assertExpected,
  isOpen,
  ScenarioMember,
} from '../support/ScenarioMember.ts';
import { chooseSeed } from '../support/seed.ts';
import { View } from '../support/View.ts';

/**
 * Numbers of scenarios and tracks that are tried with each contract, and the
 * minimum number of messages in them.
 */
const RUNS = {
  scenarios: sampleSize('random scenarios in rooms', 240),
  tracks: sampleSize('random tracks', 1_500),
  messages: sampleSize('random scenarios in rooms', 20_000),
};

/** The objects of a room in the worker: a router and two audio observers. */
const OBJECTS_OF_A_ROOM = 3;

/** The longest wait for the answers of a burst, ms. */
const TIMEOUT = 30_000;

/** The number of requests after which the server must have settled. */
const MAX_REQUESTS = 1_000;

const CLOSINGS = new Set(['closeProducer', 'unpublish']);

for (const contract of contracts) {
  describe(`random requests over ${contract.name}`, () => {
    let scene: ContractHarness;

    before(async () => {
      scene = await ContractHarness.create(contract, {
        rooms: { resumeTimeout: 0 },
      });
    });

    after(() => scene.close());

    /** Asserts that clients know all other members and their producers. */
    function assertInformed(room: Room, present: readonly Client[]): void {
      for (const client of present) {
        const { peers } = View.after(contract.happenings(client));
        const others = Array.from(room.peers.values(), (peer) => peer.info())
          .filter(({ peerId }) => peerId !== contract.memberId(client))
          .map(({ peerId, producers }): [string, Set<string>] => [
            peerId,
            new Set(producers.map(({ producerId }) => producerId)),
          ]);
        assert.deepEqual(peers, new Map(others));
      }
    }

    /** Waits for the server to settle, until an assertion holds. */
    async function settled(assertion: () => void): Promise<void> {
      for (let count = 0; count < MAX_REQUESTS; count += 1) {
        try {
          assertion();
          return;
        } catch {
          await assert.rejects(scene.bystander.request('nothing'), Refused);
        }
      }
      assertion();
    }

    async function leftovers(): Promise<number> {
      const { size } = scene.server.registry.rooms;
      return (await scene.countInWorker()) - size * OBJECTS_OF_A_ROOM;
    }

    /** Runs a scenario, and asserts the state of room and worker after it. */
    async function run(bursts: readonly Step[][]): Promise<void> {
      const before = await leftovers();
      const id = await scene.makeRoom();
      const { url } = scene.server;
      const members = Array.from(
        { length: MEMBERS },
        (_, index) => new ScenarioMember(contract, url, `member-${index}`, id),
      );
      const watcher = await scene.join(id);
      const room = scene.server.registry.get(id);
      for (const member of members) {
        await member.arrive(members[0]?.own ?? unknownIds);
      }
      for (const burst of bursts) {
        const steps = burst.map((step) => {
          const theirs = members[step.target]?.own ?? unknownIds;
          return (members[step.actor] ?? assert.fail()).do(step, theirs);
        });
        await inTime(Promise.all(steps), burst);
      }
      await settled(() => {
        const present = members.flatMap((member) => member.present);
        assert.equal(room.peers.size, present.length + 1);
        assertInformed(room, [watcher, ...present]);
      });
      for (const client of members.flatMap(({ clients }) => clients)) {
        if (isOpen(client)) {
          const { requests, answers } = client.counts;
          assert.equal(answers, requests);
          await client.close();
        }
      }
      await settled(() => assert.equal(room.peers.size, 1));
      await settled(() => assertInformed(room, [watcher]));
      await contract.leave(watcher);
      await watcher.close();
      assert.equal(await leftovers(), before);
      await scene.assertServing();
    }

    test('are answered once, notified in order, and leave nothing behind', async (t) => {
      const seed = chooseSeed(t);
      await fc.assert(fc.asyncProperty(scenario, run), {
        seed,
        numRuns: RUNS.scenarios,
      });
    });

    test('cannot harm the worker with any track', async (t) => {
      const seed = chooseSeed(t);
      const client = await scene.join();
      const own = await contract.setUpMedia(client);
      const examples = contract.examples({ client, own, theirs: own });
      const sends = examples.find(({ data }) => 'rtpParameters' in data);
      const receives = examples.find(
        ({ data }) => 'rtpCapabilities' in data && 'producerId' in data,
      );
      const ends = examples.find(({ method }) => CLOSINGS.has(method));
      assert.ok(sends && receives && ends);

      const offer = async (offered: object): Promise<void> => {
        const reply = await orRefused(
          client.request(sends.method, { ...sends.data, ...offered }),
        );
        if (reply !== undefined) {
          const { producerId } = reply;
          await orRefused(
            client.request(receives.method, {
              ...receives.data,
              producerId,
              rtpCapabilities: routerRtpCapabilities,
            }),
          );
          await client.request(ends.method, { ...ends.data, producerId });
        }
        await scene.assertServing();
      };
      await fc.assert(fc.asyncProperty(track, offer), {
        seed,
        numRuns: RUNS.tracks,
      });
      await client.close();
    });

    test('exchange enough messages to be meaningful', async (t) => {
      const { body } = await get(scene.server.url, '/metrics');
      const counts = body.matchAll(
        /^atrium_request_duration_seconds_count\{.*\} (\d+)$/gm,
      );
      const messages = Array.from(counts).reduce(
        (sum, [, count]) => sum + Number(count),
        0,
      );
      t.diagnostic(`${messages} messages`);
      assert.ok(messages >= RUNS.messages, `only ${messages} messages`);
    });

    /** The reply, or undefined if the request was refused as expected. */
    async function orRefused(request: Promise<AnyReply>): Promise<AnyReply> {
      try {
        return await request;
      } catch (error) {
        assertExpected(contract, error);
        return undefined;
      }
    }
  });
}

/** Waits for a burst, and fails with its steps if it takes too long. */
async function inTime(done: Promise<unknown>, burst: object): Promise<void> {
  const enough = new AbortController();
  const late = delay(TIMEOUT, undefined, { signal: enough.signal }).then(
    () => assert.fail(`not answered: ${JSON.stringify(burst)}`),
    () => undefined,
  );
  try {
    await Promise.race([done, late]);
  } finally {
    enough.abort();
  }
}
