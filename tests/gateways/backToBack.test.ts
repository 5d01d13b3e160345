import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import type { Server } from '../../lib/Server.ts';
import { sampling } from '../../scripts/samples.ts';
import { unknownIds } from '../support/Contract.ts';
import type {
  Belongings,
  Client,
  Contract,
  Example,
} from '../support/Contract.ts';
import { contracts } from '../support/contracts.ts';
import { describeLayouts } from '../support/layouts.ts';
import { layouts } from '../../tools/fixtures/layouts.ts';
import type { Layout } from '../../tools/fixtures/layouts.ts';
import { Leftovers } from '../support/leftovers.ts';
import { Refused } from '../../tools/fixtures/ProtooClient.ts';
import { startServer } from '../../tools/fixtures/server.ts';
import { View } from '../support/View.ts';
import { kill } from '../support/workers.ts';

/** The number of clients that act at once in one room. */
const AT_ONCE = 6;

/** One in how many pairs of requests, and requests amid other ends, is tried. */
const PAIRS = sampling('pairs of requests sent at once');
const REQUESTS = sampling('requests sent while a client leaves or workers die');

/** A client in a room, with the ids of its objects and of the host's. */
interface Actor {
  client: Client;
  own: Belongings;
  theirs: Belongings;
}

/** Requests that an actor sends at once, without waiting for answers. */
type Step = (actor: Actor) => Promise<void>[];

/** Ways to leave while a request of the member is pending. */
const departures: Record<
  string,
  (contract: Contract, server: Server, client: Client) => Promise<void>
> = {
  'closes its connection': (_contract, _server, client) => client.close(),
  'loses its connection': async (_contract, _server, client) => {
    client.socket.terminate();
    await client.closed;
  },
  'joins again with the same id': async (contract, server, client) => {
    const { roomId, peerId } = client;
    const newcomer = await contract.connect(server.url, roomId, peerId);
    await contract.enter(newcomer);
    await newcomer.close();
  },
};

/** The indexes of all examples of a contract. */
function indexesOf(contract: Contract): number[] {
  const client = { roomId: 'room', peerId: 'peer' } as Client;
  const world = { client, own: unknownIds, theirs: unknownIds };
  return Array.from(contract.examples(world).keys());
}

/** One in so many of a list, another one for each turn. */
function everyOneIn(
  count: number,
  indexes: readonly number[],
  turn: number,
): number[] {
  return indexes.filter((index) => (index + turn) % count === 0);
}

function startFor(contract: Contract, layout: Layout): Promise<Server> {
  return startServer({
    ...contract.config,
    ...layout,
    rooms: { resumeTimeout: 0, layerReleaseDelay: 600_000, ...layout.rooms },
  });
}

/** The rooms of one server in one contract. */
class Stage {
  readonly contract: Contract;
  readonly server: Server;
  #actors = 0;

  constructor(contract: Contract, server: Server) {
    this.contract = contract;
    this.server = server;
  }

  /** A member of the host's room with all media, which receives the host. */
  async act(host: Client, theirs: Belongings): Promise<Actor> {
    this.#actors += 1;
    const { url } = this.server;
    const name = `actor-${this.#actors}`;
    const client = await this.contract.connect(url, host.roomId, name);
    await this.contract.enter(client);
    const own = await this.contract.setUpMedia(client, theirs.producerId);
    return { client, own, theirs };
  }

  async host(): Promise<{ host: Client; theirs: Belongings }> {
    const room = await this.contract.makeRoom(this.server);
    const host = await this.contract.connect(this.server.url, room, 'host');
    await this.contract.enter(host);
    return { host, theirs: await this.contract.setUpMedia(host) };
  }

  /** Runs each step with its own actor, observed by another member. */
  async run(steps: readonly Step[]): Promise<void> {
    const { host, theirs } = await this.host();
    await using leaving = new AsyncDisposableStack();
    leaving.defer(() => host.close());
    for (let first = 0; first < steps.length; first += AT_ONCE) {
      const running = steps.slice(first, first + AT_ONCE).map(async (step) => {
        const actor = await this.act(host, theirs);
        await Promise.all(step(actor));
        await actor.client.close();
      });
      await Promise.all(running);
    }
    await this.#assertOpenedAndClosed(host);
  }

