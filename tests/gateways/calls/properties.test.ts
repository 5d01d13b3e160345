import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import * as fc from 'fast-check';

import { sampleSize } from '../../../scripts/samples.ts';
import { Leftovers } from '../../support/leftovers.ts';
import { chooseSeed } from '../../support/seed.ts';
import { onEachEngine } from '../../support/stores.ts';
import { until } from '../../support/until.ts';
import { CallsSite } from './CallsSite.ts';
import { CallsWorld } from './CallsWorld.ts';

const RUNS = sampleSize('random stories of calls', 40);

/** An action in a story, which prints as a function call. */
interface Action {
  readonly act: (world: CallsWorld) => Promise<void>;
}

function action<Inputs extends unknown[]>(
  name: string,
  inputs: fc.Arbitrary<Inputs>,
  act: (world: CallsWorld, ...given: Inputs) => Promise<void>,
): fc.Arbitrary<Action> {
  return inputs.map((given) => ({
    act: (world) => act(world, ...given),
    [fc.toStringMethod]: () => `${name}(${fc.stringify(given)})`,
  }));
}

const any = fc.noBias(fc.nat(40));
const two = fc.tuple(any, any);
const three = fc.tuple(any, any, any);
const some = fc.array(any, { minLength: 1, maxLength: 4 });

/** Every action, by how often it is taken. */
const actions: readonly [weight: number, arbitrary: fc.Arbitrary<Action>][] = [
  [5, action('initiate', two, (world, ...it) => world.initiate(...it))],
  [8, action('join', fc.tuple(some, any), (world, ...it) => world.join(...it))],
  [3, action('reject', two, (world, ...it) => world.reject(...it))],
  [4, action('leave', two, (world, ...it) => world.leave(...it))],
  [2, action('remove', three, (world, ...it) => world.remove(...it))],
  [1, action('end', two, (world, ...it) => world.end(...it))],
  [4, action('signal', three, (world, ...it) => world.signal(...it))],
  [
    2,
    action('speak', fc.tuple(any, any, fc.boolean()), (world, ...it) =>
      world.speak(...it),
    ),
  ],
  [3, action('connect', fc.tuple(any), (world, who) => world.connect(who))],
  [
    3,
    action('disconnect', fc.tuple(any, fc.boolean()), (world, ...it) =>
      world.disconnect(...it),
    ),
  ],
];

const story = fc.array(
  fc.oneof(...actions.map(([weight, arbitrary]) => ({ weight, arbitrary }))),
  { minLength: 10, maxLength: 60, size: 'max' },
);

onEachEngine('calls', (engine) => {
  let site: CallsSite;
  let leftovers: Leftovers;
  let stories = 0;

  before(async () => {
    site = await CallsSite.start({
      store: await engine.emptyStore(),
      calls: {
        ringTimeout: 3_600_000,
        reconnectTimeout: 600_000,
        switchTimeout: 600_000,
        returnToP2p: false,
      },
      limits: { callsPerMinute: 1_000_000, signalsPerSecond: 1_000 },
    });
    leftovers = new Leftovers(site.server);
  });
  after(() => site[Symbol.asyncDispose]());

  async function play(steps: readonly Action[]): Promise<void> {
    stories += 1;
    const world = await CallsWorld.create(site, `${stories}`);
    for (const { act } of steps) {
      await act(world);
    }
    await world.close();
    await until('no connections', () => site.server.connections === 0);
    assert.equal(site.server.presence.users, 0);
    assert.equal(site.server.calls.limitUse.used, 0);
    await leftovers.assertNone();
  }

  test('are the same for everybody after any actions', async (t) => {
    const seed = chooseSeed(t);
    await fc.assert(fc.asyncProperty(story, play), {
      seed,
      numRuns: RUNS,
      // A story that fails waits long for what does not come.
      endOnFailure: true,
    });
  });
});
