import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';

import type { types } from 'mediasoup-client';

import { AdaptiveConsumer } from '../../sdk/src/core/AdaptiveConsumer.ts';
import type { ResumableChannel } from '../../sdk/src/core/ResumableChannel.ts';

const TILE = { width: 320, height: 180 };
const STAGE = { width: 1_280, height: 720 };

/** A consumer with three layers, and the requests sent for it. */
function setUp(scalabilityMode = 'L3T3') {
  const requests: [method: string, argument?: number][] = [];
  const replies: PromiseWithResolvers<object>[] = [];
  const channel = {
    request(
      method: string,
      data: { spatialLayer?: number; priority?: number },
    ): Promise<object> {
      const argument = data.spatialLayer ?? data.priority;
      requests.push(argument === undefined ? [method] : [method, argument]);
      const reply = Promise.withResolvers<object>();
      replies.push(reply);
      return reply.promise;
    },
  };
  const consumer = {
    id: 'consumer',
    closed: false,
    rtpParameters: { encodings: [{ scalabilityMode }] },
  };
  const adaptive = new AdaptiveConsumer(
    channel as unknown as ResumableChannel,
    consumer as unknown as types.Consumer,
  );
  /** Answers requests until none follows. */
  const settle = async (): Promise<typeof requests> => {
    for (let answered = 0; answered < replies.length; answered += 1) {
      replies[answered]?.resolve({});
      await turn();
    }
    return requests.splice(0);
  };
  return { adaptive, consumer, requests, replies, settle };
}

describe('AdaptiveConsumer', () => {
  test('asks for the layer and the priority that suit the size', async () => {
    const { adaptive, settle } = setUp();
    adaptive.setDisplaySize({ width: 960, height: 540 });
    // The best layer is what the server sends at first.
    assert.deepEqual(await settle(), [['setConsumerPriority', 3]]);
    adaptive.setDisplaySize(TILE);
    assert.deepEqual(await settle(), [
      ['setConsumerPreferredLayers', 0],
      ['setConsumerPriority', 1],
    ]);
    adaptive.setDisplaySize(STAGE);
    assert.deepEqual(await settle(), [
      ['setConsumerPreferredLayers', 2],
      ['setConsumerPriority', 4],
    ]);
  });

  test('goes by the width that a picture of that height has', async () => {
    const { adaptive, settle } = setUp();
    adaptive.setDisplaySize({ width: 100, height: 720 });
    assert.deepEqual(await settle(), [['setConsumerPriority', 4]]);
  });

  test('asks for nothing when the size makes no difference', async () => {
    const { adaptive, settle } = setUp();
    adaptive.setDisplaySize(TILE);
    await settle();
    adaptive.setDisplaySize({ width: 300, height: 170 });
    assert.deepEqual(await settle(), []);
  });

  test('never asks for a layer of a track that has only one', async () => {
    const { adaptive, settle } = setUp('L1T3');
    adaptive.setDisplaySize({ width: 10, height: 10 });
    assert.deepEqual(await settle(), []);
  });

  test('pauses while not shown, and sets the layer before it resumes', async () => {
    const { adaptive, settle } = setUp();
    adaptive.setDisplaySize(undefined);
    assert.deepEqual(await settle(), [['pause']]);
    adaptive.setDisplaySize(undefined);
    assert.deepEqual(await settle(), []);
    adaptive.setDisplaySize(TILE);
    assert.deepEqual(await settle(), [
      ['setConsumerPreferredLayers', 0],
      ['resume'],
    ]);
  });

  test('sends one request at a time, for the latest size', async () => {
    const { adaptive, requests, settle } = setUp();
    adaptive.setDisplaySize(TILE);
    adaptive.setDisplaySize(STAGE);
    adaptive.setDisplaySize(undefined);
    assert.deepEqual(requests, [['setConsumerPreferredLayers', 0]]);
    assert.deepEqual(await settle(), [
      ['setConsumerPreferredLayers', 0],
      ['pause'],
    ]);
  });

  test('sends nothing more once the consumer has closed', async () => {
    const { adaptive, consumer, settle } = setUp();
    adaptive.setDisplaySize(TILE);
    consumer.closed = true;
    adaptive.setDisplaySize(undefined);
    assert.deepEqual(await settle(), [['setConsumerPreferredLayers', 0]]);
  });

  test('warns of a refused request, unless the consumer has closed', async (t) => {
    const warn = t.mock.method(console, 'warn', () => undefined);
    for (const closed of [true, false]) {
      const { adaptive, consumer, replies } = setUp();
      adaptive.setDisplaySize(TILE);
      consumer.closed = closed;
      replies[0]?.reject(new Error('no'));
      await turn();
      assert.equal(warn.mock.callCount(), closed ? 0 : 1);
    }
  });
});