  /**
   * Sends the example at an index. There is an answer, unless the connection
   * ends; a refusal because something closed names a field of the request.
   */
  async request(actor: Actor, index: number): Promise<void> {
    const { contract } = this;
    const example = contract.examples(actor)[index];
    const { method, data }: Example = example ?? assert.fail();
    try {
      await actor.client.request(method, data);
    } catch (error) {
      assert.ok(error instanceof Error);
      if (!(error instanceof Refused)) {
        assert.match(error.message, /^closed before the answer/);
        return;
      }
      const { message } = error;
      assert.doesNotMatch(message, /failed in the server|\bnot found\b/);
      const [, field] = /^(\w+): .*closed/.exec(message) ?? [];
      const fields = contract.requests[method]?.data.shape ?? {};
      assert.ok(field === undefined || field in fields, message);
    }
  }

  /** Asserts that every announced producer was also announced as closed. */
  async #assertOpenedAndClosed(host: Client): Promise<void> {
    const { contract } = this;
    const { peers } = this.server.registry.get(host.roomId);
    // Events sent before an answer have arrived with it.
    await assert.rejects(host.request('nothing'), Refused);
    while (peers.size > 1) {
      await assert.rejects(host.request('nothing'), Refused);
    }
    await assert.rejects(host.request('nothing'), Refused);
    const happenings = contract.happenings(host);
    const idsOf = (type: 'opened' | 'closed') =>
      new Set(
        happenings.flatMap((it) => (it.type === type ? it.producerId : [])),
      );
    const opened = idsOf('opened');
    assert.ok(opened.size > 0);
    const closed = idsOf('closed');
    const unclosed = Array.from(opened).filter((id) => !closed.has(id));
    assert.deepEqual(unclosed, [], 'expected an event for the end of each');
    assert.equal(View.after(happenings).peers.size, 0);
  }
}

for (const contract of contracts) {
  const indexes = indexesOf(contract);

  describeLayouts(`back to back over ${contract.name}`, (layout) => {
    const turn = Object.values<Layout>(layouts).indexOf(layout);
    let server: Server;
    let stage: Stage;
    let leftovers: Leftovers;

    before(async () => {
      server = await startFor(contract, layout);
      stage = new Stage(contract, server);
      leftovers = new Leftovers(server);
    });

    after(() => server.close());

    test('any two requests sent together leave nothing behind', async () => {
      for (const first of indexes) {
        const seconds = everyOneIn(PAIRS, indexes, first + turn);
        if (seconds.length > 0) {
          await stage.run(
            seconds.map((second) => (actor) => [
              stage.request(actor, first),
              stage.request(actor, second),
            ]),
          );
        }
      }
      await leftovers.assertNone();
    });

    for (const [way, [how, depart]] of Object.entries(departures).entries()) {
      test(`a client that sends a request and ${how} leaves nothing behind`, async () => {
        await stage.run(
          everyOneIn(REQUESTS, indexes, way + turn).map((index) => (actor) => [
            stage.request(actor, index),
            depart(contract, server, actor.client),
          ]),
        );
        await leftovers.assertNone();
      });
    }

    test('a client that sends a request and is the last to leave leaves nothing behind', async () => {
      for (const index of everyOneIn(REQUESTS, indexes, turn)) {
        const { host, theirs } = await stage.host();
        const pending = stage.request(
          { client: host, own: theirs, theirs },
          index,
        );
        await Promise.all([pending, host.close()]);
      }
      await leftovers.assertNone();
    });

    test('any request during the death of the workers leaves nothing behind', async () => {
      const { host, theirs } = await stage.host();
      const actors: Actor[] = [];
      const pending: Promise<void>[] = [];
      const tried = everyOneIn(REQUESTS, indexes, turn);
      while (actors.length < tried.length) {
        actors.push(await stage.act(host, theirs));
      }
      for (const [place, index] of tried.entries()) {
        pending.push(stage.request(actors[place] ?? assert.fail(), index));
      }
      const workers = server.pool.alive.map(({ worker }) => worker);
      await Promise.all(workers.map(kill));
      await Promise.all(pending);
      for (const { client } of [...actors, { client: host }]) {
        await client.close();
      }
      await leftovers.assertNone();
    });
  });
}
