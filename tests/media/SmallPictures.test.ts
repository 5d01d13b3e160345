import assert from 'node:assert/strict';
import { beforeEach, describe, test } from 'node:test';

import { SmallPictures } from '../../lib/media/SmallPictures.ts';

describe('cameras that are held small', () => {
  let pictures: SmallPictures;
  let now: number;

  beforeEach(() => {
    pictures = new SmallPictures();
    now = 1_000;
  });

  /** Looks once a second. Returns the changes, by the second. */
  function look(held: boolean, seconds: number): string[] {
    const changes: string[] = [];
    for (let second = 1; second <= seconds; second += 1) {
      now += 1_000;
      if (pictures.take(held, now)) {
        changes.push(`${second} ${pictures.weak ? 'weak' : 'good'}`);
      }
    }
    return changes;
  }

  test('make a connection weak after three seconds, and good again after five', () => {
    assert.deepEqual(look(true, 10), ['4 weak']);
    assert.deepEqual(look(false, 10), ['6 good']);
  });

  test('do not if it is for a moment only, however often', () => {
    for (let time = 0; time < 5; time += 1) {
      assert.deepEqual(look(true, 3), []);
      assert.deepEqual(look(false, 1), []);
    }
  });

  test('go on making it weak if it is better for a moment only', () => {
    look(true, 4);
    for (let time = 0; time < 5; time += 1) {
      assert.deepEqual(look(false, 5), []);
      assert.deepEqual(look(true, 1), []);
    }
    assert.equal(pictures.weak, true);
  });
});
