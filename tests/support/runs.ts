/**
 * The numbers of cases that a test tries: those for `scripts/test.ts --fast`,
 * which sets TEST_FAST, or the full ones.
 */
export function runs<Counts>(counts: { full: Counts; fast: Counts }): Counts {
  return process.env['TEST_FAST'] === '1' ? counts.fast : counts.full;
}
