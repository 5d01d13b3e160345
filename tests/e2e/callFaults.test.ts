import assert from 'node:assert/strict';
import { after, afterEach, before, describe, it } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';

import type { Browser } from 'playwright-core';

import type { Server } from '../../lib/Server.ts';
import { startServer } from '../../tools/fixtures/server.ts';
import {
  launchBrowser,
  noBrowser,
} from '../../tools/fixtures/browser/launch.ts';
import { until } from '../support/until.ts';
import { Caller } from './Caller.ts';
import { noRelay, Relay } from './Relay.ts';
import { Wire } from '../support/Wire.ts';

const SECRET = 'a secret that coturn and Atrium share';

/** More than a busy machine takes to switch to the server, ms. */
const SWITCH_TIMEOUT = 30_000;

/** The time for which a network is gone, ms. */
const OUTAGE = 10_000;

describe('a call of two', { skip: noBrowser }, () => {
  let browser: Browser;
  let server: Server;
  let ada: Caller;
  let ben: Caller;
  let cleo: Caller;

  before(async () => {
    browser = await launchBrowser();
    // No worker has this address, and so no media reaches any.
    server = await startServer({
      rtc: { announcedAddress: '127.0.0.2', tcp: false },
      calls: { switchTimeout: 4_000 },
    });
    const { url } = server;
    [ada, ben, cleo] = await Promise.all([
      Caller.register(browser, url, 'Ada'),
      Caller.register(browser, url, 'Ben'),
      Caller.register(browser, url, 'Cleo'),
    ]);
  });

  after(async () => {
    await Promise.all(
      [ada, ben, cleo].map((it) => it?.[Symbol.asyncDispose]()),
    );
    await browser?.close();
    await server?.close();
  });

  it('stays as it is when the server cannot be reached for a third', async () => {
    await ada.starts('Blocked', [ben, cleo]);
    await ada.calls('Blocked');
    await ben.reads('Ada is calling.');
    await ben.press('Accept');
    await Promise.all([
      ada.visitor.seesAndHears('Ben'),
      ben.visitor.seesAndHears('Ada'),
    ]);
    await Promise.all([ada.watchesFrames('Ben'), ben.watchesFrames('Ada')]);

    await cleo.press('Accept');
    await cleo.reads(/Your audio and video did not reach the server/);
    assert.deepEqual(await cleo.visitor.openDevices(), []);
    for (const one of [ada, ben]) {
      await one.visitor
        .notice(/Not all of you could reach the server/)
        .waitFor();
      await one.visitor.tile('Cleo').waitFor({ state: 'detached' });
      await one.goes('Direct');
      assert.equal(await one.visitor.notice(/do not get through/).count(), 0);
    }
    await Promise.all([
      ada.visitor.seesAndHears('Ben'),
      ben.visitor.seesAndHears('Ada'),
    ]);
    await ada.sawNoGapOf(ben);
    await ben.sawNoGapOf(ada);
    const participants = await ada.participants('Blocked');
    assert.deepEqual(
      participants.map(({ username }) => username),
      ['Ada', 'Ben'],
    );
  });
});

describe(
  'a participant whose network is gone for ten seconds',
  { skip: noBrowser || noRelay },
  () => {
    let browser: Browser;
    let relay: Relay;
    let server: Server;
    let wire: Wire;
    let ada: Caller;
    let ben: Caller;
    let cleo: Caller;

    before(async () => {
      [browser, relay] = await Promise.all([
        launchBrowser(),
        Relay.start(SECRET),
      ]);
      const servers = [{ urls: [relay.url], secret: SECRET }];
      server = await startServer({
        ice: { servers },
        calls: { switchTimeout: SWITCH_TIMEOUT, reconnectTimeout: 60_000 },
      });
      wire = await Wire.to(server.url);
      [ada, ben, cleo] = await Promise.all([
        Caller.register(browser, server.url, 'Ada'),
        // Everything of Ben's goes by the wire or the relay.
        Caller.register(browser, wire.url, 'Ben', { query: '?relay' }),
        Caller.register(browser, server.url, 'Cleo'),
      ]);
    });

    afterEach(async () => {
      await Promise.all([ada, ben, cleo].map((it) => it.returnsHome()));
      await until('the end of calls', () => server.calls.limitUse.used === 0);
    });

    after(async () => {
      await Promise.all(
        [ada, ben, cleo].map((it) => it?.[Symbol.asyncDispose]()),
      );
      await Promise.all([browser?.close(), relay?.close(), wire?.close()]);
      await server?.close();
    });

    async function statusOfBen(title: string) {
      const participants = await ada.participants(title);
      return participants.find(({ username }) => username === 'Ben');
    }

    /** Takes Ben's network away, and gives it back. */
    async function losesNetwork(title: string): Promise<void> {
      const before = await statusOfBen(title);
      assert.equal(before?.status, 'connected');
      const over = delay(OUTAGE);
      relay.freeze();
      await wire.cut();
      const disconnected = { ...before, status: 'disconnected' };
      await ben.visitor.notice(/connection to the server was lost/).waitFor();
      assert.deepEqual(await statusOfBen(title), disconnected);
      const since = await ada.visitor.received('Ben');
      await over;
      // Nothing has come meanwhile, and Ben still has his place.
      const { frames } = await ada.visitor.received('Ben');
      assert.ok(frames - since.frames < 10, `${frames - since.frames} frames`);
      assert.deepEqual(await statusOfBen(title), disconnected);
      await ada.visitor.tile('Ben').waitFor();
      relay.thaw();
      await wire.mend();
      await until('Ben in the call again', async () => {
        const now = await statusOfBen(title);
        return now?.status === 'connected' && now;
      });
      assert.deepEqual(await statusOfBen(title), before);
    }

    it('comes back by itself to a direct call', async () => {
      await ada.starts('Direct', [ben]);
      await ada.calls('Direct');
      await ben.reads('Ada is calling.');
      await ben.press('Accept');
      await ada.visitor.seesAndHears('Ben');
      await ben.goes('Direct');
      assert.deepEqual(
        await ben.visitor.page.evaluate('atriumTest.origins()'),
        ['relay'],
      );
      await losesNetwork('Direct');
      await Promise.all([
        ada.visitor.seesAndHears('Ben'),
        ben.visitor.seesAndHears('Ada'),
      ]);
      for (const one of [ada, ben]) {
        await one.visitor.notice(/./).waitFor({ state: 'detached' });
        await one.goes('Direct');
      }
    });

    it('comes back by itself to a call through the server', async () => {
      await ada.starts('Through the server', [ben, cleo]);
      await ada.calls('Through the server');
      for (const one of [ben, cleo]) {
        await one.reads('Ada is calling.');
        await one.press('Accept');
        await ada.visitor.tile(one.name).waitFor();
      }
      await Promise.all(
        [ada, ben, cleo].map((it) => it.goes('Through the server')),
      );
      await ada.visitor.seesAndHears('Ben');
      await losesNetwork('Through the server');
      await Promise.all([
        ada.visitor.seesAndHears('Ben'),
        cleo.visitor.seesAndHears('Ben'),
        ben.visitor.seesAndHears('Ada'),
      ]);
      await ben.visitor.seesAndHears('Cleo');
      await ben.visitor.notice(/./).waitFor({ state: 'detached' });
    });
  },
);
