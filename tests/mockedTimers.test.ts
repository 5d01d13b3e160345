import assert from 'node:assert/strict';
import { test } from 'node:test';

const HOUR = 3_600_000;

function realTimers(): number {
  return process.getActiveResourcesInfo().filter((it) => it === 'Timeout')
    .length;
}

test('mocked timers leave real ones to be cleared, and are cleared themselves', (t) => {
  const before = realTimers();
  const timeout = setTimeout(() => undefined, HOUR);
  const interval = setInterval(() => undefined, HOUR);
  assert.equal(realTimers(), before + 2);
  t.mock.timers.enable({ apis: ['setTimeout', 'setInterval'] });
  clearTimeout(timeout);
  clearInterval(interval);
  assert.equal(realTimers(), before);

  const fired: string[] = [];
  clearTimeout(setTimeout(() => fired.push('cleared timeout'), HOUR));
  clearInterval(setInterval(() => fired.push('cleared interval'), HOUR));
  setTimeout(() => fired.push('timeout'), HOUR);
  t.mock.timers.tick(HOUR);
  assert.deepEqual(fired, ['timeout']);
});
