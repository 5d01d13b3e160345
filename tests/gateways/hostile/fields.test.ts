import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';

import type { ErrorCode } from '../../../lib/signalling/errors.ts';
import { sampling } from '../../../scripts/samples.ts';
import type { Belongings, Client, Example } from '../../support/Contract.ts';
import { unknownIds } from '../../support/Contract.ts';
import { contracts } from '../../support/contracts.ts';
import {
  kindOf,
  mutationsOf,
  nodesOf,
  replaced,
} from '../../../tools/fixtures/mutations.ts';
import type { Mutation, Path } from '../../../tools/fixtures/mutations.ts';
import { Refused } from '../../../tools/fixtures/ProtooClient.ts';
import { ContractHarness } from '../../support/ContractHarness.ts';

/** Fields that accept values of several types. */
const FREE_PLACES = [
  /\.appData\./,
  /\.metadata\./,
  /^data\.data(\.|$)/,
  /\.parameters\.(?!apt$)[^.]+$/,
  /\.permissions\.(publish|moderate)$/,
];

/** Codes for a field that has the right type and is invalid. */
const EXCUSES: readonly ErrorCode[] = [
  'VALIDATION_ERROR',
  'MEDIA_REJECTED',
  'TRANSPORT_NOT_FOUND',
  'PRODUCER_NOT_FOUND',
  'CONSUMER_NOT_FOUND',
  'DATA_PRODUCER_NOT_FOUND',
  'DATA_CONSUMER_NOT_FOUND',
  'PEER_NOT_FOUND',
  'ROOM_NOT_FOUND',
  'NOT_JOINED',
  'TOKEN_MISSING',
  'TOKEN_INVALID',
  'RESUME_REFUSED',
  'FORBIDDEN',
];

/** One in how many invalid values is tried. */
const VALUES = sampling('invalid values of the fields of requests');

