import assert from 'node:assert/strict';

import { mutationsOf, replaced } from '../../tools/fixtures/mutations.ts';
import { Refused } from '../../tools/fixtures/ProtooClient.ts';
import type { AnyReply } from '../../tools/fixtures/ProtooClient.ts';
import { unknownIds } from './Contract.ts';
import type { Belongings, Client, Contract } from './Contract.ts';
import type { Step } from './scenario.ts';

/** A member in a scenario, over all its connections. */
export class ScenarioMember {
  readonly #contract: Contract;
  readonly #url: string;
  readonly #name: string;
  readonly #room: string;
  /** Every connection so far; the last is the one in use. */
  readonly clients: Client[] = [];
  readonly #joined = new Set<Client>();
  own: Belongings = unknownIds;

  constructor(contract: Contract, url: string, name: string, room: string) {
    this.#contract = contract;
    this.#url = url;
    this.#name = name;
    this.#room = room;
  }

  /** The connections that are open and in the room. */
  get present(): Client[] {
    return this.clients.filter(
      (client) => isOpen(client) && this.#joined.has(client),
    );
  }

  async connect(): Promise<Client> {
    const client = await this.#contract.connect(
      this.#url,
      this.#room,
      this.#name,
      // The consequences of an answer come before the next one is read.
      { allowSynchronousEvents: false },
    );
    this.clients.push(client);
    return client;
  }

  /** Joins, unless it has, and creates all objects that a member can have. */
  async arrive(theirs: Belongings): Promise<void> {
    let client = this.clients.at(-1);
    if (client === undefined || !isOpen(client)) {
      client = await this.connect();
    }
    try {
      if (!this.#joined.has(client)) {
        await this.#contract.enter(client);
        this.#joined.add(client);
      }
      const theirProducerId =
        theirs === unknownIds ? undefined : theirs.producerId;
      this.own = await this.#contract.setUpMedia(client, theirProducerId);
    } catch (error) {
      assertExpected(this.#contract, error);
    }
  }

  async do({ action, mutation }: Step, theirs: Belongings): Promise<void> {
    const client = this.clients.at(-1);
    if (action === 'arrive' || client === undefined) {
      await this.arrive(theirs);
    } else if (action === 'connect') {
      await this.connect();
    } else if (action === 'close') {
      client.socket.close();
    } else if (action === 'terminate') {
      client.socket.terminate();
    } else if (isOpen(client)) {
      const { own } = this;
      const examples = this.#contract.examples({ client, own, theirs });
      const example = examples[action % examples.length];
      assert.ok(example);
      const data = mutated(example.data, mutation);
      await this.#request(client, example.method, data);
    }
  }

  async #request(client: Client, method: string, data: unknown): Promise<void> {
    let reply: AnyReply;
    try {
      reply = await client.request(method, data);
    } catch (error) {
      assertExpected(this.#contract, error);
      return;
    }
    if (method === this.#contract.methods.join) {
      this.#joined.add(client);
    } else if (method === this.#contract.methods.leave) {
      this.#joined.delete(client);
    }
    this.#keep(reply, data);
  }

  /** Keeps the id of the object that a request created. */
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

/** Asserts that a request failed with a refusal or the end of its connection. */
export function assertExpected(contract: Contract, error: unknown): void {
  assert.ok(error instanceof Error);
  if (error instanceof Refused) {
    assert.notEqual(error.code, contract.codeOf('INTERNAL_ERROR'));
    assert.doesNotMatch(error.message, /Cannot|undefined/);
  } else {
    assert.match(error.message, /^closed before the answer/);
  }
}

export function isOpen({ socket }: Client): boolean {
  return socket.readyState === socket.OPEN;
}

/** The data with the mutation at an index, if any. */
function mutated(data: object, index: number | undefined): unknown {
  if (index === undefined) {
    return data;
  }
  const mutations = Array.from(mutationsOf(data));
  const mutation = mutations[index % mutations.length];
  assert.ok(mutation);
  return replaced(data, mutation.path, mutation.after);
}
