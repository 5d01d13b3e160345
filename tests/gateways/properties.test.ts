import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';

import * as fc from 'fast-check';

import { routerRtpCapabilities } from '../../lib/media/codecs.ts';
import type { Room } from '../../lib/rooms/Room.ts';
import type { Belongings, Client } from '../support/Contract.ts';
import { nobodys } from '../support/Contract.ts';
import { contracts } from '../support/contracts.ts';
import { get } from '../support/http.ts';
import { mutationsOf, replaced } from '../../tools/fixtures/mutations.ts';
import { Refused } from '../../tools/fixtures/ProtooClient.ts';
import type { AnyReply } from '../../tools/fixtures/ProtooClient.ts';
import { ContractHarness } from '../support/ContractHarness.ts';
import { runs } from '../support/runs.ts';
import { chooseSeed } from '../support/seed.ts';
import { View } from '../support/View.ts';

/**
 * Stories and tracks that are tried with each contract, and the fewest messages
 * in them.
 */
const RUNS = runs({
  full: { stories: 240, tracks: 1_500, messages: 20_000 },
  fast: { stories: 60, tracks: 375, messages: 5_000 },
});

/** A room has a router and two listeners in the worker. */
const HELD_BY_A_ROOM = 3;

/** Longest wait for any one answer, ms. */
const PATIENCE = 30_000;

/** An action of one client in a story. */
interface Step {
  who: number;
  /** The index of an example request, or a change of the connection. */
  what: number | 'arrive' | 'connect' | 'close' | 'cut';
  /** The client whose objects the request names. */
  whose: number;
  /** The index of the mutation of the request, if any. */
  wrong: number | undefined;
}

/** Turns of the event loop that the server gets to settle. */
const MAX_TURNS = 1_000;

const CLOSINGS = new Set(['closeProducer', 'unpublish']);

const PEOPLE = 4;
const anybody = fc.nat(PEOPLE - 1);

const deed: fc.Arbitrary<Step> = fc.record({
  who: anybody,
  what: fc.oneof(
    { weight: 30, arbitrary: fc.nat(1_000) },
    { weight: 3, arbitrary: fc.constant('arrive' as const) },
    { weight: 1, arbitrary: fc.constantFrom('connect', 'close', 'cut') },
  ),
  whose: anybody,
  wrong: fc.oneof(
    { weight: 3, arbitrary: fc.constant(undefined) },
    { weight: 1, arbitrary: fc.nat(100_000) },
  ),
});

/** Deeds are done at once within a burst, and one burst after the other. */
const story = fc.array(fc.array(deed, { minLength: 1, maxLength: 12 }), {
  minLength: 1,
  maxLength: 12,
});

const payloadType = fc.constantFrom(0, 1, 96, 97, 100, 127);
const ssrc = fc.oneof(
  fc.constantFrom(0, 1, 0xffff_ffff),
  fc.integer({ min: 0, max: 0xffff_ffff }),
);

const codec = fc
  .record({
    capability: fc.constantFrom(...(routerRtpCapabilities.codecs ?? [])),
    payloadType,
    apt: payloadType,
    others: fc.dictionary(
      fc.string({ maxLength: 10 }),
      fc.oneof(fc.string(), fc.integer(), fc.double({ noNaN: true })),
      { maxKeys: 3 },
    ),
  })
  .map(({ capability, payloadType, apt, others }) => ({
    mimeType: capability.mimeType,
    clockRate: capability.clockRate,
    ...(capability.channels && { channels: capability.channels }),
    payloadType,
    parameters: {
      ...others,
      ...capability.parameters,
      ...(capability.mimeType.endsWith('/rtx') && { apt }),
    },
    rtcpFeedback: capability.rtcpFeedback,
  }));

