import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { TestContext } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';

import { Rounds } from '../../lib/core/Rounds.ts';

const INTERVAL = 100;

/** Rounds whose work ends when a test says so. */
function start(t: TestContext) {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const ends: (() => void)[] = [];
  const rounds = new Rounds(
    () => new Promise((resolve) => ends.push(resolve)),
    () => INTERVAL,
  );
  /** Ends the round under way. */
  const end = async (): Promise<void> => {
    ends.at(-1)?.();
    await turn();
  };
  return { rounds, ends, end };
}

describe('rounds', () => {
  test('follow each other an interval after the end of the last one', async (t) => {
    const { rounds, ends, end } = start(t);
    rounds.beginLater();
    assert.equal(ends.length, 0);
    t.mock.timers.tick(INTERVAL);
    assert.equal(ends.length, 1);
    t.mock.timers.tick(INTERVAL * 5);
    assert.equal(ends.length, 1);
    await end();
    t.mock.timers.tick(INTERVAL - 1);
    assert.equal(ends.length, 1);
    t.mock.timers.tick(1);
    assert.equal(ends.length, 2);
    await Promise.all([end(), rounds.close()]);
  });

  test('begin at once where that is asked for, and never two at a time', async (t) => {
    const { rounds, ends, end } = start(t);
    rounds.begin();
    rounds.begin();
    assert.equal(ends.length, 1);
    await end();
    rounds.begin();
    assert.equal(ends.length, 2);
    await end();
    t.mock.timers.tick(INTERVAL);
    assert.equal(ends.length, 3);
    await Promise.all([end(), rounds.close()]);
  });

  test('are over once the one under way has ended', async (t) => {
    const { rounds, ends, end } = start(t);
    rounds.begin();
    let closed = false;
    const closing = rounds.close().then(() => {
      closed = true;
    });
    await turn();
    assert.equal(closed, false);
    await end();
    await closing;
    rounds.begin();
    t.mock.timers.tick(INTERVAL);
    assert.equal(ends.length, 1);
  });
});
