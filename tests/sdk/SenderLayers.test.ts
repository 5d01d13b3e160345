import assert from 'node:assert/strict';
import { EventEmitter } from 'node:events';
import { describe, test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';

import type { types } from 'mediasoup-client';

import { SenderLayers } from '../../sdk/src/core/SenderLayers.ts';

/** An RTCRtpSender whose changes the test completes one by one. */
class TestSender {
  encodings: { active: boolean }[];
  readonly changes: PromiseWithResolvers<void>[] = [];

  constructor(layers: number) {
    this.encodings = Array.from({ length: layers }, () => ({ active: true }));
  }

  get active(): boolean[] {
    return this.encodings.map(({ active }) => active);
  }

  getParameters(): { encodings: { active: boolean }[] } {
    return { encodings: this.encodings.map((encoding) => ({ ...encoding })) };
  }

  async setParameters({
    encodings,
  }: ReturnType<TestSender['getParameters']>): Promise<void> {
    const change = Promise.withResolvers<void>();
    this.changes.push(change);
    await change.promise;
    this.encodings = encodings;
  }

  /** Completes the change that has begun last. */
  async complete(): Promise<void> {
    this.changes.at(-1)?.resolve();
    await turn();
  }
}

function setUp(layers: number, kind = 'video') {
  const senderLayers = new SenderLayers();
  const sender = new TestSender(layers);
  const observer = new EventEmitter();
  const producer = { id: 'producer', kind, observer, rtpSender: sender };
  const add = (): void =>
    senderLayers.add(producer as unknown as types.Producer);
  return { senderLayers, sender, observer, add };
}

describe('SenderLayers', () => {
  test('deactivates the layers above the wanted one', async () => {
    const { senderLayers, sender, add } = setUp(3);
    add();
    senderLayers.setMaxLayer('producer', 1);
    await sender.complete();
    assert.deepEqual(sender.active, [true, true, false]);
  });

  test('deactivates the layers that the device does not keep up with', async () => {
    const { senderLayers, sender, add } = setUp(3);
    add();
    senderLayers.setMaxLayer('producer', 2);
    await sender.complete();
    senderLayers.limit(1);
    await sender.complete();
    assert.deepEqual(sender.active, [true, true, false]);
    senderLayers.setMaxLayer('producer', 0);
    await sender.complete();
    assert.deepEqual(sender.active, [true, false, false]);
    senderLayers.limit(2);
    senderLayers.setMaxLayer('producer', 2);
    await sender.complete();
    assert.deepEqual(sender.active, [true, true, true]);
  });

  test('deactivates all layers when no receiver wants any', async () => {
    const { senderLayers, sender, add } = setUp(3);
    add();
    senderLayers.setMaxLayer('producer', null);
    await sender.complete();
    assert.deepEqual(sender.active, [false, false, false]);
  });

  test('begins with the smallest layer where none was sent', async (t) => {
    t.mock.timers.enable({ apis: ['setTimeout'] });
    const { senderLayers, sender, add } = setUp(3);
    add();
    senderLayers.setMaxLayer('producer', null);
    await sender.complete();
    senderLayers.setMaxLayer('producer', 2);
    await sender.complete();
    assert.deepEqual(sender.active, [true, false, false]);
    t.mock.timers.tick(400);
    await turn();
    await sender.complete();
    assert.deepEqual(sender.active, [true, true, true]);
  });

  test('changes nothing if the producer closes before the larger layers begin', async (t) => {
    t.mock.timers.enable({ apis: ['setTimeout'] });
    const { senderLayers, sender, observer, add } = setUp(3);
    add();
    senderLayers.setMaxLayer('producer', null);
    await sender.complete();
    senderLayers.setMaxLayer('producer', 2);
    await sender.complete();
    const { length } = sender.changes;
    observer.emit('close');
    t.mock.timers.tick(400);
    await turn();
    assert.equal(sender.changes.length, length);
  });

  test('keeps a single encoding active for any layer of it', async () => {
    const { senderLayers, sender, add } = setUp(1);
    add();
    senderLayers.setMaxLayer('producer', null);
    await sender.complete();
    assert.deepEqual(sender.active, [false]);
    senderLayers.setMaxLayer('producer', 1);
    await sender.complete();
    assert.deepEqual(sender.active, [true]);
  });

  test('applies a limit that came before the producer', async () => {
    const { senderLayers, sender, add } = setUp(2);
    senderLayers.setMaxLayer('producer', 0);
    add();
    await sender.complete();
    assert.deepEqual(sender.active, [true, false]);
  });

  test('makes one change at a time, and only the latest of those that wait', async () => {
    const { senderLayers, sender, add } = setUp(3);
    add();
    senderLayers.setMaxLayer('producer', 0);
    senderLayers.setMaxLayer('producer', 1);
    senderLayers.setMaxLayer('producer', null);
    assert.equal(sender.changes.length, 1);
    await sender.complete();
    assert.deepEqual(sender.active, [true, false, false]);
    assert.equal(sender.changes.length, 2);
    await sender.complete();
    assert.deepEqual(sender.active, [false, false, false]);
    assert.equal(sender.changes.length, 2);
  });

  test('changes nothing when the limit stays the same', async () => {
    const { senderLayers, sender, add } = setUp(3);
    add();
    senderLayers.setMaxLayer('producer', 1);
    await sender.complete();
    senderLayers.setMaxLayer('producer', 1);
    assert.equal(sender.changes.length, 1);
  });

  test('goes on after a change that failed', async (t) => {
    const warn = t.mock.method(console, 'warn', () => undefined);
    const { senderLayers, sender, add } = setUp(2);
    add();
    senderLayers.setMaxLayer('producer', 0);
    sender.changes[0]?.reject(new Error('no'));
    await turn();
    assert.equal(warn.mock.callCount(), 1);
    senderLayers.setMaxLayer('producer', 0);
    await sender.complete();
    assert.deepEqual(sender.active, [true, false]);
  });

  test('leaves a microphone alone', () => {
    const { senderLayers, sender, add } = setUp(1, 'audio');
    add();
    senderLayers.setMaxLayer('producer', null);
    assert.equal(sender.changes.length, 0);
  });

  test('changes nothing once the producer has closed', () => {
    const { senderLayers, sender, observer, add } = setUp(2);
    add();
    observer.emit('close');
    senderLayers.setMaxLayer('producer', 0);
    assert.equal(sender.changes.length, 0);
  });
});
