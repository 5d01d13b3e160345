import assert from 'node:assert/strict';
import { test } from 'node:test';

import { flood } from '../../tools/soak/flood.ts';
import type { Behaviour } from '../../tools/soak/flood.ts';
import { MeasuredServer } from '../../tools/soak/MeasuredServer.ts';

/** Without a bound in bytes, a tenth of them do not fit into the heap. */
const MESSAGES = 1_500;

const SILENT = 10;

/** Of JavaScript objects, MiB; the server needs a fifth of it by itself. */
const MAX_HEAP = 256;

/** Most memory of the server, with all that V8 needs for itself, bytes. */
const MAX_RESIDENT = 512 * 2 ** 20;

const FAREWELL: Readonly<Record<Behaviour, RegExp>> = {
  'answers no pings': /^1013 limits\.keptBytesPerPeer: /,
  'lost its connection': /^1006 $/,
};

for (const [behaviour, farewell] of Object.entries(FAREWELL)) {
  test(`a server keeps to its memory when a peer ${behaviour} and others say a lot`, async (t) => {
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
