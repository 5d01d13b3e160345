import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { TestContext } from 'node:test';

import { Turns } from '../../../sdk/src/p2p/Turns.ts';

/** One side, and what it has said and done. */
function sideOf(t: TestContext, polite: boolean) {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const state = { isIdle: true };
  const done: string[] = [];
  const turns = new Turns({
    polite,
    isIdle: () => state.isIdle,
    say: (turn) => done.push(turn),
    offer: () => done.push('offer'),
  });
  return {
    turns,
    done,
    state,
    pass: (time: number) => t.mock.timers.tick(time),
  };
}

describe('the polite side', () => {
  test('asks before it offers', (t) => {
    const { turns, done, pass } = sideOf(t, true);
    turns.note();
    turns.want();
    assert.deepEqual(done, ['asked']);
    turns.hear('given');
    assert.deepEqual(done, ['asked', 'offer']);
    turns.hear('given');
    pass(60_000);
    assert.deepEqual(done, ['asked', 'offer'], 'it has offered');
  });

  test('does not offer where the other side does first', (t) => {
    const { turns, done, pass } = sideOf(t, true);
    turns.note();
    turns.want();
    turns.offered();
    turns.hear('given');
    pass(60_000);
    assert.deepEqual(done, ['asked']);
  });

  test('offers if no answer comes', (t) => {
    const { turns, done, pass } = sideOf(t, true);
    turns.note();
    turns.want();
    pass(1_999);
    assert.deepEqual(done, ['asked']);
    pass(1);
    assert.deepEqual(done, ['asked', 'offer']);
  });

  test('does not ask a side that knows no turns, and waits a little', (t) => {
    const { turns, done, pass } = sideOf(t, true);
    turns.want();
    pass(199);
    assert.deepEqual(done, []);
    pass(1);
    assert.deepEqual(done, ['offer']);
  });

  test('does nothing more once it is closed', (t) => {
    const { turns, done, pass } = sideOf(t, true);
    turns.want();
    turns.close();
    pass(60_000);
    assert.deepEqual(done, []);
  });
});

describe('the impolite side', () => {
  test('offers when it needs to, and does not give its turn away meanwhile', (t) => {
    const { turns, done, state } = sideOf(t, false);
    turns.want();
    state.isIdle = false;
    turns.hear('asked');
    assert.deepEqual(done, ['offer']);
  });

  test('offers nothing while the other side has the turn', (t) => {
    const { turns, done, pass } = sideOf(t, false);
    turns.hear('asked');
    turns.want();
    assert.deepEqual(done, ['given']);
    turns.offered();
    pass(60_000);
    assert.deepEqual(done, ['given'], 'the browser asks again');
    turns.want();
    assert.deepEqual(done, ['given', 'offer']);
  });

  test('takes its turn back if no offer comes', (t) => {
    const { turns, done, pass } = sideOf(t, false);
    turns.hear('asked');
    pass(2_000);
    assert.deepEqual(done, ['given'], 'there is nothing to offer');
    turns.hear('asked');
    turns.want();
    pass(2_000);
    assert.deepEqual(done, ['given', 'given', 'offer']);
  });
});
