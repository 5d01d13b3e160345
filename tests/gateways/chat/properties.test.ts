import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';

import * as fc from 'fast-check';

import { Leftovers } from '../../support/leftovers.ts';
import { sampleSize } from '../../../scripts/samples.ts';
import { chooseSeed } from '../../support/seed.ts';
import { until } from '../../support/until.ts';
import { ChatSite } from './ChatSite.ts';
import { ChatWorld } from './ChatWorld.ts';

const RUNS = sampleSize('random stories of lasting rooms', 20);

const PEOPLE = ['Ada', 'Bob', 'Eve'];

/** An action of a user, which prints as a call. */
interface Action {
  readonly act: (world: ChatWorld) => Promise<void>;
}

function action<Inputs extends unknown[]>(
  name: string,
  inputs: fc.Arbitrary<Inputs>,
  act: (world: ChatWorld, ...given: Inputs) => Promise<void>,
): fc.Arbitrary<Action> {
  return inputs.map((given) => ({
    act: (world) => act(world, ...given),
    [fc.toStringMethod]: () => `${name}(${fc.stringify(given)})`,
  }));
}

const any = fc.noBias(fc.nat(20));
const two = fc.tuple(any, any);
const roomType = fc.constantFrom('chat', 'video');
const word = fc.constantFrom(
  'yes',
  'NO',
  '100%',
  'a_b',
  'Élan',
  '👋',
  '\\',
  "'",
);

const ending = fc.oneof(
  action('logOut', two, (world, ...it) => world.logOut(...it)),
  action('deleteRoom', two, (world, ...it) => world.deleteRoom(...it)),
  action('disconnect', fc.tuple(any, fc.boolean()), (world, ...it) =>
    world.disconnect(...it),
  ),
  action('deleteUser', fc.tuple(any), (world, who) => world.deleteUser(who)),
);

const words = fc.array(fc.record({ which: any, word }), {
  minLength: 1,
  maxLength: 12,
});

/** Mostly nothing. */
function seldom<Value>(value: fc.Arbitrary<Value>) {
  return fc.oneof(
    { weight: 2, arbitrary: fc.constant(undefined) },
    { weight: 1, arbitrary: value },
  );
}

const selection = fc.record({
  limit: fc.oneof(fc.constant(undefined), fc.integer({ min: 1, max: 8 })),
  before: seldom(any),
  after: seldom(any),
  search: seldom(word),
});

const page = fc.tuple(
  any,
  fc.constantFrom('', 'chat', 'video'),
  fc.integer({ min: 1, max: 3 }),
  fc.nat(3),
);

/** Every action, by how often it is taken. */
const actions: readonly [weight: number, arbitrary: fc.Arbitrary<Action>][] = [
  [
    6,
    action('speak', fc.tuple(words), (world, said) =>
      world.speak(said, () => Promise.resolve()),
    ),
  ],
  [
    2,
    action('speak', fc.tuple(words, ending), (world, said, { act }) =>
      world.speak(said, () => act(world)),
    ),
  ],
  [
    5,
    action('connect', fc.tuple(any, any, any), (world, ...it) =>
      world.connect(...it),
    ),
  ],
  [
    3,
    action('signal', fc.tuple(any, seldom(any)), (world, ...it) =>
      world.signal(...it),
    ),
  ],
  [
    6,
    action('listMessages', fc.tuple(any, any, selection), (world, ...it) =>
      world.listMessages(...it),
    ),
  ],
  [2, action('listRooms', page, (world, ...it) => world.listRooms(...it))],
  [
    2,
    action('createRoom', fc.tuple(any, roomType), (world, ...it) =>
      world.createRoom(...it),
    ),
  ],
  [1, action('changeRoom', two, (world, ...it) => world.changeRoom(...it))],
  [3, action('logIn', fc.tuple(any), (world, who) => world.logIn(who))],
  [1, ending],
];

const story = fc.array(
  fc.oneof(...actions.map(([weight, arbitrary]) => ({ weight, arbitrary }))),
  { minLength: 10, maxLength: 60, size: 'max' },
);

describe('lasting rooms', () => {
  let site: ChatSite;
  let leftovers: Leftovers;
  let stories = 0;

  before(async () => {
    site = await ChatSite.start();
    leftovers = new Leftovers(site.server);
  });
  after(() => site[Symbol.asyncDispose]());

  async function play(steps: readonly Action[]): Promise<void> {
    stories += 1;
    const world = new ChatWorld(site, `story-${stories}-`);
    for (const name of PEOPLE) {
      await world.addUser(name);
    }
    await world.createRoom(0, 'chat');
    await world.createRoom(1, 'video');
    for (const who of PEOPLE.keys()) {
      await world.connect(who, 0, 0);
    }
    for (const { act } of steps) {
      await act(world);
    }
    await world.addUser('Zoë');
    await world.readAll(PEOPLE.length);
    await world.end();
    await until('no connections', () => site.server.connections === 0);
    assert.equal(site.server.presence.users, 0);
    await leftovers.assertNone();
  }

  test('are the same for everybody after any actions', async (t) => {
    const seed = chooseSeed(t);
    await fc.assert(fc.asyncProperty(story, play), { seed, numRuns: RUNS });
  });
});
