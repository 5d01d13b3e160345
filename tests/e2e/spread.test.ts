import assert from 'node:assert/strict';
import process from 'node:process';
import { after, before, describe, it } from 'node:test';

import type { types } from 'mediasoup';
import type { Browser } from 'playwright-core';

import type { Server } from '../../lib/Server.ts';
import { layouts } from '../../tools/fixtures/layouts.ts';
import { until } from '../support/until.ts';
import { startServer } from '../../tools/fixtures/server.ts';
import {
  launchBrowser,
  noBrowser,
} from '../../tools/fixtures/browser/launch.ts';
import { Visitor } from '../../tools/fixtures/browser/Visitor.ts';

describe('two people in a room on two workers', { skip: noBrowser }, () => {
  let server: Server;
  let browser: Browser;

  before(async () => {
    [server, browser] = await Promise.all([
      startServer(layouts['over two routers']),
      launchBrowser(),
    ]);
  });

  after(async () => {
    await Promise.all([browser?.close(), server?.close()]);
  });

  /** The worker that a page is connected to, by its ICE credentials. */
  async function workerOf(iceUsers: readonly string[]): Promise<types.Worker> {
    for (const { webRtcServer, worker } of server.pool.alive) {
      const { localIceUsernameFragments } = await webRtcServer.dump();
      if (
        localIceUsernameFragments.some(({ localIceUsernameFragment }) =>
          iceUsers.includes(localIceUsernameFragment),
        )
      ) {
        return worker;
      }
    }
    throw new Error('no worker has these credentials');
  }

  it('see and hear each other, also after the worker of one died', async () => {
    const ada = await Visitor.join(browser, server.url, 'Ada', 'garden');
    const grace = await Visitor.join(browser, server.url, 'Grace', 'garden');
    const { routers } = server.registry.get('garden');
    const meet = () =>
      Promise.all([ada.seesAndHears('Grace'), grace.seesAndHears('Ada')]);
    await meet();
    assert.equal(routers.ids.length, 2);
    // Sound, picture and chat of either.
    await until('six pipes', () => routers.pipes === 6);

    await grace.button('Mute microphone').click();
    await ada.tile('Grace', 'microphone muted').waitFor();
    await ada.seesAndDoesNotHear('Grace');
    await grace.button('Unmute microphone').click();
    await ada.seesAndHears('Grace');

    const before = {
      ada: await ada.iceUsers(),
      grace: await grace.iceUsers(),
    };
    const worker = await workerOf(before.ada);
    process.kill(worker.pid, 'SIGKILL');
    await ada.seesAnew('Grace', before.ada);
    await meet();
    assert.deepEqual(await grace.iceUsers(), before.grace);
    await Promise.all([ada.close(), grace.close()]);
  });
});
