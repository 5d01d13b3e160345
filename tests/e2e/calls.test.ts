import assert from 'node:assert/strict';
import { after, afterEach, before, describe, it } from 'node:test';

import type { Browser } from 'playwright-core';

import type { Server } from '../../lib/Server.ts';
import { startServer } from '../../tools/fixtures/server.ts';
import {
  launchBrowser,
  noBrowser,
} from '../../tools/fixtures/browser/launch.ts';
import { until } from '../support/until.ts';
import { Caller, seeAndHearEachOther } from './Caller.ts';
import { Wire } from '../support/Wire.ts';

const GROUP = 'The three of us';

/** More than a busy machine takes to switch to the server, ms. */
const SWITCH_TIMEOUT = 30_000;

const SIZES = [
  [320, 568],
  [390, 844],
  [844, 390],
  [1280, 800],
] as const;

describe('a call on the page of calls', { skip: noBrowser }, () => {
  let server: Server;
  let browser: Browser;
  let wire: Wire;
  let ada: Caller;
  let ben: Caller;
  let cleo: Caller;

  before(async () => {
    [server, browser] = await Promise.all([
      startServer({
        calls: { returnToP2p: 1_000, switchTimeout: SWITCH_TIMEOUT },
      }),
      launchBrowser(),
    ]);
    wire = await Wire.to(server.url);
    [ada, ben, cleo] = await Promise.all([
      Caller.register(browser, server.url, 'Ada'),
      Caller.register(browser, wire.url, 'Ben'),
      Caller.register(browser, server.url, 'Cleo'),
    ]);
    await ada.starts(GROUP, [ben, cleo]);
  });

  afterEach(async () => {
    await Promise.all([ada, ben, cleo].map((it) => it.returnsHome()));
    await until('the end of all calls', () => server.calls.limitUse.used === 0);
  });

  after(async () => {
    await Promise.all(
      [ada, ben, cleo].map((it) => it?.[Symbol.asyncDispose]()),
    );
    await browser?.close();
    await wire?.close();
    await server?.close();
  });

  it('goes directly between two, by the server among three, and back', async () => {
    const begun = performance.now();
    await ada.calls(GROUP);
    await Promise.all([ben, cleo].map((it) => it.reads('Ada is calling.')));
    await ben.press('Accept');
    await Promise.all([
      ada.visitor.seesAndHears('Ben'),
      ben.visitor.seesAndHears('Ada'),
    ]);
    const accepted = performance.now();
    await Promise.all([ada.goes('Direct'), ben.goes('Direct')]);
    assert.ok(ben.received.some((it) => it.includes('a=fingerprint')));
    assert.ok(!cleo.received.some((it) => it.includes('call:signal')));

    await Promise.all([ada.watchesFrames('Ben'), ben.watchesFrames('Ada')]);
    await cleo.press('Accept');
    await Promise.all(
      [ada, ben, cleo].map((it) => it.goes('Through the server')),
    );
    await seeAndHearEachOther([ada, ben, cleo]);
    await ada.sawNoGapOf(ben);
    await ben.sawNoGapOf(ada);
    assert.ok(!cleo.received.some((it) => it.includes('call:signal')));

    await Promise.all([ada.watchesFrames('Cleo'), cleo.watchesFrames('Ada')]);
    await ben.press('Hang up');
    await Promise.all([ada.goes('Direct'), cleo.goes('Direct')]);
    await Promise.all([
      ada.visitor.seesAndHears('Cleo'),
      cleo.visitor.seesAndHears('Ada'),
    ]);
    await ada.sawNoGapOf(cleo);

    const least = Math.floor((performance.now() - accepted) / 1_000);
    await ada.press('Hang up');
    await cleo.press('Hang up');
    const [call, ...others] = await until(
      'the end in the history',
      async () => {
        const calls = await ada.history(GROUP);
        return calls[0]?.status === 'ended' && calls;
      },
    );
    const most = Math.ceil((performance.now() - begun) / 1_000);
    assert.equal(others.length, 0);
    assert.equal(call?.participantCount, 3);
    assert.ok(call.duration >= least && call.duration <= most);
  });

  it('outlives a network that is gone for a while', async () => {
    await ada.calls(GROUP);
    await ben.reads('Ada is calling.');
    await ben.press('Accept');
    await ada.visitor.seesAndHears('Ben');
    await wire.cut();
    await ben.visitor.notice(/connection to the server was lost/).waitFor();
    await ben.press('Mute microphone');
    const since = await ada.visitor.received('Ben');
    await ada.visitor.receives('Ben', { frames: 10, since });
    await wire.mend();
    await ben.visitor.notice(/./).waitFor({ state: 'detached' });
    await ada.visitor.tile('Ben', 'microphone muted').waitFor();
    await ben.press('Unmute microphone');
    await Promise.all([
      ada.visitor.seesAndHears('Ben'),
      ben.visitor.seesAndHears('Ada'),
    ]);
    assert.equal(server.calls.limitUse.used, 1);
    await ben.press('Hang up');
    await ada.visitor.tile('Ben').waitFor({ state: 'detached' });
    await ada.press('Hang up');
  });

  it('is left by somebody who hangs up without a network', async () => {
    await ada.calls(GROUP);
    await ben.reads('Ada is calling.');
    await ben.press('Accept');
    await ada.visitor.seesAndHears('Ben');
    await wire.cut();
    await ben.visitor.notice(/connection to the server was lost/).waitFor();
    await ben.press('Hang up');
    await ben.reads(/The server cannot be reached/);
    await ada.visitor.tile('Ben').waitFor();
    await wire.mend();
    await ada.visitor.tile('Ben').waitFor({ state: 'detached' });
    assert.ok(await ben.visitor.page.locator('#home').isVisible());
    assert.deepEqual(await ben.visitor.openDevices(), []);
    assert.equal((await ada.participants(GROUP)).length, 1);
  });

  it('goes on after one reloads the page, with the same devices', async () => {
    await ada.calls(GROUP);
    await ben.reads('Ada is calling.');
    await ben.press('Accept');
    await ada.visitor.seesAndHears('Ben');
    await ben.press('Stop camera');
    await ada.visitor.tile('Ben', 'camera off').waitFor();
    await ben.visitor.page.reload();
    await ben.visitor.seesAndHears('Ada');
    await ada.visitor.receives('Ben', { sound: true });
    await Promise.all([ada.goes('Direct'), ben.goes('Direct')]);
    // What was off stays off.
    assert.deepEqual(await ben.visitor.openDevices(), ['audio']);
    await ada.visitor.tile('Ben', 'camera off').waitFor();
    await ben.press('Start camera');
    await ada.visitor.seesAndHears('Ben');
  });

  it('fits into windows of many sizes', async () => {
    const { page } = ada.visitor;
    const fits = async (): Promise<void> => {
      for (const [width, height] of SIZES) {
        await page.setViewportSize({ width, height });
        assert.ok(
          await page.evaluate<boolean>(
            'document.documentElement.scrollWidth <= innerWidth',
          ),
          `${width} × ${height}`,
        );
      }
    };
    await fits();
    await ada.calls(GROUP);
    await ben.reads('Ada is calling.');
    await ben.press('Accept');
    await ada.visitor.tile('Ben').waitFor();
    await fits();
  });
});
