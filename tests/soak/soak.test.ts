import assert from 'node:assert/strict';
import { test } from 'node:test';

import { layouts } from '../../tools/fixtures/layouts.ts';
import { soak } from '../../tools/soak/soak.ts';
import { chooseSeed } from '../support/seed.ts';

const JOINS = 400;

for (const [how, layout] of Object.entries(layouts)) {
  test(`releases everything after guests join, leave and abort, with rooms ${how}`, async (t) => {
    const { aborted, start, end } = await soak(JOINS, chooseSeed(t), layout);
    assert.ok(aborted > JOINS / 10, `only ${aborted} guests aborted`);
    assert.equal(end.rooms, 0);
    assert.equal(end.connections, 0);
    assert.deepEqual(end.leftovers, []);
    assert.equal(end.deaths, 0);
    assert.equal(end.kept, 0);
    assert.equal(end.handles, start.handles);
  });
}
