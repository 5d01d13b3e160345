import assert from 'node:assert/strict';
import { once } from 'node:events';
import { after, afterEach, before, describe, test } from 'node:test';

import { WorkerClosedError } from 'mediasoup/errors';

import type { Config } from '../../lib/config/schema.ts';
import { MediaWorker } from '../../lib/media/MediaWorker.ts';
import { RoomRouter } from '../../lib/media/RoomRouter.ts';
import { testConfig } from '../../tools/fixtures/server.ts';

const member = {
  answered: () => Promise.resolve(),
  resetMedia: () => undefined,
};

const transport = { forceTcp: false, enableSctp: false };

describe("a room's router on one worker", () => {
  const config = testConfig();
  let worker: MediaWorker;
  /** The news to its owner, in order. */
  const told: string[] = [];

  before(async () => {
    worker = await MediaWorker.create(0, config);
  });

  after(() => worker.close());

  afterEach(async () => {
    assert.deepEqual((await worker.worker.dump()).routerIds, []);
    told.length = 0;
  });

  function open(speakers: Config['speakers'] = config.speakers): RoomRouter {
    return new RoomRouter(
      worker,
      { ...config, speakers },
      {
        onDeserted: () => told.push('deserted'),
        onClose: () => told.push('closed'),
      },
    );
  }

  test('offers TCP alone to a client that asks for it', async () => {
    const router = open();
    const { iceCandidates } = await router.createWebRtcTransport(member, {
      ...transport,
      forceTcp: true,
    });
    assert.deepEqual(
      iceCandidates.map(({ protocol }) => protocol),
      ['tcp'],
    );
    router.close();
  });

  test('opens a transport without waiting for its limit', async (t) => {
    const router = open();
    const limit = Promise.withResolvers<void>();
    (await router.opened).observer.once('newtransport', (opened) => {
      t.mock.method(opened, 'setMaxIncomingBitrate', () => limit.promise);
    });
    const opened = await router.createWebRtcTransport(member, {
      ...transport,
      maxIncomingBitrate: 100_000,
    });
    assert.equal(opened.closed, false);
    const closed = once(opened.observer, 'close');
    limit.reject(new Error('refused'));
    await closed;
    assert.deepEqual(told, ['deserted']);
    router.close();
  });

  test('is there with its observers once it is open, and closes with them once', async () => {
    const router = open();
    assert.deepEqual(
      [router.id, router.audioObservers],
      [undefined, undefined],
    );
    const { id } = await router.opened;
    assert.equal(router.id, id);
    const { audioObservers } = router;
    assert.equal(audioObservers?.audioLevels.closed, false);
    router.close();
    router.close();
    assert.equal(audioObservers.audioLevels.closed, true);
    assert.deepEqual(told, ['closed']);
  });

  test('tells its owner when it closes by itself, as with its worker', async () => {
    const router = open();
    (await router.opened).close();
    assert.deepEqual(told, ['closed']);
  });

  test('does not open when it was closed before', async () => {
    const router = open();
    router.close();
    await assert.rejects(router.opened, WorkerClosedError);
    assert.equal(router.id, undefined);
    assert.deepEqual(told, ['closed']);
  });

  test('leaves nothing in the worker when its observers cannot be created', async () => {
    const router = open({ ...config.speakers, threshold: 1 });
    await assert.rejects(router.opened, TypeError);
    assert.equal(router.id, undefined);
    assert.deepEqual(told, ['closed']);
  });

  test('refuses transports when it did not open, and has no member then', async () => {
    const router = open({ ...config.speakers, threshold: 1 });
    await assert.rejects(
      router.createWebRtcTransport(member, transport),
      TypeError,
    );
    assert.deepEqual(told, ['closed']);
  });

  test('is deserted by its last member, and keeps those that stay', async () => {
    const router = open();
    const other = { ...member };
    const [first, second] = await Promise.all([
      router.createWebRtcTransport(member, transport),
      router.createWebRtcTransport(member, transport),
    ]);
    const third = await router.createWebRtcTransport(other, transport);
    first.close();
    assert.equal(router.members.get(member)?.transports, 1);
    second.close();
    assert.deepEqual([router.members.size, told], [1, []]);
    third.close();
    assert.deepEqual([router.members.size, told], [0, ['deserted']]);
    router.close();
  });

  test('keeps the members whose transports close with it, for their reset', async () => {
    const router = open();
    await router.createWebRtcTransport(member, transport);
    router.close();
    assert.deepEqual(Array.from(router.members.keys()), [member]);
    assert.deepEqual(told, ['closed']);
  });
});
