import assert from 'node:assert/strict';
import { once } from 'node:events';
import { afterEach, beforeEach, describe, test } from 'node:test';

import type { types } from 'mediasoup';
import { NotFoundError } from 'mediasoup/errors';

import { audioParameters } from '../../tools/fixtures/rtp.ts';
import { Member, RouterHarness } from '../support/RouterHarness.ts';

describe('the pipes between routers', () => {
  let routers: RouterHarness;
  let ada: Member;
  let bob: Member;
  let producer: types.Producer;

  beforeEach(async () => {
    routers = await RouterHarness.create();
    ada = await routers.enter();
    bob = await routers.enter();
    producer = await ada.send();
    assert.notEqual(await routers.placeOf(ada), await routers.placeOf(bob));
  });

  afterEach(() => routers[Symbol.asyncDispose]());

  test('do not exist without a consumer on another router', async () => {
    const before = await routers.objectsInWorkers();
    await ada.receive(producer);
    assert.equal(routers.group.pipes, 0);
    const after = await routers.objectsInWorkers();
    const home = await routers.placeOf(ada);
    assert.deepEqual(
      after.map((count, index) => count - (before[index] ?? 0)),
      [0, 1].map((index) => (index === home ? 1 : 0)),
    );
  });

  test('carry data while it has consumers on another router', async () => {
    const open = () =>
      routers.group.createWebRtcTransport(new Member(routers.group), {
        forceTcp: false,
        enableSctp: true,
      });
    const [sending, receiving] = [await open(), await open()];
    const producer = await routers.group.produceData(sending, {
      sctpStreamParameters: { streamId: 1 },
    });
    const first = await routers.group.consumeData(receiving, producer);
    const second = await routers.group.consumeData(receiving, producer);
    assert.equal(routers.group.pipes, 1);
    first.close();
    assert.equal(routers.group.pipes, 1);
    second.close();
    assert.equal(routers.group.pipes, 0);
  });

  test('carry a producer once for all consumers, until the last closes', async () => {
    const idle = await routers.objectsInWorkers();
    const consumers = await Promise.all([
      bob.receive(producer),
      bob.receive(producer),
      bob.receive(producer),
    ]);
    assert.equal(routers.group.pipes, 1);
    assert.equal(consumers[0].producerId, producer.id);
    const home = await routers.placeOf(ada);
    const [here, there] = [home, 1 - home];
    let now = await routers.objectsInWorkers();
    // A pipe transport and a pipe consumer; on the other side, a pipe producer.
    assert.equal((now[here] ?? 0) - (idle[here] ?? 0), 2);
    assert.equal((now[there] ?? 0) - (idle[there] ?? 0), 2 + 3);

    consumers[0].close();
    consumers[1].close();
    assert.equal(routers.group.pipes, 1);
    consumers[2].close();
    assert.equal(routers.group.pipes, 0);
    now = await routers.objectsInWorkers();
    assert.deepEqual(
      now.map((count) => count - 1),
      idle,
      'expected only the pair of pipe transports to be left',
    );
  });

  test('free the id of a producer on all routers when it closes', async () => {
    await bob.receive(producer);
    producer.close();
    const again = await bob.transport.produce({
      id: producer.id,
      kind: 'audio',
      rtpParameters: audioParameters(),
    });
    assert.equal(again.id, producer.id);
  });

  test('reopen for a consumer that is created while they close', async () => {
    for (let round = 0; round < 5; round += 1) {
      const consumer = await bob.receive(producer);
      const again = bob.receive(producer);
      consumer.close();
      const second = await again;
      assert.equal(second.closed, false);
      assert.equal(routers.group.pipes, 1);
      second.close();
      assert.equal(routers.group.pipes, 0);
    }
  });

  test('close again if the consumer cannot be created', async () => {
    (await bob.receive(producer)).close();
    const before = await routers.objectsInWorkers();
    await assert.rejects(bob.receive(producer, { codecs: [] }), /Error/);
    assert.equal(routers.group.pipes, 0);
    assert.deepEqual(await routers.objectsInWorkers(), before);
  });

  test('pause and resume with their producer', async () => {
    await producer.pause();
    const consumer = await bob.receive(producer);
    assert.equal(consumer.producerPaused, true);
    await Promise.all([once(consumer, 'producerresume'), producer.resume()]);
    await Promise.all([once(consumer, 'producerpause'), producer.pause()]);
    // While the pipe opens.
    consumer.close();
    const [late] = await Promise.all([
      bob.receive(producer),
      producer.resume(),
    ]);
    while (late.producerPaused) {
      await once(late, 'producerresume');
    }
    assert.equal(late.producerPaused, false);
  });

  test('close with their producer', async () => {
    const consumer = await bob.receive(producer);
    const closed = once(consumer, 'producerclose');
    producer.close();
    await closed;
    assert.equal(routers.group.pipes, 0);
    await assert.rejects(bob.receive(producer), NotFoundError);
    const consuming = bob.receive(await ada.send());
    ada.transport.close();
    await assert.rejects(consuming, NotFoundError);
  });
});
