import assert from 'node:assert/strict';

import type { ConfigInput } from '../../lib/config/schema.ts';
import { Server } from '../../lib/Server.ts';
import { openStore } from '../../lib/store/openStore.ts';
import { testConfig } from '../../tools/fixtures/server.ts';
import type { SocketClient, SocketContract } from './SocketContract.ts';
import type { Verdict } from './SocketContract.ts';

/** A server with a client in a room. */
interface Scene<Member extends SocketClient> {
  server: Server;
  bystander: Member;
}

/**
 * A server with one worker, tested through one contract, and a bystander in a
 * room of its own that must notice nothing of what happens elsewhere.
 */
export class SocketHarness<
  Member extends SocketClient = SocketClient,
  Spoken extends SocketContract<Member> = SocketContract<Member>,
> {
  readonly server: Server;
  readonly contract: Spoken;
  readonly bystander: Member;
  #clients = 0;

  protected constructor(contract: Spoken, scene: Scene<Member>) {
    this.contract = contract;
    this.server = scene.server;
    this.bystander = scene.bystander;
  }

  static async open<Member extends SocketClient>(
    contract: SocketContract<Member>,
    options: ConfigInput = {},
  ): Promise<SocketHarness<Member>> {
    return new SocketHarness(
      contract,
      await SocketHarness.start(contract, options),
    );
  }

  protected static async start<Member extends SocketClient>(
    contract: SocketContract<Member>,
    options: ConfigInput,
  ): Promise<Scene<Member>> {
    const config = testConfig({
      ...contract.config,
      ...options,
      // The bystander's track has no consumers, which must not be notified.
      rooms: { layerReleaseDelay: 600_000, ...options.rooms },
    });
    if (contract.prepare !== undefined) {
      const store = await openStore(config.store, '/');
      await contract.prepare(store);
      await store.close();
    }
    const server = await Server.start(config);
    const room = await contract.makeRoom(server);
    const bystander = await contract.connect(server.url, room, 'bystander');
    await contract.enter(bystander);
    return { server, bystander };
  }

  makeRoom(): Promise<string> {
    return this.contract.makeRoom(this.server);
  }

  /** Connects without joining, for a room of its own unless one is named. */
  async connect(room?: string): Promise<Member> {
    this.#clients += 1;
    return this.contract.connect(
      this.server.url,
      room ?? (await this.makeRoom()),
      `client-${this.#clients}`,
    );
  }

  /** Connects and joins. */
  async join(room?: string): Promise<Member> {
    const client = await this.connect(room);
    await this.contract.enter(client);
    return client;
  }

  /** The number of peers in a room. */
  peersIn(room: string): number {
    const { registry } = this.server;
    return (
      this.contract.peersIn?.(this.server, room) ??
      registry.rooms.get(room)?.peers.size ??
      0
    );
  }

  /** Asserts that the worker still serves the bystander. */
  async assertServing(): Promise<void> {
    await this.contract.leave(this.bystander);
    await this.contract.enter(this.bystander);
    await this.contract.probe(this.bystander);
    assert.deepEqual(this.bystander.notifications, []);
    assert.equal(this.server.pool.deaths, 0);
  }

  /** Asserts what becomes of a frame, as the contract defines it. */
  async assertVerdict(client: Member, verdict: Verdict): Promise<void> {
    if (typeof verdict === 'string' || 'refuses' in verdict) {
      await this.contract.assertKept(client, verdict);
      await client.close();
      return;
    }
    assert.deepEqual(await client.closed, {
      code: verdict.closes,
      reason: verdict.reason,
    });
  }

  async close(): Promise<void> {
    await this.bystander.close();
    await this.server.close();
  }
}
