import assert from 'node:assert/strict';
import { test } from 'node:test';

import { layouts } from '../../tools/fixtures/layouts.ts';
import { soak } from '../../tools/soak/soak.ts';

const JOINS = 400;

for (const [how, layout] of Object.entries(layouts)) {
  test(`nothing is left of guests who come, go and vanish, ${how}`, async (t) => {
    const seed = Date.now() % 1_000_000;
    t.diagnostic(`seed ${seed}`);
    const { aborted, start, end } = await soak(JOINS, seed, layout);
    assert.ok(aborted > JOINS / 10, `only ${aborted} guests aborted`);
    assert.equal(end.rooms, 0);
    assert.equal(end.connections, 0);
    assert.deepEqual(end.leftovers, []);
    assert.equal(end.deaths, 0);
    assert.equal(end.kept, 0);
    assert.equal(end.handles, start.handles);
  });
}
