import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { LatestRun } from '../../lib/core/LatestRun.ts';

describe('a task that is rerun on request', () => {
  test('runs once at a time, and once more for all requests in between', async () => {
    const ends: (() => void)[] = [];
    const run = new LatestRun(() => {
      const { promise, resolve } = Promise.withResolvers<void>();
      ends.push(resolve);
      return promise;
    });
    const done = run.request();
    await Promise.all([run.request(), run.request()]);
    assert.equal(ends.length, 1);
    ends[0]?.();
    await Promise.resolve();
    await Promise.resolve();
    assert.equal(ends.length, 2);
    ends[1]?.();
    await done;
    assert.equal(ends.length, 2);
  });

  test('runs again after a failed run', async () => {
    let runs = 0;
    const run = new LatestRun(() => {
      runs += 1;
      return runs === 1 ? Promise.reject(new Error('once')) : Promise.resolve();
    });
    await assert.rejects(run.request(), /once/);
    await run.request();
    assert.equal(runs, 2);
  });
});
