import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { EventBudget } from '../../lib/rooms/EventBudget.ts';
import type { KeptLimit } from '../../lib/rooms/events.ts';
import { EventQueue } from '../../lib/rooms/EventQueue.ts';
import type { EventQueueOptions } from '../../lib/rooms/EventQueue.ts';

const FRAME_COST = 1_024;

/** Frames of one cost that differ in their first byte. */
function frame(number: number): Buffer {
  const bytes = Buffer.alloc(FRAME_COST - 256);
  bytes[0] = number;
  return bytes;
}

function budgetOf(limit: number, parent?: EventBudget): EventBudget {
  return new EventBudget('limits.keptBytesPerRoom', () => limit, parent);
}

/** A queue, and the limits that it exceeded. */
function queueWith(options: Partial<EventQueueOptions> = {}) {
  const overruns: KeptLimit[] = [];
  const queue = new EventQueue({
    limit: () => 10 * FRAME_COST,
    budget: budgetOf(1e9),
    resumable: true,
    onOverrun: (option) => overruns.push(option),
    ...options,
  });
  return { queue, overruns };
}

/** The numbers of the frames that a listener receives, and the last message. */
function listenTo(queue: EventQueue): (number | string)[] {
  const heard: (number | string)[] = [];
  queue.attach((message) => {
    heard.push(typeof message === 'string' ? message : (message[0] ?? -1));
  });
  return heard;
}

describe('an event queue', () => {
  test('queues frames until a listener is attached', () => {
    const { queue } = queueWith();
    queue.push(frame(1));
    queue.push(frame(2));
    assert.equal(queue.sentCount, 0);
    const heard = listenTo(queue);
    queue.push(frame(3));
    assert.deepEqual(heard, [1, 2, 3]);
    assert.equal(queue.sentCount, 3);
  });

  test('replays the frames that did not arrive', () => {
    const { queue } = queueWith();
    const before = listenTo(queue);
    for (const number of [1, 2, 3]) {
      queue.push(frame(number));
    }
    queue.pause();
    queue.push(frame(4));
    assert.equal(queue.replayFrom(1), true);
    assert.deepEqual(listenTo(queue), [2, 3, 4]);
    assert.deepEqual(before, [1, 2, 3]);
    assert.equal(queue.sentCount, 4);
  });

  test('replays neither acknowledged frames nor frames to come', () => {
    const { queue } = queueWith();
    listenTo(queue);
    for (const number of [1, 2, 3]) {
      queue.push(frame(number));
    }
    queue.acknowledge(2);
    assert.equal(queue.replayFrom(1), false);
    assert.equal(queue.replayFrom(4), false);
    assert.equal(queue.replayFrom(2), true);
    assert.deepEqual(listenTo(queue), [3]);
  });

  test('replays nothing to a client that has received everything', () => {
    const { queue } = queueWith();
    listenTo(queue);
    queue.push(frame(1));
    queue.push(frame(2));
    queue.pause();
    assert.equal(queue.replayFrom(2), true);
    assert.equal(queue.cost, 0);
    assert.deepEqual(listenTo(queue), []);
  });

  test('skips frames that are acknowledged after a replay was asked for', () => {
    const { queue } = queueWith();
    listenTo(queue);
    for (const number of [1, 2, 3]) {
      queue.push(frame(number));
    }
    queue.pause();
    assert.equal(queue.replayFrom(1), true);
    queue.acknowledge(2);
    assert.equal(queue.sentCount, 2);
    assert.deepEqual(listenTo(queue), [3]);
    assert.equal(queue.sentCount, 3);
  });

  test('sends the reason of its end to its listener at once', () => {
    const { queue } = queueWith();
    const heard = listenTo(queue);
    queue.push(frame(1));
    queue.end('left');
    queue.end('shutdown');
    queue.push(frame(2));
    assert.deepEqual(heard, [1, 'left']);
  });

  test('queues frames between two listeners even if it is not resumable', () => {
    const { queue } = queueWith({ resumable: false });
    listenTo(queue);
    queue.push(frame(1));
    queue.push(frame(2));
    queue.pause();
    queue.push(frame(3));
    assert.deepEqual(listenTo(queue), [3]);
    assert.deepEqual([queue.sentCount, queue.cost], [3, 0]);
  });

  test('sends the last message to the detached listener alone', () => {
    const { queue } = queueWith();
    const before = listenTo(queue);
    queue.detach('resumed');
    queue.push(frame(2));
    assert.deepEqual(before, ['resumed']);
    assert.deepEqual(listenTo(queue), [2]);
    assert.equal(queue.sentCount, 1);
  });

  test('sends the reason of its end to a later listener, too', () => {
    const { queue } = queueWith();
    queue.push(frame(1));
    queue.end('shutdown');
    queue.end('left');
    queue.push(frame(2));
    assert.equal(queue.cost, 0);
    assert.deepEqual(listenTo(queue), ['shutdown']);
  });

  test('keeps no frame that was sent if its peer cannot be resumed', () => {
    const budget = budgetOf(1e9);
    const { queue, overruns } = queueWith({ resumable: false, budget });
    queue.push(frame(1));
    assert.equal(budget.cost, FRAME_COST);
    const heard = listenTo(queue);
    for (let number = 2; number < 50; number += 1) {
      queue.push(frame(number));
      assert.equal(queue.cost, 0);
    }
    assert.equal(heard.length, 49);
    assert.equal(queue.sentCount, 49);
    assert.equal(budget.cost, 0);
    assert.deepEqual(overruns, []);
  });

  test('keeps frames up to its limit, and none after that', () => {
    const budget = budgetOf(1e9);
    const { queue, overruns } = queueWith({ budget });
    const heard = listenTo(queue);
    for (let number = 0; number < 10; number += 1) {
      queue.push(frame(number));
    }
    assert.deepEqual(overruns, []);
    assert.equal(queue.cost, 10 * FRAME_COST);
    queue.push(frame(10));
    queue.push(frame(11));
    assert.deepEqual(overruns, ['limits.keptBytesPerPeer']);
    assert.deepEqual([queue.cost, budget.cost], [0, 0]);
    assert.equal(heard.length, 10);
    assert.equal(queue.replayFrom(10), false);
  });

  test('counts the overhead of small frames', () => {
    const { queue, overruns } = queueWith();
    for (let number = 0; number < 41; number += 1) {
      queue.push(Buffer.alloc(0));
    }
    assert.deepEqual(overruns, ['limits.keptBytesPerPeer']);
  });
});

