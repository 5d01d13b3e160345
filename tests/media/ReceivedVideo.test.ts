import assert from 'node:assert/strict';
import { once } from 'node:events';
import { after, before, beforeEach, describe, mock, test } from 'node:test';

import type { types } from 'mediasoup';

import { ReceivedVideo, SMALLEST } from '../../lib/media/ReceivedVideo.ts';
import { simulcastParameters } from '../../tools/fixtures/rtp.ts';
import { Member, RouterHarness } from '../support/RouterHarness.ts';

const LAYERS = 3;

describe('a received video', () => {
  let routers: RouterHarness;
  let producer: types.Producer;
  let consumer: types.Consumer;
  let video: ReceivedVideo;

  before(async () => {
    routers = await RouterHarness.create();
  });

  after(() => routers[Symbol.asyncDispose]());

  beforeEach(async () => {
    const [sender, receiver] = [
      new Member(routers.group),
      new Member(routers.group),
    ];
    await sender.open();
    await receiver.open();
    producer = await routers.group.produce(sender.transport, {
      kind: 'video',
      rtpParameters: simulcastParameters(LAYERS),
    });
    consumer = await receiver.receive(producer);
    await consumer.pause();
    video = new ReceivedVideo(consumer, producer, 'motion');
  });

  test('is sent in the lower of the layers wanted and allowed', async () => {
    await video.want({ spatialLayer: 1 });
    assert.deepEqual(consumer.preferredLayers, {
      spatialLayer: 1,
      temporalLayer: 2,
    });
    assert.equal(video.limited, false);

    await video.allow({ spatialLayer: 2, temporalLayer: 1 });
    assert.deepEqual(consumer.preferredLayers, {
      spatialLayer: 1,
      temporalLayer: 1,
    });
    assert.equal(video.limited, true);
    assert.deepEqual(video.wanted, { spatialLayer: 1, temporalLayer: 2 });

    await video.want({ spatialLayer: 2, temporalLayer: 0 });
    assert.deepEqual(consumer.preferredLayers, {
      spatialLayer: 2,
      temporalLayer: 0,
    });
    assert.equal(video.limited, false);

    await video.want({ spatialLayer: 2 });
    await video.allow();
    assert.deepEqual(consumer.preferredLayers, {
      spatialLayer: 2,
      temporalLayer: 2,
    });
  });

  test('flows if it is resumed and not suspended', async () => {
    const seen: boolean[] = [];
    for (const change of [
      () => video.setPaused(false),
      () => video.suspend(),
      () => video.setPaused(true),
      () => video.allow(),
      () => video.setPaused(false),
      () => video.suspend(),
      () => video.setPaused(false),
      () => video.allow({ spatialLayer: 0, temporalLayer: 0 }),
    ]) {
      await change();
      seen.push(!consumer.paused);
    }
    assert.deepEqual(seen, [
      true,
      false,
      false,
      false,
      true,
      false,
      false,
      true,
    ]);
    assert.equal(video.suspended, false);
    assert.equal(video.paused, false);
  });

  test('starts anew in a lower resolution, and goes on in a higher one', async () => {
    const changes: string[] = [];
    consumer.observer.on('pause', () => changes.push('pause'));
    consumer.observer.on('resume', () => changes.push('resume'));
    await video.setPaused(false);
    await video.allow({ spatialLayer: 2, temporalLayer: 0 });
    assert.deepEqual(changes.splice(0), ['resume']);
    await video.allow({ spatialLayer: 1, temporalLayer: 2 });
    assert.deepEqual(changes.splice(0), ['pause', 'resume']);
    await video.allow();
    assert.deepEqual(changes, []);
  });

  test('retreats to its smallest resolution once, unless it is a screen or does not flow', async () => {
    await video.setPaused(false);
    assert.equal(await video.retreat(SMALLEST), true);
    assert.equal(video.cautious, true);
    assert.deepEqual(consumer.preferredLayers, {
      spatialLayer: 0,
      temporalLayer: 2,
    });
    assert.equal(await video.retreat(SMALLEST), false, 'it is there already');
    await video.allow();
    await video.suspend();
    assert.equal(await video.retreat(SMALLEST), false, 'it is suspended');
    assert.equal(video.suspended, true);

    const screen = new ReceivedVideo(consumer, producer, 'detail');
    assert.equal(await screen.retreat(SMALLEST), false);
    assert.equal(screen.cautious, false);
  });

  test('is renewed in its smallest resolution, unless it has just started anew', async () => {
    const changes: string[] = [];
    consumer.observer.on('pause', () => changes.push('pause'));
    consumer.observer.on('resume', () => changes.push('resume'));
    await video.want({ spatialLayer: 0 });
    await video.renew();
    assert.deepEqual(changes, [], 'it does not flow');
    await video.setPaused(false);
    changes.splice(0);
    const resumed = once(consumer.observer, 'resume');
    await video.renew();
    assert.deepEqual(changes, ['pause']);
    await resumed;
    assert.deepEqual(changes.splice(0), ['pause', 'resume']);
    await video.renew();
    assert.deepEqual(changes, []);
  });

  test('pauses before it asks for other layers if a queue has to get empty first', async () => {
    await video.setPaused(false);
    const resumed = once(consumer.observer, 'resume');
    await video.allowDrained({ spatialLayer: 0, temporalLayer: 0 });
    assert.equal(consumer.paused, true);
    assert.equal(video.paused, false, 'as the client sees it');
    assert.deepEqual(consumer.preferredLayers, {
      spatialLayer: 0,
      temporalLayer: 0,
    });
    await resumed;
    assert.equal(consumer.paused, false);
  });

  test('stays paused after a queue got empty if the client has paused it meanwhile', async () => {
    await video.setPaused(false);
    mock.timers.enable({ apis: ['setTimeout'] });
    try {
      await video.allowDrained({ spatialLayer: 0, temporalLayer: 0 });
      await video.setPaused(true);
      mock.timers.runAll();
    } finally {
      mock.timers.reset();
    }
    // Answered after all requests before it.
    await consumer.getStats();
    assert.equal(consumer.paused, true);
  });

  test('is not renewed just after it was refreshed, unless it did not flow then', async () => {
    const changes: string[] = [];
    await video.want({ spatialLayer: 0 });
    await video.refresh();
    await video.setPaused(false);
    const resumed = once(consumer.observer, 'resume');
    await video.renew();
    assert.equal(consumer.paused, true);
    await resumed;

    const other = new ReceivedVideo(consumer, producer, 'motion');
    await other.want({ spatialLayer: 0 });
    await other.refresh();
    consumer.observer.on('pause', () => changes.push('pause'));
    await other.renew();
    assert.deepEqual(changes, []);
  });

  test('is not renewed in a larger resolution', async () => {
    const changes: string[] = [];
    await video.setPaused(false);
    consumer.observer.on('pause', () => changes.push('pause'));
    await video.renew();
    assert.deepEqual(changes, []);
  });
});
