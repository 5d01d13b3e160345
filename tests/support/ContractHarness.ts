import assert from 'node:assert/strict';
import { setImmediate } from 'node:timers/promises';

import type { ConfigInput } from '../../lib/config/schema.ts';
import { Refused } from '../../tools/fixtures/ProtooClient.ts';
import type { Client, Contract } from './Contract.ts';
import { SocketHarness } from './SocketHarness.ts';

/** A server that is tested through a contract with requests and media. */
export class ContractHarness extends SocketHarness<Client, Contract> {
  static async create(
    contract: Contract,
    options: ConfigInput = {},
  ): Promise<ContractHarness> {
    return new ContractHarness(
      contract,
      await SocketHarness.start(contract, options),
    );
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
      const hasNames = this.contract.name === 'protoo';
      assert.equal(error.errorName, hasNames ? code : undefined);
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
}