/** Text of errors that were not written for clients. */
const ACCIDENTS = /undefined|Cannot |is not a function|\[object|Invalid input/;

for (const contract of contracts) {
  describe(`invalid fields in every request of ${contract.name}`, () => {
    const excuses = new Set(EXCUSES.map((code) => contract.codeOf(code)));
    const invalid = contract.codeOf('VALIDATION_ERROR');
    let scene: ContractHarness;
    let member: Client;
    let theirs: Belongings;

    before(async () => {
      scene = await ContractHarness.create(contract);
      member = await scene.join();
      theirs = await contract.setUpMedia(member);
    });

    after(async () => {
      await member.close();
      await scene.close();
    });

    /** A client that is always in the state that a request needs. */
    class Actor {
      readonly client: Client;
      readonly #method: string;
      #own = unknownIds;
      #joined = false;

      constructor(client: Client, method: string) {
        this.client = client;
        this.#method = method;
      }

      /** Starts anew: what a request did is undone. */
      async prepare(): Promise<void> {
        if (this.#joined && this.#method !== contract.methods.leave) {
          await contract.leave(this.client);
        }
        this.#joined = this.#method !== contract.methods.join;
        if (this.#joined) {
          await contract.enter(this.client);
          this.#own = await contract.setUpMedia(this.client, theirs.producerId);
        }
      }

      /** Undoes a request that succeeded. */
      async recover(): Promise<void> {
        this.#joined = this.#method !== contract.methods.leave;
        await (this.#method === contract.methods.join
          ? contract.leave(this.client)
          : this.prepare());
      }

      /** A valid request for the current state, with a new track if it sends one. */
      examples(): Example[] {
        return contract
          .examples({ client: this.client, own: this.#own, theirs })
          .filter(({ method }) => method === this.#method);
      }

      example(index: number): Example {
        const example = this.examples()[index];
        assert.ok(example);
        return example;
      }
    }

    /** The refusal of a request; nothing if it succeeded. */
    async function refusal(
      client: Client,
      method: string,
      data: unknown,
    ): Promise<Refused | undefined> {
      try {
        await client.request(method, data);
        return undefined;
      } catch (error) {
        if (error instanceof Refused) {
          return error;
        }
        throw error;
      }
    }

    /** Asserts one answer to the sender that names the invalid field. */
    function assertAnswer(
      method: string,
      { path, before: was, after: is, what }: Mutation,
      refused: Refused | undefined,
    ): void {
      const place = ['data', ...path].join('.');
      const wrongKind =
        what !== 'dropped' &&
        kindOf(was) !== kindOf(is) &&
        !(is === null && contract.nullable.includes(`${method} ${place}`)) &&
        ![...FREE_PLACES, ...contract.anyKind].some((free) => free.test(place));
      if (refused === undefined) {
        assert.ok(!wrongKind, `${place} was accepted: ${what}`);
        return;
      }
      const name = `${place}, ${what}: ${refused.code} ${refused.message}`;
      assert.ok(excuses.has(refused.code), name);
      assert.doesNotMatch(refused.message, ACCIDENTS, name);
      assert.ok(refused.message.length < 2_000, name);
      if (wrongKind) {
        assert.equal(refused.code, invalid, name);
        assert.ok(refused.message.startsWith(`${place}: expected `), name);
      }
    }

    test('have an example for every field of every request', () => {
      const examples = contract.examples({
        client: member,
        own: unknownIds,
        theirs,
      });
      for (const [name, spec] of Object.entries(contract.requests)) {
        const fields = examples
          .filter(({ method }) => method === name)
          .flatMap(({ data }) => Object.keys(data));
        assert.deepEqual(
          new Set(fields),
          new Set(Object.keys(spec.data.shape)),
          name,
        );
      }
    });

    for (const method of Object.keys(contract.requests)) {
      test(`are named in the error of ${method}, which is served afterwards`, async () => {
        const client = await scene.connect(member.roomId);
        const actor = new Actor(client, method);
        await actor.prepare();
        for (const index of actor.examples().keys()) {
          const example = actor.example(index);
          const answer = await refusal(client, method, example.data);
          if (example.refused === undefined) {
            assert.equal(answer, undefined);
            await actor.recover();
          } else {
            assert.equal(answer?.code, contract.codeOf(example.refused));
          }
          const mutations = Array.from(mutationsOf(example.data)).filter(
            (_, place) => (place + index) % VALUES === 0,
          );
          for (const mutation of mutations) {
            const wrong = replaced(
              actor.example(index).data,
              mutation.path,
              mutation.after,
            );
            const refused = await refusal(client, method, wrong);
            assertAnswer(method, mutation, refused);
            if (refused === undefined) {
              await actor.recover();
            }
            if (refused?.code !== invalid) {
              await scene.assertServing();
            }
          }
        }
        const { requests, answers } = client.counts;
        assert.equal(answers, requests);
        await client.close();
        await scene.assertServing();
      });
    }

    test('may not be ids that belong to other peers', async () => {
      const stranger = await scene.join();
      const strangers = await contract.setUpMedia(stranger);
      const client = await scene.connect(member.roomId);
      const others = [
        { whose: 'a member', who: member, has: theirs },
        { whose: 'a stranger', who: stranger, has: strangers },
      ] as const;
      let tried = 0;
      for (const method of Object.keys(contract.requests)) {
        const actor = new Actor(client, method);
        await actor.prepare();
        for (const [index, example] of actor.examples().entries()) {
          for (const { path, value } of idsIn(example.data)) {
            const field = String(path.findLast(isName));
            for (const { whose, who, has } of others) {
              const ids: Record<string, string[]> = {
                roomId: [who.roomId],
                peerId: [who.peerId],
                transportId: [has.sendTransportId, has.recvTransportId],
                producerId: [has.producerId],
                consumerId: [has.consumerId],
                consumerIds: [has.consumerId],
                dataProducerId: [has.dataProducerId],
                dataConsumerId: [has.dataConsumerId],
              };
              const code = contract.foreign(method, field, whose);
              for (const id of ids[field] ?? []) {
                if (code !== undefined && id !== value) {
                  tried += 1;
                  await scene.assertRefused(
                    client.request(
                      method,
                      replaced(actor.example(index).data, path, id),
                    ),
                    code,
                    /./,
                  );
                }
              }
            }
          }
        }
        if (method !== contract.methods.join) {
          await contract.leave(client);
        }
      }
      assert.ok(tried > Object.keys(contract.requests).length, String(tried));
      assert.deepEqual(stranger.notifications, []);
      for (const { who, has } of others) {
        const examples = contract.examples({
          client: who,
          own: has,
          theirs: has,
        });
        // Closing an object would close those that the other requests name.
        const closing = ['closeWebRtcTransport', contract.methods.leave];
        const inOrder = examples.toSorted(
          (one, other) =>
            closing.indexOf(one.method) - closing.indexOf(other.method),
        );
        for (const { method, data, refused } of inOrder) {
          if (method !== contract.methods.join && refused === undefined) {
            await who.request(method, data);
          }
        }
        await contract.enter(who);
      }
      theirs = await contract.setUpMedia(member);
      await Promise.all([client.close(), stranger.close()]);
      await scene.assertServing();
    });
  });
}

/** The texts in the data of a request; each may be an id. */
function idsIn(data: unknown): { path: Path; value: unknown }[] {
  return Array.from(nodesOf(data)).filter(
    ({ value }) => typeof value === 'string',
  );
}

/** An id in a list is named by the field of the list. */
function isName(step: string | number): step is string {
  return typeof step === 'string';
}
