import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, test } from 'node:test';

import type { types } from 'mediasoup';

import type { Peer } from '../../lib/rooms/Peer.ts';
import {
  audioParameters,
  rtpCapabilities,
  simulcastParameters,
} from '../../tools/fixtures/rtp.ts';
import { listenTo, peerOptions, Rooms } from '../support/rooms.ts';
import type { Heard } from '../support/rooms.ts';
import { until } from '../support/until.ts';

describe('a consumer', () => {
  let rooms: Rooms;
  let number = 0;
  let sender: Peer;
  let receiver: Peer;
  let watcher: Peer;

  before(async () => {
    rooms = await Rooms.open();
  });

  after(() => rooms.close());

  beforeEach(async () => {
    number += 1;
    ({ peer: sender } = await rooms.enter(`room-${number}`, 'sender'));
    const room = rooms.registry.get(sender.roomId);
    ({ peer: receiver } = room.join({
      ...peerOptions('receiver'),
      rtpCapabilities,
    }));
    ({ peer: watcher } = room.join({
      ...peerOptions('watcher'),
      watchesConsumers: true,
    }));
    await sender.transports.create('send');
    await receiver.transports.create('recv');
  });

  /** Consumer events of a peer, as they come. */
  function follow(peer: Peer): (type: Heard['type']) => Promise<Heard> {
    const seen: Heard[] = [];
    let onEvent = (): void => undefined;
    listenTo(peer, (event) => {
      seen.push(event);
      onEvent();
    });
    return async (type) => {
      for (;;) {
        const index = seen.findIndex((event) => event.type === type);
        const [found] = index === -1 ? [] : seen.splice(0, index + 1).slice(-1);
        if (found !== undefined) {
          return found;
        }
        await new Promise<void>((resolve) => {
          onEvent = resolve;
        });
      }
    };
  }

  async function sendAudio(): Promise<string> {
    const { producerId } = await sender.producers.open({
      kind: 'audio',
      rtpParameters: audioParameters(),
    });
    return producerId;
  }

  test('takes the capabilities of the join', async () => {
    const producerId = await sendAudio();
    const info = await receiver.consumers.open({ producerId });
    assert.deepEqual(
      [info.producerId, info.peerId, info.kind, info.paused],
      [producerId, 'sender', 'audio', true],
    );
    await watcher.transports.create('recv');
    await assert.rejects(watcher.consumers.open({ producerId }), {
      code: 'VALIDATION_ERROR',
      message:
        'rtpCapabilities: expected an object, here or when joining, got nothing',
    });
    rooms.registry.get(sender.roomId).close('shutdown');
  });

  test('tells its owner and watchers what becomes of its producer', async () => {
    const producerId = await sendAudio();
    const { consumerId } = await receiver.consumers.open({ producerId });
    const toOwner = follow(receiver);
    const toWatcher = follow(watcher);
    const ref = { peerId: 'receiver', consumerId, producerId, kind: 'audio' };
    for (const [change, type] of [
      [() => sender.producers.pause(producerId), 'consumerPaused'],
      [() => sender.producers.resume(producerId), 'consumerResumed'],
      [async () => sender.producers.close(producerId), 'consumerClosed'],
    ] as const) {
      await change();
      assert.deepEqual(await toOwner(type), { type, ...ref });
      assert.deepEqual(await toWatcher(type), { type, ...ref });
    }
    assert.deepEqual(receiver.consumers.ids, []);
    rooms.registry.get(sender.roomId).close('shutdown');
  });

  test('tells watchers what its owner does with it', async () => {
    const producerId = await sendAudio();
    const toWatcher = follow(watcher);
    const { consumerId } = await receiver.consumers.open({ producerId });
    const ref = { peerId: 'receiver', consumerId, producerId, kind: 'audio' };
    for (const [change, type] of [
      [() => undefined, 'consumerOpened'],
      [() => receiver.consumers.resume(consumerId), 'consumerResumed'],
      [() => receiver.consumers.pause(consumerId), 'consumerPaused'],
      [() => receiver.consumers.close(consumerId), 'consumerClosed'],
    ] as const) {
      await change();
      assert.deepEqual(await toWatcher(type), { type, ...ref });
    }
    rooms.registry.get(sender.roomId).close('shutdown');
  });

  test('counts as active if neither end has paused it', async () => {
    const producerId = await sendAudio();
    const { consumerId } = await receiver.consumers.open({ producerId });
    const toWatcher = follow(watcher);
    const active = (): number => receiver.consumers.counts.active;
    await receiver.consumers.resume(consumerId);
    assert.equal(active(), 1);
    await sender.producers.pause(producerId);
    await toWatcher('consumerPaused');
    assert.equal(active(), 0);
    await sender.producers.resume(producerId);
    await until('sound', () => active() === 1);
    await receiver.consumers.pause(consumerId);
    assert.equal(active(), 0);
    rooms.registry.get(sender.roomId).close('shutdown');
  });

  test('of sound begins after the pictures that are about to begin', async () => {
    const audioId = await sendAudio();
    const { producerId: videoId } = await sender.producers.open({
      kind: 'video',
      rtpParameters: simulcastParameters(1),
    });
    const engine: types.Consumer[] = [];
    receiver.transports
      .pick('recv', undefined)
      .observer.on('newconsumer', (consumer) => engine.push(consumer));
    const sound = await receiver.consumers.open({ producerId: audioId });
    const video = await receiver.consumers.open({ producerId: videoId });
    const toWatcher = follow(watcher);
    await receiver.consumers.resume(sound.consumerId);
    await toWatcher('consumerResumed');
    assert.equal(engine[0]?.paused, true);
    assert.equal(receiver.consumers.views[0]?.paused, false);
    assert.equal(receiver.consumers.counts.active, 1);

    receiver.consumers.close(video.consumerId);
    await until('sound', () => engine[0]?.paused === false);
    await receiver.consumers.pause(sound.consumerId);
    assert.equal(engine[0].paused, true);
    assert.equal(receiver.consumers.counts.active, 0);
    rooms.registry.get(sender.roomId).close('shutdown');
  });

  test('takes only layers that its producer sends', async () => {
    const { producerId } = await sender.producers.open({
      kind: 'video',
      rtpParameters: simulcastParameters(2),
    });
    const { consumerId } = await receiver.consumers.open({ producerId });
    await receiver.consumers.setPreferredLayers(consumerId, {
      spatialLayer: 1,
    });
    await assert.rejects(
      receiver.consumers.setPreferredLayers(consumerId, { spatialLayer: 2 }),
      {
        code: 'VALIDATION_ERROR',
        message:
          'spatialLayer: expected less than 2, the number that the producer sends, got 2',
      },
    );
    rooms.registry.get(sender.roomId).close('shutdown');
  });
});
