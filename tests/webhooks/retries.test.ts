import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { retryAfterOf, retryDelay } from '../../lib/webhooks/retries.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

describe('attempts', () => {
  const delays = [
    5_000,
    5 * MINUTE,
    30 * MINUTE,
    2 * HOUR,
    5 * HOUR,
    10 * HOUR,
    14 * HOUR,
    20 * HOUR,
    24 * HOUR,
  ];

  test('are made ten times, further and further apart', () => {
    const attempts = Array.from({ length: 10 }, (_, index) => index + 1);
    assert.deepEqual(
      attempts.map((it) => retryDelay(it, undefined, () => 0)),
      [...delays, undefined],
    );
  });

  test('are up to a tenth later, by chance', () => {
    for (const [index, delay] of delays.entries()) {
      assert.equal(
        retryDelay(index + 1, undefined, () => 0.5),
        delay * 1.05,
      );
      const wait = retryDelay(index + 1) ?? 0;
      assert.ok(wait >= delay && wait <= delay * 1.1);
    }
  });

  test('wait for as long as the receiver asks', () => {
    assert.equal(
      retryDelay(1, 60_000, () => 0),
      60_000,
    );
    assert.equal(
      retryDelay(1, 1, () => 0),
      5_000,
    );
    assert.equal(retryDelay(10, 60_000), undefined);
  });
});

describe('Retry-After', () => {
  const now = new Date('2026-11-26T08:00:00Z');
  for (const [header, expected] of [
    [undefined, undefined],
    ['120', 120_000],
    ['0', 0],
    ['Thu, 26 Nov 2026 08:01:00 GMT', 60_000],
    ['Thu, 26 Nov 2026 07:59:00 GMT', 0],
    ['99999999', HOUR],
    ['soon', undefined],
    ['', undefined],
  ] as const) {
    test(`of ${JSON.stringify(header)} is ${expected} ms`, () => {
      assert.equal(retryAfterOf(header, now, HOUR), expected);
    });
  }
});
