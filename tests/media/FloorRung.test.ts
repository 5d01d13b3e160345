import assert from 'node:assert/strict';
import { beforeEach, describe, test } from 'node:test';

import { FloorRung } from '../../lib/media/FloorRung.ts';

const SECOND = 1_000;

describe('the rung of a floor', () => {
  let now: number;
  let rung: FloorRung;

  beforeEach(() => {
    now = 0;
    rung = new FloorRung();
  });

  /** Takes the losses of a number of seconds. @returns The rung after each. */
  function lose(lost: number, seconds: number): number[] {
    return Array.from({ length: seconds }, () => {
      now += SECOND;
      rung.take(lost, now);
      return rung.value;
    });
  }

  test('falls if losses last for three seconds', () => {
    assert.deepEqual(lose(0.2, 4), [1, 1, 1, 0]);
  });

  test('does not fall if many estimates come of one moment', () => {
    for (let index = 0; index < 10; index += 1) {
      now += SECOND / 10;
      rung.take(0.6, now);
    }
    assert.equal(rung.value, 1);
  });

  test('falls to none at once if the link carries next to nothing', () => {
    assert.deepEqual(lose(0.5, 4), [1, 1, 1, -1]);
    assert.equal(lose(0.5, 8).at(-1), -1);
  });

  test('is tried again once nothing is lost, each time later', () => {
    lose(0.2, 4);
    assert.equal(lose(0, 10).at(-1), 0);
    assert.equal(lose(0, 1).at(-1), 1);
    lose(0.2, 4);
    assert.equal(lose(0, 20).at(-1), 0);
    assert.equal(lose(0, 1).at(-1), 1);
  });

  test('starts over where there is room', () => {
    lose(0.5, 4);
    rung.reset();
    assert.equal(rung.value, 1);
    lose(0.2, 4);
    assert.equal(lose(0, 11).at(-1), 1);
  });
});
