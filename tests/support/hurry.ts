import type { MockTracker } from 'node:test';

/** The length that a hurried timer has, ms. */
const SOON = 20;

/**
 * Lets timers of one length fire soon, such as those between two looks at a file
 * or a table, until the tracker restores the clock.
 */
export function hurry(tracker: MockTracker, length: number): void {
  const { setTimeout: start } = globalThis;
  tracker.method(
    globalThis,
    'setTimeout',
    (callback: () => void, delay: number) =>
      start(callback, delay === length ? SOON : delay),
  );
}
