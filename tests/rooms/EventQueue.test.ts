import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { EventBudget } from '../../lib/rooms/EventBudget.ts';
import type { KeptLimit } from '../../lib/rooms/events.ts';
import { EventQueue } from '../../lib/rooms/EventQueue.ts';
import type { MailboxOptions } from '../../lib/rooms/EventQueue.ts';

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

/** A mailbox that notes which limits were exceeded. */
function mailboxWith(options: Partial<MailboxOptions> = {}) {
  const overruns: KeptLimit[] = [];
  const mailbox = new EventQueue({
    limit: () => 10 * FRAME_COST,
    budget: budgetOf(1e9),
    resumable: true,
    onOverrun: (option) => overruns.push(option),
    ...options,
  });
  return { mailbox, overruns };
}

/** Listens, and returns the numbers of the frames, and any last word. */
function listenTo(mailbox: EventQueue): (number | string)[] {
  const heard: (number | string)[] = [];
  mailbox.listen((message) => {
    heard.push(typeof message === 'string' ? message : (message[0] ?? -1));
  });
  return heard;
}

describe('a mailbox', () => {
  test('lets frames wait for a listener, and then flow', () => {
    const { mailbox } = mailboxWith();
    mailbox.put(frame(1));
    mailbox.put(frame(2));
    assert.equal(mailbox.sent, 0);
    const heard = listenTo(mailbox);
    mailbox.put(frame(3));
    assert.deepEqual(heard, [1, 2, 3]);
    assert.equal(mailbox.sent, 3);
  });

  test('goes back to what arrived, and on from there', () => {
    const { mailbox } = mailboxWith();
    const before = listenTo(mailbox);
    for (const number of [1, 2, 3]) {
      mailbox.put(frame(number));
    }
    mailbox.hold();
    mailbox.put(frame(4));
    assert.equal(mailbox.rewind(1), true);
    assert.deepEqual(listenTo(mailbox), [2, 3, 4]);
    assert.deepEqual(before, [1, 2, 3]);
    assert.equal(mailbox.sent, 4);
  });

  test('cannot go back to what has surely arrived, nor ahead', () => {
    const { mailbox } = mailboxWith();
    listenTo(mailbox);
    for (const number of [1, 2, 3]) {
      mailbox.put(frame(number));
    }
    mailbox.confirm(2);
    assert.equal(mailbox.rewind(1), false);
    assert.equal(mailbox.rewind(4), false);
    assert.equal(mailbox.rewind(2), true);
    assert.deepEqual(listenTo(mailbox), [3]);
  });

  test('says its last word to its listener, and to no later one', () => {
    const { mailbox } = mailboxWith();
    const before = listenTo(mailbox);
    mailbox.dismiss('resumed');
    mailbox.put(frame(2));
    assert.deepEqual(before, ['resumed']);
    assert.deepEqual(listenTo(mailbox), [2]);
    assert.equal(mailbox.sent, 1);
  });

  test('says that it has ended, also to a listener that comes later', () => {
    const { mailbox } = mailboxWith();
    mailbox.put(frame(1));
    mailbox.end('shutdown');
    mailbox.end('left');
    mailbox.put(frame(2));
    assert.equal(mailbox.cost, 0);
    assert.deepEqual(listenTo(mailbox), ['shutdown']);
  });

  test('keeps nothing that was sent where its peer cannot be resumed', () => {
    const budget = budgetOf(1e9);
    const { mailbox, overruns } = mailboxWith({ resumable: false, budget });
    mailbox.put(frame(1));
    assert.equal(budget.cost, FRAME_COST);
    const heard = listenTo(mailbox);
    for (let number = 2; number < 50; number += 1) {
      mailbox.put(frame(number));
      assert.equal(mailbox.cost, 0);
    }
    assert.equal(heard.length, 49);
    assert.equal(mailbox.sent, 49);
    assert.equal(budget.cost, 0);
    assert.deepEqual(overruns, []);
  });

  test('keeps as many bytes as allowed, and nothing after that', () => {
    const budget = budgetOf(1e9);
    const { mailbox, overruns } = mailboxWith({ budget });
    const heard = listenTo(mailbox);
    for (let number = 0; number < 10; number += 1) {
      mailbox.put(frame(number));
    }
    assert.deepEqual(overruns, []);
    assert.equal(mailbox.cost, 10 * FRAME_COST);
    mailbox.put(frame(10));
    mailbox.put(frame(11));
    assert.deepEqual(overruns, ['limits.keptBytesPerPeer']);
    assert.deepEqual([mailbox.cost, budget.cost], [0, 0]);
    assert.equal(heard.length, 10);
    assert.equal(mailbox.rewind(10), false);
  });

  test('counts many small frames for more than their bytes', () => {
    const { mailbox, overruns } = mailboxWith();
    for (let number = 0; number < 41; number += 1) {
      mailbox.put(Buffer.alloc(0));
    }
    assert.deepEqual(overruns, ['limits.keptBytesPerPeer']);
  });
});

describe('the budget of several mailboxes', () => {
  test('counts what several keep once, until the last has let go', () => {
    const budget = budgetOf(1e9);
    const mailboxes = [1, 2, 3].map(() => mailboxWith({ budget }).mailbox);
    const shared = frame(1);
    for (const mailbox of mailboxes) {
      listenTo(mailbox);
      mailbox.put(shared);
    }
    assert.equal(budget.cost, FRAME_COST);
    for (const [index, mailbox] of mailboxes.entries()) {
      assert.equal(mailbox.cost, FRAME_COST);
      assert.equal(budget.cost, FRAME_COST, `before ${index} confirmed`);
      mailbox.confirm(1);
    }
    assert.equal(budget.cost, 0);
  });

  test('takes from the one that keeps the most, and from no other', () => {
    const budget = budgetOf(6 * FRAME_COST);
    const small = mailboxWith({ budget });
    const large = mailboxWith({ budget });
    for (let number = 0; number < 2; number += 1) {
      small.mailbox.put(frame(number));
    }
    for (let number = 0; number < 4; number += 1) {
      large.mailbox.put(frame(number));
    }
    // The small one's frame exceeds the limit, and the large one pays.
    small.mailbox.put(frame(2));
    assert.deepEqual(large.overruns, ['limits.keptBytesPerRoom']);
    assert.deepEqual(small.overruns, []);
    assert.equal(budget.cost, 3 * FRAME_COST);
    assert.deepEqual(listenTo(small.mailbox), [0, 1, 2]);
  });

  test('is part of a budget that may end first', () => {
    const all = new EventBudget('limits.keptBytes', () => 6 * FRAME_COST);
    const [one, other] = [1, 2].map(() =>
      mailboxWith({ budget: budgetOf(5 * FRAME_COST, all) }),
    );
    assert.ok(one && other);
    for (let number = 0; number < 4; number += 1) {
      one.mailbox.put(frame(number));
    }
    for (let number = 0; number < 3; number += 1) {
      other.mailbox.put(frame(number));
    }
    assert.deepEqual(one.overruns, ['limits.keptBytes']);
    assert.deepEqual(other.overruns, []);
    assert.equal(all.cost, 3 * FRAME_COST);
    for (let number = 0; number < 3; number += 1) {
      other.mailbox.put(frame(number));
    }
    assert.deepEqual(other.overruns, ['limits.keptBytesPerRoom']);
    assert.equal(all.cost, 0);
  });
});
