import { relative } from 'node:path';
import type { TestContext } from 'node:test';

const LIMIT = 1_000_000;

/**
 * The seed of a test with random input: TEST_SEED if it is set, always the same
 * in CI, a new one for each run otherwise. The test's report says how to repeat
 * the run.
 */
export function chooseSeed(t: TestContext): number {
  const named = process.env['TEST_SEED'] ?? '';
  const seed = named === '' ? unnamed() : Number(named);
  if (!Number.isSafeInteger(seed) || seed < 0) {
    throw new RangeError(
      `TEST_SEED: expected a whole number, got ${JSON.stringify(named)}`,
    );
  }
  const file = t.filePath ? relative(process.cwd(), t.filePath) : '';
  t.diagnostic(
    `repeat with: TEST_SEED=${seed} node scripts/test.ts ${file}`.trimEnd(),
  );
  return seed;
}

function unnamed(): number {
  return process.env['CI'] ? 1 : Date.now() % LIMIT;
}
