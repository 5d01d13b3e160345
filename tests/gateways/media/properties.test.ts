import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';

import * as fc from 'fast-check';

import { routerRtpCapabilities } from '../../../lib/media/codecs.ts';
import { sampleSize } from '../../../scripts/samples.ts';
import { audioParameters } from '../../../tools/fixtures/rtp.ts';
import { Leftovers } from '../../support/leftovers.ts';
import { track } from '../../support/randomTrack.ts';
import { chooseSeed } from '../../support/seed.ts';
import { until } from '../../support/until.ts';
import { MediaSite } from './MediaSite.ts';
import { MediaSocket } from './MediaSocket.ts';
import { MediaWorld } from './MediaWorld.ts';

const RUNS = {
  stories: sampleSize('random stories of calls', 40),
  tracks: sampleSize('random tracks', 500),
};

/** An action in a story, which prints as a function call. */
interface Action {
  readonly act: (world: MediaWorld) => Promise<void>;
}

function action<Inputs extends unknown[]>(
  name: string,
  inputs: fc.Arbitrary<Inputs>,
  act: (world: MediaWorld, ...given: Inputs) => Promise<void>,
): fc.Arbitrary<Action> {
  return inputs.map((given) => ({
    act: (world) => act(world, ...given),
    [fc.toStringMethod]: () => `${name}(${fc.stringify(given)})`,
  }));
}

const who = fc.nat(2);
const any = fc.noBias(fc.nat(1_000));
const whose = fc.array(who, { minLength: 1, maxLength: 3 });

const actions: readonly [weight: number, arbitrary: fc.Arbitrary<Action>][] = [
  [
    4,
    action('openTransport', fc.tuple(who, fc.boolean()), (world, ...it) =>
      world.openTransport(...it),
    ),
  ],
  [
    6,
    action('produce', fc.tuple(whose, fc.boolean()), (world, ...it) =>
      world.produce(...it),
    ),
  ],
  [
    4,
    action('consume', fc.tuple(who, any), (world, ...it) =>
      world.consume(...it),
    ),
  ],
  [
    4,
    action('disturb', fc.tuple(who, any, any), (world, ...it) =>
      world.disturb(...it),
    ),
  ],
  [
    3,
    action('close', fc.tuple(who, fc.boolean()), (world, ...it) =>
      world.close(...it),
    ),
  ],
  [2, action('connect', fc.tuple(who), (world, it) => world.connect(it))],
  [
    2,
    action('disconnect', fc.tuple(who, fc.boolean()), (world, ...it) =>
      world.disconnect(...it),
    ),
  ],
];

const story = fc.array(
  fc.oneof(...actions.map(([weight, arbitrary]) => ({ weight, arbitrary }))),
  { minLength: 5, maxLength: 50, size: 'max' },
);

describe('random requests to the media-server API over Socket.IO', () => {
  let site: MediaSite;
  let leftovers: Leftovers;
  let stories = 0;

  before(async () => {
    site = await MediaSite.open();
    leftovers = new Leftovers(site.server);
  });
  after(() => site.close());

  async function play(steps: readonly Action[]): Promise<void> {
    stories += 1;
    const world = await MediaWorld.create(site, `${stories}`);
    for (const { act } of steps) {
      await act(world);
    }
    await world.end();
    await until('no connections', () => site.server.connections === 0);
    await leftovers.assertNone();
    assert.equal(site.server.pool.deaths, 0);
  }

  test('are answered as expected, told to all, and leave nothing behind', async (t) => {
    const seed = chooseSeed(t);
    await fc.assert(fc.asyncProperty(story, play), {
      seed,
      numRuns: RUNS.stories,
      // A story that fails waits long for what does not come.
      endOnFailure: true,
    });
  });

  test('cannot harm the worker with any track', async (t) => {
    const seed = chooseSeed(t);
    const call = await site.call('mallory', 'ada');
    using client = await MediaSocket.of(site, call, 'mallory');
    using bystander = await MediaSocket.of(site, call, 'ada');
    await client.get('create-transport', { direction: 'send' });
    await client.get('create-transport', { direction: 'recv' });
    await bystander.get('create-transport', { direction: 'send' });

    /** The data of an answer; undefined for a refusal. */
    const ask = async (name: string, data: object) => {
      const answer = await client.ask(name, data);
      if (!answer.success) {
        const { code } = answer.error;
        assert.ok(code === 'INVALID_REQUEST' || code === 'CONFLICT', code);
      }
      return answer.data;
    };
    const offer = async (offered: object): Promise<void> => {
      const sent = await ask('produce', { kind: 'audio', ...offered });
      if (sent !== undefined) {
        const { producerId } = sent;
        await ask('consume', {
          producerId,
          rtpCapabilities: routerRtpCapabilities,
        });
        await client.get('close', { producerId });
      }
    };
    await fc.assert(fc.asyncProperty(track, offer), {
      seed,
      numRuns: RUNS.tracks,
    });
    await bystander.get('produce', {
      kind: 'audio',
      rtpParameters: audioParameters(),
    });
    assert.equal(site.server.pool.deaths, 0);
  });
});
