import assert from 'node:assert/strict';
import { setImmediate } from 'node:timers/promises';

import type { ConfigInput } from '../../lib/config/schema.ts';
import type { Server } from '../../lib/Server.ts';
import type { Client, Contract, Verdict } from './Contract.ts';
import { Refused } from '../../tools/fixtures/ProtooClient.ts';
import { startServer } from '../../tools/fixtures/server.ts';

/**
 * A server with one worker, tested through one contract, and a bystander in a
 * room of its own that must notice nothing of what happens elsewhere.
 */
export class ContractHarness {
  readonly server: Server;
  readonly contract: Contract;
  readonly bystander: Client;
  #clients = 0;

  private constructor(server: Server, contract: Contract, bystander: Client) {
    this.server = server;
    this.contract = contract;
    this.bystander = bystander;
  }

  static async create(
    contract: Contract,
    options: ConfigInput = {},
  ): Promise<ContractHarness> {
    const server = await startServer({
      ...contract.config,
      ...options,
      // The bystander's track has no consumers, which must not be notified.
      rooms: { layerReleaseDelay: 600_000, ...options.rooms },
    });
    const room = await contract.makeRoom(server);
    const bystander = await contract.connect(server.url, room, 'bystander');
    await contract.enter(bystander);
    return new ContractHarness(server, contract, bystander);
  }

  makeRoom(): Promise<string> {
    return this.contract.makeRoom(this.server);
  }

  /** Connects without joining, for a room of its own unless one is named. */
  async connect(room?: string): Promise<Client> {
    this.#clients += 1;
    return this.contract.connect(
      this.server.url,
      room ?? (await this.makeRoom()),
      `client-${this.#clients}`,
    );
  }

  /** Connects and joins. */
  async join(room?: string): Promise<Client> {
    const client = await this.connect(room);
    await this.contract.enter(client);
    return client;
  }

  /** Asserts that the worker still serves the bystander. */
  async assertServing(): Promise<void> {
    await this.contract.leave(this.bystander);
    await this.contract.enter(this.bystander);
    await this.contract.probe(this.bystander);
    assert.deepEqual(this.bystander.notifications, []);
    assert.equal(this.server.pool.deaths, 0);
  }

  /** Asserts a refusal or a close, as the contract defines it. */
  async assertVerdict(client: Client, verdict: Verdict): Promise<void> {
    if ('closes' in verdict) {
      assert.deepEqual(await client.closed, {
        code: verdict.closes,
        reason: verdict.reason,
      });
      return;
    }
    const { code, message } = await this.contract.refusal(client);
    assert.equal(code, this.contract.codeOf(verdict.refuses));
    assert.match(message, verdict.message);
    await this.assertRefused(
      client.request('nothing'),
      'UNKNOWN_METHOD',
      /^there is no request "nothing"$/,
    );
    await client.close();
  }

  /** Asserts that a request is refused with exactly this code and message. */
  async assertRefused(
    request: Promise<unknown>,
    code: Parameters<Contract['codeOf']>[0],
    message: RegExp,
  ): Promise<void> {
    await assert.rejects(request, (error: unknown) => {
      assert.ok(error instanceof Refused, String(error));
      assert.equal(error.code, this.contract.codeOf(code), error.message);
      assert.match(error.message, message);
      return true;
    });
  }

  /** The number of objects in the worker: routers, transports, … */
  async countInWorker(): Promise<number> {
    const worker = this.server.pool.alive[0]?.worker;
    assert.ok(worker);
    // The worker answers pending requests before the first dump. Both answers
    // may come in one read, so objects that the server closes on the first are
    // gone only with the second dump.
    await worker.dump();
    await setImmediate();
    const { channelMessageHandlers } = await worker.dump();
    return channelMessageHandlers.channelRequestHandlers.length;
  }

  async close(): Promise<void> {
    await this.bystander.close();
    await this.server.close();
  }
}
