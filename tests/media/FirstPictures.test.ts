import assert from 'node:assert/strict';
import {
  after,
  afterEach,
  before,
  beforeEach,
  describe,
  mock,
  test,
} from 'node:test';

import type { types } from 'mediasoup';

import { FirstPictures } from '../../lib/media/FirstPictures.ts';
import { ReceivedSound } from '../../lib/media/ReceivedSound.ts';
import { simulcastParameters } from '../../tools/fixtures/rtp.ts';
import { Member, RouterHarness } from '../support/RouterHarness.ts';

describe('the first pictures of a receiver', () => {
  let routers: RouterHarness;
  let sender: Member;
  let receiver: Member;
  let camera: types.Producer;
  let pictures: FirstPictures;
  let video: types.Consumer;

  before(async () => {
    routers = await RouterHarness.create();
    sender = new Member(routers.group);
    await sender.open();
    camera = await routers.group.produce(sender.transport, {
      kind: 'video',
      rtpParameters: simulcastParameters(1),
    });
  });

  after(() => routers[Symbol.asyncDispose]());

  beforeEach(async () => {
    receiver = new Member(routers.group);
    await receiver.open();
    pictures = new FirstPictures(receiver.transport);
    video = await receiver.receive(camera);
    mock.timers.enable({ apis: ['setTimeout'] });
    pictures.add(video);
  });

  afterEach(() => mock.timers.reset());

  function sendKeyFrame(consumer: types.Consumer): void {
    consumer.emit('trace', {
      type: 'keyframe',
      timestamp: 0,
      direction: 'out',
      info: {},
    });
  }

  function connect(): void {
    receiver.transport.observer.emit('dtlsstatechange', 'connected');
  }

  /** Tells if they have been sent once a time has passed, ms. */
  async function areSentAfter(time: number): Promise<boolean> {
    mock.timers.tick(time);
    await Promise.resolve();
    await Promise.resolve();
    return pictures.sent;
  }

  test('are sent a moment after their key frame', async () => {
    connect();
    sendKeyFrame(video);
    assert.equal(await areSentAfter(49), false);
    assert.equal(await areSentAfter(1), true);
    await pictures.whenSent();
  });

  test('are waited for no longer than 300 ms once they can be sent', async () => {
    assert.equal(await areSentAfter(10_000), false);
    connect();
    assert.equal(await areSentAfter(299), false);
    assert.equal(await areSentAfter(1), true);
  });

  test('are not waited for once their video has closed', async () => {
    video.close();
    await pictures.whenSent();
    assert.equal(pictures.sent, true);
    assert.equal(video.listenerCount('trace'), 0);
    assert.equal(
      receiver.transport.observer.listenerCount('dtlsstatechange'),
      0,
    );
  });

  test('are those of the videos so far: a later one keeps no sound waiting', async () => {
    const before = pictures.whenSent();
    const later = await receiver.receive(camera);
    pictures.add(later);
    video.close();
    await before;
    assert.equal(pictures.sent, false);
    later.close();
    await pictures.whenSent();
  });

  describe('let sound begin', () => {
    let consumer: types.Consumer;
    let sound: ReceivedSound;

    beforeEach(async () => {
      consumer = await receiver.receive(await sender.send());
      await consumer.pause();
      sound = new ReceivedSound(consumer, pictures);
    });

    test('after them', async () => {
      await sound.setPaused(false);
      assert.deepEqual([sound.paused, consumer.paused], [false, true]);
      const begun = new Promise((resolve) => {
        consumer.observer.once('resume', () => resolve(true));
      });
      connect();
      sendKeyFrame(video);
      assert.equal(await areSentAfter(50), true);
      assert.equal(await begun, true);

      await sound.setPaused(true);
      assert.deepEqual([sound.paused, consumer.paused], [true, true]);
      await sound.setPaused(false);
      assert.equal(consumer.paused, false);
    });

    test('unless the client has paused it meanwhile', async () => {
      let resumed = false;
      consumer.observer.on('resume', () => {
        resumed = true;
      });
      await sound.setPaused(false);
      await sound.setPaused(true);
      video.close();
      await pictures.whenSent();
      // Answered after what has been asked before.
      await sound.setPaused(true);
      assert.deepEqual([resumed, consumer.paused], [false, true]);
    });
  });
});