/** Tracks as no browser would send them, of parts that it might. */
const track = fc.record({
  kind: fc.constantFrom('audio', 'video'),
  rtpParameters: fc.record(
    {
      mid: fc.string({ maxLength: 32 }),
      codecs: fc.array(codec, { minLength: 1, maxLength: 4 }),
      headerExtensions: fc.array(
        fc.record({
          uri: fc.constantFrom(
            ...(routerRtpCapabilities.headerExtensions ?? []).map(
              ({ uri }) => uri,
            ),
          ),
          id: fc.integer({ min: 1, max: 255 }),
          encrypt: fc.boolean(),
        }),
        { maxLength: 6 },
      ),
      encodings: fc.array(
        fc.record(
          {
            ssrc,
            rid: fc.constantFrom('a', 'b'),
            codecPayloadType: payloadType,
            rtx: fc.record({ ssrc }),
            dtx: fc.boolean(),
            scalabilityMode: fc.constantFrom(
              'L1T1',
              'L1T3',
              'L3T3',
              'L3T3_KEY',
              'S3T3h',
            ),
            maxBitrate: fc.integer({ min: 0, max: 0xffff_ffff }),
          },
          { requiredKeys: [] },
        ),
        { minLength: 1, maxLength: 4 },
      ),
      rtcp: fc.record(
        { cname: fc.string(), reducedSize: fc.boolean() },
        { requiredKeys: [] },
      ),
    },
    { requiredKeys: ['codecs'] },
  ),
});

