import assert from 'node:assert/strict';
import { beforeEach, describe, test } from 'node:test';

import { LoadLevel } from '../../sdk/src/core/LoadLevel.ts';

describe('the level of a load', () => {
  let level: LoadLevel;

  beforeEach(() => {
    level = new LoadLevel({ rise: 3, fall: 10, most: 2 });
  });

  /** Looks that come to the same. Returns the levels, by the looks that changed them. */
  function look(overloaded: boolean, looks: number): string[] {
    const changes: string[] = [];
    for (let count = 1; count <= looks; count += 1) {
      if (level.take(overloaded)) {
        changes.push(`${count}: ${level.value}`);
      }
    }
    return changes;
  }

  test('rises with an overload that lasts, to the highest one', () => {
    assert.deepEqual(look(true, 20), ['3: 1', '6: 2']);
  });

  test('does not rise with an overload for a moment, however often', () => {
    for (let time = 0; time < 5; time += 1) {
      assert.deepEqual(look(true, 2), []);
      assert.deepEqual(look(false, 1), []);
    }
  });

  test('falls step by step, and more slowly than it rises', () => {
    look(true, 6);
    assert.deepEqual(look(false, 30), ['10: 1', '20: 0']);
  });

  test('falls later each time that a fall has been too early', () => {
    look(true, 3);
    assert.deepEqual(look(false, 10), ['10: 0']);
    assert.deepEqual(look(true, 3), ['3: 1']);
    assert.deepEqual(look(false, 20), ['20: 0']);
    assert.deepEqual(look(true, 3), ['3: 1']);
    assert.deepEqual(look(false, 40), ['40: 0']);
    // Long after the last fall, an overload is another one.
    look(false, 10);
    assert.deepEqual(look(true, 3), ['3: 1']);
    assert.deepEqual(look(false, 10), ['10: 0']);
  });
});
