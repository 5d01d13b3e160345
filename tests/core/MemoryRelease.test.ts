import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import process from 'node:process';
import { describe, test } from 'node:test';

import { MemoryRelease } from '../../lib/core/MemoryRelease.ts';

const MODULE = new URL('../../lib/core/MemoryRelease.ts', import.meta.url).href;

/** Counts the collections after numbers of clients, look by look. */
function collections(...counts: number[]): number {
  let now = 0;
  let made = 0;
  const release = new MemoryRelease(
    () => now,
    () => {
      made += 1;
    },
  );
  for (const count of counts) {
    now = count;
    release.look();
  }
  return made;
}

describe('MemoryRelease', () => {
  test('collects garbage once when most have left and the rest stays', () => {
    assert.equal(collections(0, 1_000, 3_000, 700, 700), 1);
    assert.equal(collections(0, 3_000, 0, 0, 0, 0, 0), 1);
    assert.equal(collections(0, 3_000, 0, 5), 1);
  });

  test('waits while they are still leaving', () => {
    assert.equal(collections(0, 3_000, 700, 600, 500), 0);
  });

  test('does not after a small peak, or while many stay', () => {
    assert.equal(collections(0, 199, 0, 0), 0);
    assert.equal(collections(0, 3_000, 751, 751), 0);
  });

  test('does again after the next peak', () => {
    assert.equal(collections(3_000, 0, 0, 400, 0, 0), 2);
  });

  test('takes what V8 keeps of what is not used any more', () => {
    const script = `
      const { lastResort } = await import('${MODULE}');
      const collect = lastResort();
      let kept = Array.from({ length: 500_000 }, (_, at) => ({ at }));
      const full = process.memoryUsage().heapTotal;
      kept = undefined;
      collect();
      console.log(JSON.stringify({ full, left: process.memoryUsage().heapTotal, exposed: typeof gc }));`;
    const printed = execFileSync(
      process.execPath,
      ['--input-type=module', '--eval', script],
      { encoding: 'utf8' },
    );
    const { full, left, exposed } = JSON.parse(printed) as {
      full: number;
      left: number;
      exposed: string;
    };
    assert.ok(left < full / 2, `${left} of ${full} bytes are left`);
    assert.equal(exposed, 'undefined');
  });
});
