import assert from 'node:assert/strict';
import { test } from 'node:test';

import { flood } from '../../tools/soak/flood.ts';
import type { Behaviour } from '../../tools/soak/flood.ts';
import { MeasuredServer } from '../../tools/soak/MeasuredServer.ts';

/** Enough to fill the heap ten times over if bytes were not bounded. */
const MESSAGES = 1_500;

const SILENT = 10;

/** Heap limit of the server, MiB; it needs a fifth of that when idle. */
const MAX_HEAP = 256;

/** Most resident memory of the server, including V8's own, bytes. */
const MAX_RESIDENT = 512 * 2 ** 20;

const FAREWELL: Readonly<Record<Behaviour, RegExp>> = {
  'answers no pings': /^1013 limits\.keptBytesPerPeer: /,
  'lost its connection': /^1006 $/,
};

for (const [behaviour, farewell] of Object.entries(FAREWELL)) {
  test(`memory stays bounded when a peer ${behaviour} and others send a lot`, async (t) => {
    await using server = await MeasuredServer.start(
      { rooms: { resumeTimeout: 300_000 } },
      MAX_HEAP,
    );
    const closed = await flood(server, {
      room: 'flood',
      messages: MESSAGES,
      silent: SILENT,
      behaviour: behaviour as Behaviour,
    });
    assert.equal(closed.length, SILENT);
    for (const end of closed) {
      assert.match(end, farewell);
    }
    const end = await server.settled();
    t.diagnostic(`at most ${Math.round(end.peak / 2 ** 20)} MiB resident`);
    assert.ok(end.peak < MAX_RESIDENT, `${end.peak} bytes were resident`);
    assert.equal(end.kept, 0);
    assert.equal(end.rooms, 0);
    assert.equal(end.handles, server.start.handles);
  });
}
