import assert from 'node:assert/strict';
import { fork } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { test } from 'node:test';

import { ProtooClient } from '../../tools/fixtures/ProtooClient.ts';
import { startServer } from '../../tools/fixtures/server.ts';

/** Ends the test before the client could not resume any more, ms. */
const timeout = 240_000;

test(
  'a client that stops responding is removed although it could resume, as its media is silent, too',
  { timeout },
  async (t) => {
    const server = await startServer({ rooms: { resumeTimeout: 300_000 } });
    const { client: bob } = await ProtooClient.join(server.url, 'room', 'bob');
    const talker = fork(
      path.join(import.meta.dirname, 'talker.ts'),
      [server.url, 'room', 'ghost'],
      { execArgv: [] },
    );
    t.after(async () => {
      const exited = once(talker, 'exit');
      talker.kill('SIGKILL');
      await exited;
      await bob.close();
      await server.close();
    });
    for (;;) {
      const [state] = (await once(talker, 'message')) as [string];
      if (state === 'connected') {
        break;
      }
    }
    await bob.notified('newProducer');

    talker.kill('SIGSTOP');
    const stopped = performance.now();
    assert.deepEqual(await bob.notified('peerLeft'), {
      peerId: 'ghost',
      reason: 'disconnected',
    });
    const lasted = performance.now() - stopped;
    t.diagnostic(`gone after ${(lasted / 1_000).toFixed(1)} s`);
  },
);