for (const contract of contracts) {
  describe(`random requests over ${contract.name}`, () => {
    let scene: ContractHarness;

    before(async () => {
      scene = await ContractHarness.create(contract, {
        rooms: { resumeTimeout: 0 },
      });
    });

    after(() => scene.close());

    /** One of the people in a story, over all its connections. */
    class Person {
      readonly #name: string;
      readonly #room: string;
      /** Every connection so far; the last is the one in use. */
      readonly clients: Client[] = [];
      readonly #joined = new Set<Client>();
      own: Belongings = nobodys;

      constructor(name: string, room: string) {
        this.#name = name;
        this.#room = room;
      }

      /** Those connections that are up and in the room. */
      get present(): Client[] {
        return this.clients.filter(
          (client) => isOpen(client) && this.#joined.has(client),
        );
      }

      async connect(): Promise<Client> {
        const { url } = scene.server;
        const client = await contract.connect(url, this.#room, this.#name, {
          // What follows from an answer is done before the next one is read.
          allowSynchronousEvents: false,
        });
        this.clients.push(client);
        return client;
      }

      /** Comes in, if it is not here, with all that a member can have. */
      async arrive(theirs: Belongings): Promise<void> {
        let client = this.clients.at(-1);
        if (client === undefined || !isOpen(client)) {
          client = await this.connect();
        }
        try {
          if (!this.#joined.has(client)) {
            await contract.enter(client);
            this.#joined.add(client);
          }
          const theirProducerId =
            theirs === nobodys ? undefined : theirs.producerId;
          this.own = await contract.setUpMedia(client, theirProducerId);
        } catch (error) {
          assertExpected(error);
        }
      }

      async do({ what, wrong }: Step, theirs: Belongings): Promise<void> {
        const client = this.clients.at(-1);
        if (what === 'arrive' || client === undefined) {
          await this.arrive(theirs);
        } else if (what === 'connect') {
          await this.connect();
        } else if (what === 'close') {
          client.socket.close();
        } else if (what === 'cut') {
          client.socket.terminate();
        } else if (isOpen(client)) {
          const { own } = this;
          const examples = contract.examples({ client, own, theirs });
          const example = examples[what % examples.length];
          assert.ok(example);
          const data = broken(example.data, wrong);
          await this.#ask(client, example.method, data);
        }
      }

      async #ask(client: Client, method: string, data: unknown): Promise<void> {
        let reply: AnyReply;
        try {
          reply = await client.request(method, data);
        } catch (error) {
          assertExpected(error);
          return;
        }
        if (method === contract.methods.join) {
          this.#joined.add(client);
        } else if (method === contract.methods.leave) {
          this.#joined.delete(client);
        }
        this.#keep(reply, data);
      }

      /** Remembers the ids of what a request made. */
      #keep(reply: AnyReply, data: unknown) {
        const { transportId, producerId, consumerId } = reply;
        const { dataProducerId, dataConsumerId } = reply;
        if (dataConsumerId !== undefined) {
          this.own = { ...this.own, dataConsumerId };
        } else if (dataProducerId !== undefined) {
          this.own = { ...this.own, dataProducerId };
        } else if (consumerId !== undefined) {
          this.own = { ...this.own, consumerId };
        } else if (producerId !== undefined) {
          this.own = { ...this.own, producerId };
        } else if (transportId !== undefined) {
          const { direction } = data as { direction: 'send' | 'recv' };
          this.own = { ...this.own, [`${direction}TransportId`]: transportId };
        }
      }
    }

    /** A refusal for what was asked, or the end of the connection. */
    function assertExpected(error: unknown): void {
      assert.ok(error instanceof Error);
      if (error instanceof Refused) {
        assert.notEqual(error.code, contract.codeOf('INTERNAL_ERROR'));
        assert.doesNotMatch(error.message, /Cannot|undefined/);
      } else {
        assert.match(error.message, /^closed before the answer/);
      }
    }

    /** Each of these knows who else is in the room, and what they send. */
    function assertAgreed(room: Room, present: readonly Client[]): void {
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

    /** Lets the server do what it has to, until this is so. */
    async function settled(assertion: () => void): Promise<void> {
      for (let turns = 0; turns < MAX_TURNS; turns += 1) {
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
      return (await scene.countInWorker()) - size * HELD_BY_A_ROOM;
    }

    /** Lets people do things, and looks whether all is as it has to be. */
    async function play(bursts: readonly Step[][]): Promise<void> {
      const before = await leftovers();
      const id = await scene.makeRoom();
      const people = Array.from(
        { length: PEOPLE },
        (_, index) => new Person(`person-${index}`, id),
      );
      const watcher = await scene.join(id);
      const room = scene.server.registry.get(id);
      for (const person of people) {
        await person.arrive(people[0]?.own ?? nobodys);
      }
      for (const burst of bursts) {
        const doing = burst.map((it) => {
          const theirs = people[it.whose]?.own ?? nobodys;
          return (people[it.who] ?? assert.fail()).do(it, theirs);
        });
        await inTime(Promise.all(doing), burst);
      }
      await settled(() => {
        const present = people.flatMap((person) => person.present);
        assert.equal(room.peers.size, present.length + 1);
        assertAgreed(room, [watcher, ...present]);
      });
      for (const client of people.flatMap(({ clients }) => clients)) {
        if (isOpen(client)) {
          const { requests, answers } = client.counts;
          assert.equal(answers, requests);
          await client.close();
        }
      }
      await settled(() => assert.equal(room.peers.size, 1));
      await settled(() => assertAgreed(room, [watcher]));
      await contract.leave(watcher);
      await watcher.close();
      assert.equal(await leftovers(), before);
      await scene.assertServing();
    }

    test('are answered once, notified in order, and leave nothing behind', async (t) => {
      const seed = chooseSeed(t);
      await fc.assert(fc.asyncProperty(story, play), {
        seed,
        numRuns: RUNS.stories,
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

    test('are numerous enough to be meaningful', async (t) => {
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

    /** A reply, or nothing where the request was refused for what it was. */
    async function orRefused(request: Promise<AnyReply>): Promise<AnyReply> {
      try {
        return await request;
      } catch (error) {
        assertExpected(error);
        return undefined;
      }
    }
  });
}

function isOpen({ socket }: Client): boolean {
  return socket.readyState === socket.OPEN;
}

/** The data with one thing wrong, if a number says which. */
function broken(data: object, wrong: number | undefined): unknown {
  if (wrong === undefined) {
    return data;
  }
  const mutations = Array.from(mutationsOf(data));
  const mutation = mutations[wrong % mutations.length];
  assert.ok(mutation);
  return replaced(data, mutation.path, mutation.after);
}

/** Fails with what was done when it takes too long. */
async function inTime(doing: Promise<unknown>, what: object): Promise<void> {
  const enough = new AbortController();
  const late = delay(PATIENCE, undefined, { signal: enough.signal }).then(
    () => assert.fail(`not answered: ${JSON.stringify(what)}`),
    () => undefined,
  );
  try {
    await Promise.race([doing, late]);
  } finally {
    enough.abort();
  }
}
