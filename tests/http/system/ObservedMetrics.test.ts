import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { Registry } from 'prom-client';

import { ObservedMetrics } from '../../../lib/http/system/ObservedMetrics.ts';

/** Two gauges of one number, which each reading raises by one. */
function observedNumber() {
  const registry = new Registry();
  const state = { readings: 0, fails: false };
  const observed = new ObservedMetrics(registry, async () => {
    state.readings += 1;
    await Promise.resolve();
    if (state.fails) {
      throw new Error('no figures');
    }
    first.set(state.readings);
    second.set(state.readings);
  });
  const first = observed.gauge('first', 'The first gauge.');
  const second = observed.gauge('second', 'The second gauge.');
  return { registry, state };
}

describe('observed metrics', () => {
  test('are read once for each scrape', async () => {
    const { registry, state } = observedNumber();
    for (const expected of [1, 2]) {
      const text = await registry.metrics();
      assert.match(text, new RegExp(`^first ${expected}$`, 'm'));
      assert.match(text, new RegExp(`^second ${expected}$`, 'm'));
      assert.equal(state.readings, expected);
    }
  });

  test('are read once for concurrent scrapes', async () => {
    const { registry, state } = observedNumber();
    const texts = await Promise.all([registry.metrics(), registry.metrics()]);
    assert.equal(state.readings, 1);
    assert.equal(texts[0], texts[1]);
  });

  test('are read again after a failed read', async () => {
    const { registry, state } = observedNumber();
    state.fails = true;
    await assert.rejects(registry.metrics(), /^Error: no figures$/);
    state.fails = false;
    assert.match(await registry.metrics(), /^first 2$/m);
  });
});
