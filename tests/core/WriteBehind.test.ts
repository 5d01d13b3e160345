import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { WriteBehind } from '../../lib/core/WriteBehind.ts';

/** Writes that a test lets succeed or fail, one by one. */
class Writes {
  readonly written: number[][] = [];
  #next = Promise.withResolvers<void>();

  readonly write = async (items: readonly number[]): Promise<void> => {
    await this.#next.promise;
    this.written.push([...items]);
  };

  succeed(): void {
    this.#next.resolve();
  }

  fail(): void {
    const failed = this.#next;
    this.#next = Promise.withResolvers();
    failed.reject(new Error('away'));
  }
}

describe('writing behind', () => {
  test('keeps the order, and writes at once what has come meanwhile', async () => {
    const writes = new Writes();
    const queue = new WriteBehind<number>('numbers', writes.write, () => 100);
    for (const number of [1, 2, 3]) {
      queue.push(number);
    }
    assert.deepEqual(queue.waiting, [1, 2, 3]);
    writes.succeed();
    await queue.close();
    assert.deepEqual(writes.written, [[1], [2, 3]]);
    assert.deepEqual(queue.waiting, []);
  });

  test('drops what is too much', async () => {
    const writes = new Writes();
    const queue = new WriteBehind<number>('numbers', writes.write, () => 2);
    const taken = [1, 2, 3].map((number) => queue.push(number));
    assert.deepEqual(taken, [true, true, false]);
    writes.succeed();
    await queue.close();
    assert.deepEqual(writes.written.flat(), [1, 2]);
  });

  test('keeps what could not be written, and writes it at the end', async () => {
    const writes = new Writes();
    const queue = new WriteBehind<number>('numbers', writes.write, () => 100);
    queue.push(1);
    writes.fail();
    assert.deepEqual(await queue.forget((it) => it > 1), []);
    queue.push(2);
    queue.push(3);
    assert.deepEqual(await queue.forget((it) => it === 2), [2]);
    assert.deepEqual(writes.written, []);
    writes.succeed();
    await queue.close();
    assert.deepEqual(writes.written, [[1, 3]]);
  });

  test('forgets nothing that is being written', async () => {
    const first = Promise.withResolvers<void>();
    const writes = [first.promise];
    const written: number[] = [];
    const queue = new WriteBehind<number>(
      'numbers',
      (items) => {
        written.push(...items);
        return writes.shift() ?? Promise.resolve();
      },
      () => 100,
    );
    queue.push(1);
    const forgetting = queue.forget((it) => it === 2);
    // Runs between the end of the first write and the continuation of forget.
    const pushing = first.promise.then(() => {
      queue.push(2);
      queue.push(3);
    });
    first.resolve();
    await pushing;
    assert.deepEqual(await forgetting, []);
    await queue.close();
    assert.deepEqual(written, [1, 2, 3]);
  });
});
