import assert from 'node:assert/strict';
import { test } from 'node:test';

import type { BenchCase } from '../../../tools/bench/BenchCase.ts';
import { measure } from '../../../tools/bench/measure.ts';

/**
 * Runs a case with its baseline once, as small as it gets. That it did its work
 * is checked where it is measured; what it took is of no interest here.
 */
export function smokeTest(bench: BenchCase): void {
  const skip = bench.unavailable?.() ?? false;
  test(
    `the case ${bench.name} measures what it declares`,
    { skip },
    async () => {
      const { sizes, targets } = await measure(bench, 'smoke', 1);
      assert.equal(sizes.length, bench.sizes.smoke.length);
      for (const { size, figures } of sizes) {
        assert.ok(Object.values(bench.work({ size, seconds: 1 })).length > 0);
        for (const { figure, subject, baseline } of figures) {
          assert.ok(Number.isFinite(subject.median), `${figure}: no figure`);
          assert.ok(
            baseline === undefined || Number.isFinite(baseline.median),
            figure,
          );
        }
      }
      for (const { what, measured } of targets) {
        assert.ok(Number.isFinite(measured), `${what}: nothing was measured`);
      }
    },
  );
}
