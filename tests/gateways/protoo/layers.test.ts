import assert from 'node:assert/strict';
import { once } from 'node:events';
import { after, before, test } from 'node:test';
import { isDeepStrictEqual } from 'node:util';

import type { types } from 'mediasoup';

import type { Server } from '../../../lib/Server.ts';
import { describeLayouts } from '../../support/layouts.ts';
import { MediaClient } from '../../support/MediaClient.ts';
import type { AnyReply } from '../../../tools/fixtures/ProtooClient.ts';
import { startServer } from '../../../tools/fixtures/server.ts';
import { createPicture, createTone } from '../../../tools/fixtures/webrtc.ts';

const LAYERS = [
  { scaleResolutionDownBy: 2, scalabilityMode: 'L1T3' },
  { scaleResolutionDownBy: 1, scalabilityMode: 'L1T3' },
];

describeLayouts('layers, priorities, key frames and scores', (layout) => {
  let server: Server;
  let alice: MediaClient;
  let bob: MediaClient;
  /** The part of Alice's simulcast that Bob receives. */
  let simulcast: AnyReply;
  const picture = createPicture();
  const tone = createTone();
  /** As the media engine has them. */
  const consumers = new Map<string, types.Consumer>();

  before(async () => {
    server = await startServer(layout);
    for (const { worker } of server.pool.alive) {
      worker.observer.on('newrouter', (router) => {
        router.observer.on('newtransport', (transport) => {
          transport.observer.on('newconsumer', (consumer) => {
            consumers.set(consumer.id, consumer);
          });
        });
      });
    }
    alice = await MediaClient.join(server.url, 'room', 'alice');
    bob = await MediaClient.join(server.url, 'room', 'bob');
    const producerId = await alice.send(picture.track, { encodings: LAYERS });
    simulcast = await bob.receive(producerId);
  });

  after(async () => {
    picture.stop();
    tone.stop();
    await Promise.all([alice.close(), bob.close()]);
    await server.close();
  });

  test('sender and receiver each get their own scores', async () => {
    const ofProducer = await alice.signalling.notified(
      'producerScore',
      (data) =>
        data['producerId'] === simulcast.producerId &&
        (data['scores'] as AnyReply[]).every(({ score }) => score === 10) &&
        (data['scores'] as AnyReply[]).length === LAYERS.length,
    );
    assert.deepEqual(
      new Set(
        (ofProducer['scores'] as AnyReply[]).map(({ ssrc, ...score }) => {
          assert.equal(typeof ssrc, 'number');
          return JSON.stringify(score);
        }),
      ),
      new Set(
        LAYERS.map((_, encodingIdx) =>
          JSON.stringify({ encodingIdx, rid: `r${encodingIdx}`, score: 10 }),
        ),
      ),
    );

    const { consumerId, score } = simulcast;
    const best = { score: 10, producerScore: 10, producerScores: [10, 10] };
    if (!isDeepStrictEqual(score, best)) {
      await bob.signalling.notified('consumerScore', (data) =>
        isDeepStrictEqual(data, { consumerId, ...best }),
      );
    }
    for (const [{ signalling }, method] of [
      [alice, 'consumerScore'],
      [bob, 'producerScore'],
    ] as const) {
      assert.equal(
        signalling.notifications.some((notified) => notified.method === method),
        false,
        `${signalling.peerId} is not told ${method}`,
      );
    }
  });

  test('a simulcast consumer receives its preferred layer, and a notification of it', async () => {
    const { producerId, consumerId, type } = simulcast;
    assert.equal(type, 'simulcast');
    const layers = (wanted: number | null) =>
      bob.signalling.notified(
        'consumerLayersChanged',
        (data) =>
          data['consumerId'] === consumerId && data['spatialLayer'] === wanted,
      );
    await layers(1);

    bob.signalling.notifications.length = 0;
    await bob.signalling.request('setConsumerPreferredLayers', {
      consumerId,
      spatialLayer: 0,
      temporalLayer: 0,
    });
    const { temporalLayer, ...rest } = await layers(0);
    assert.deepEqual(rest, { consumerId, spatialLayer: 0 });
    assert.equal(typeof temporalLayer, 'number');

    await bob.signalling.request('setConsumerPreferredLayers', {
      consumerId,
      spatialLayer: 1,
    });
    await layers(1);

    await alice.signalling.request('pauseProducer', { producerId });
    assert.deepEqual(await layers(null), {
      consumerId,
      spatialLayer: null,
      temporalLayer: null,
    });
    assert.equal(
      alice.signalling.notifications.some(
        ({ method }) => method === 'consumerLayersChanged',
      ),
      false,
      'it is told to the one who receives, alone',
    );

    await assert.rejects(
      bob.signalling.request('setConsumerPreferredLayers', {
        consumerId,
        spatialLayer: 7,
      }),
      {
        code: 400,
        message:
          'spatialLayer: expected less than 2, the number that the producer sends, got 7',
      },
    );
    await assert.rejects(
      alice.signalling.request('setConsumerPreferredLayers', {
        consumerId,
        spatialLayer: 0,
      }),
      { code: 404 },
    );
  });

  test('a consumer has the priority that was set', async () => {
    const producerId = await alice.send(tone.track);
    const { consumerId } = await bob.receive(producerId);
    const consumer = consumers.get(consumerId);
    assert.ok(consumer);
    assert.equal(consumer.priority, 1);
    assert.deepEqual(
      await bob.signalling.request('setConsumerPriority', {
        consumerId,
        priority: 200,
      }),
      {},
    );
    assert.equal(consumer.priority, 200);
    for (const priority of [0, 256, 1.5]) {
      await assert.rejects(
        bob.signalling.request('setConsumerPriority', { consumerId, priority }),
        { code: 400, message: /^data\.priority: expected / },
      );
    }
    await assert.rejects(
      alice.signalling.request('setConsumerPriority', {
        consumerId,
        priority: 2,
      }),
      { code: 404 },
    );
    await assert.rejects(
      bob.signalling.request('requestConsumerKeyFrame', { consumerId }),
      {
        code: 400,
        message:
          'consumerId: expected a video consumer, because only video has key frames, got one of kind audio',
      },
    );
  });

  test('the sender is asked for a key frame when a consumer requests one', async () => {
    const simple = createPicture();
    const producerId = await alice.send(simple.track);
    const { consumerId } = await bob.receive(producerId);
    const consumer = consumers.get(consumerId);
    assert.ok(consumer);
    await consumer.enableTraceEvent(['keyframe']);
    for (let frames = 0; frames < 2; frames += 1) {
      const traced = once(consumer, 'trace');
      await bob.signalling.request('requestConsumerKeyFrame', { consumerId });
      await traced;
    }
    await assert.rejects(
      alice.signalling.request('requestConsumerKeyFrame', { consumerId }),
      { code: 404 },
    );
    simple.stop();
  });
});
