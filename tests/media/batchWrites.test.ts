import assert from 'node:assert/strict';
import { once } from 'node:events';
import { Writable } from 'node:stream';
import { setImmediate } from 'node:timers/promises';
import { describe, test } from 'node:test';

import { batchWrites } from '../../lib/media/batchWrites.ts';

/** A stream that keeps what it was given, by the writes in which it came. */
class Sink extends Writable {
  readonly writes: string[] = [];

  constructor() {
    super();
    batchWrites(this);
  }

  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.writes.push(chunk.toString());
    done();
  }

  override _writev(chunks: { chunk: Buffer }[], done: () => void): void {
    this.writes.push(chunks.map(({ chunk }) => chunk.toString()).join(''));
    done();
  }
}

describe('a stream with batches', () => {
  test('writes at once what it is given in one turn of the event loop', async () => {
    const sink = new Sink();
    sink.write('a');
    await Promise.resolve();
    sink.write('b');
    await setImmediate();
    assert.deepEqual(sink.writes, ['ab']);
    sink.write('c');
    await setImmediate();
    assert.deepEqual(sink.writes, ['ab', 'c']);
  });

  test('writes what it holds back before it is destroyed', async () => {
    const sink = new Sink();
    sink.write('a');
    sink.write('b');
    sink.destroy();
    assert.deepEqual(sink.writes, ['ab']);
    await once(sink, 'close');
    await setImmediate();
    assert.deepEqual(sink.writes, ['ab']);
  });

  test('is destroyed without a write as well', async () => {
    const sink = new Sink();
    const error = new Error('broken');
    sink.destroy(error);
    const [reported] = await once(sink, 'error');
    assert.equal(reported, error);
    assert.deepEqual(sink.writes, []);
  });
});