describe('a budget of several queues', () => {
  test('counts a shared frame once, until the last queue drops it', () => {
    const budget = budgetOf(1e9);
    const queues = [1, 2, 3].map(() => queueWith({ budget }).queue);
    const shared = frame(1);
    for (const queue of queues) {
      listenTo(queue);
      queue.push(shared);
    }
    assert.equal(budget.cost, FRAME_COST);
    for (const [index, queue] of queues.entries()) {
      assert.equal(queue.cost, FRAME_COST);
      assert.equal(budget.cost, FRAME_COST, `before ${index} confirmed`);
      queue.acknowledge(1);
    }
    assert.equal(budget.cost, 0);
  });

  test('evicts the largest queue alone', () => {
    const budget = budgetOf(6 * FRAME_COST);
    const small = queueWith({ budget });
    const large = queueWith({ budget });
    for (let number = 0; number < 2; number += 1) {
      small.queue.push(frame(number));
    }
    for (let number = 0; number < 4; number += 1) {
      large.queue.push(frame(number));
    }
    // The small one's frame exceeds the limit, and the large one pays.
    small.queue.push(frame(2));
    assert.deepEqual(large.overruns, ['limits.keptBytesPerRoom']);
    assert.deepEqual(small.overruns, []);
    assert.equal(budget.cost, 3 * FRAME_COST);
    assert.deepEqual(listenTo(small.queue), [0, 1, 2]);
  });

  test('allows exactly its limit', () => {
    const budget = budgetOf(3 * FRAME_COST);
    const { queue, overruns } = queueWith({ budget });
    for (const number of [1, 2, 3]) {
      queue.push(frame(number));
    }
    assert.deepEqual(overruns, []);
    assert.equal(budget.cost, 3 * FRAME_COST);
  });

  test('evicts a queue that has dropped a part of its frames', () => {
    const budget = budgetOf(4 * FRAME_COST);
    const large = queueWith({ budget });
    const small = queueWith({ budget });
    listenTo(large.queue);
    for (const number of [1, 2, 3, 4]) {
      large.queue.push(frame(number));
    }
    large.queue.acknowledge(1);
    small.queue.push(frame(5));
    small.queue.push(frame(6));
    assert.deepEqual(large.overruns, ['limits.keptBytesPerRoom']);
    assert.deepEqual(small.overruns, []);
  });

  test('is bounded by its parent, too', () => {
    const all = new EventBudget('limits.keptBytes', () => 6 * FRAME_COST);
    const [one, other] = [1, 2].map(() =>
      queueWith({ budget: budgetOf(5 * FRAME_COST, all) }),
    );
    assert.ok(one && other);
    for (let number = 0; number < 4; number += 1) {
      one.queue.push(frame(number));
    }
    for (let number = 0; number < 3; number += 1) {
      other.queue.push(frame(number));
    }
    assert.deepEqual(one.overruns, ['limits.keptBytes']);
    assert.deepEqual(other.overruns, []);
    assert.equal(all.cost, 3 * FRAME_COST);
    for (let number = 0; number < 3; number += 1) {
      other.queue.push(frame(number));
    }
    assert.deepEqual(other.overruns, ['limits.keptBytesPerRoom']);
    assert.equal(all.cost, 0);
  });
});
