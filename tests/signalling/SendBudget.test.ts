import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { SendBudget } from '../../lib/signalling/SendBudget.ts';
import type { Sender } from '../../lib/signalling/SendBudget.ts';
import { liveLimits } from '../support/limits.ts';

const LIMIT = 1_048_576;

/** A connection on which so many bytes wait. */
class Waiting implements Sender {
  waiting: number;
  readonly drops: number[] = [];

  constructor(waiting: number) {
    this.waiting = waiting;
  }

  drop(limit: number): void {
    this.drops.push(limit);
  }
}

/** A budget that connections have reported to, one after the other. */
function reported(...bytes: number[]) {
  const budget = new SendBudget(
    liveLimits({ sendBufferBytesInAll: LIMIT }).view,
  );
  const senders = bytes.map((waiting) => new Waiting(waiting));
  for (const sender of senders) {
    budget.report(sender);
  }
  return { budget, senders };
}

function dropsOf(senders: readonly Waiting[]): number[][] {
  return senders.map(({ drops }) => drops);
}

describe('what waits to be read on all connections', () => {
  test('is measured when it is asked for', () => {
    const { budget, senders } = reported(300, 500);
    assert.deepEqual(budget.use, {
      option: 'sendBufferBytesInAll',
      limit: LIMIT,
      used: 800,
    });
    const [first, second] = senders;
    assert.ok(first && second);
    first.waiting = 0;
    second.waiting = 700;
    assert.equal(budget.use.used, 700);
  });

  test('may come to exactly the limit', () => {
    const { senders } = reported(LIMIT - 1, 1);
    assert.deepEqual(dropsOf(senders), [[], []]);
  });

  test('is cut by the connections with the most, until it is within the limit', () => {
    const { budget, senders } = reported(
      LIMIT / 2,
      LIMIT / 4,
      LIMIT,
      2 * LIMIT,
    );
    assert.deepEqual(dropsOf(senders), [[], [], [LIMIT], [LIMIT]]);
    assert.equal(budget.use.used, (LIMIT * 3) / 4);
  });

  test('is measured before a connection is dropped', () => {
    const { budget, senders } = reported(LIMIT / 2);
    const [reader] = senders;
    assert.ok(reader);
    reader.waiting = 0;
    const writer = new Waiting(LIMIT);
    budget.report(writer);
    assert.deepEqual(dropsOf([reader, writer]), [[], []]);
    assert.equal(budget.use.used, LIMIT);
  });

  test('is no longer what waits on a connection that has ended', () => {
    const { budget, senders } = reported(LIMIT);
    const [ended] = senders;
    assert.ok(ended);
    budget.forget(ended);
    budget.report(new Waiting(1));
    assert.deepEqual(ended.drops, []);
    assert.equal(budget.use.used, 1);
  });
});
