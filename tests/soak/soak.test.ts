import assert from 'node:assert/strict';
import { test } from 'node:test';

import { layouts } from '../../tools/fixtures/layouts.ts';
import { lastingRooms } from '../../tools/soak/lastingRooms.ts';
import { protooRooms } from '../../tools/soak/protooRooms.ts';
import { soak } from '../../tools/soak/soak.ts';
import { chooseSeed } from '../support/seed.ts';

const JOINS = 400;

const SCENES = {
  'guests of protoo': { open: protooRooms, deaths: 0 },
  'guests of lasting rooms': { open: lastingRooms, deaths: 5 },
};

for (const [who, { open, deaths }] of Object.entries(SCENES)) {
  for (const [how, layout] of Object.entries(layouts)) {
    test(`releases everything after ${who} join, leave and abort, with rooms ${how}`, async (t) => {
      await using scene = await open();
      const { aborted, start, end } = await soak(
        JOINS,
        chooseSeed(t),
        layout,
        scene,
      );
      assert.ok(aborted > JOINS / 10, `only ${aborted} guests aborted`);
      assert.equal(end.rooms, 0);
      assert.equal(end.connections, 0);
      assert.equal(end.users, 0);
      assert.deepEqual(end.leftovers, []);
      assert.equal(end.deaths, deaths);
      assert.equal(end.kept, 0);
      assert.equal(end.handles, start.handles);
    });
  }
}
