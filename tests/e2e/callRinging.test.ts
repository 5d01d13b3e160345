import assert from 'node:assert/strict';
import { after, afterEach, before, describe, it } from 'node:test';

import type { Browser } from 'playwright-core';

import type { Server } from '../../lib/Server.ts';
import { startServer, testConfig } from '../../tools/fixtures/server.ts';
import {
  launchBrowser,
  noBrowser,
} from '../../tools/fixtures/browser/launch.ts';
import { until } from '../support/until.ts';
import { Caller } from './Caller.ts';

describe('a call that rings', { skip: noBrowser }, () => {
  let server: Server;
  let browser: Browser;
  let ada: Caller;
  let ben: Caller;
  let cleo: Caller;

  before(async () => {
    [server, browser] = await Promise.all([startServer(), launchBrowser()]);
    const { url } = server;
    [ada, ben, cleo] = await Promise.all([
      Caller.register(browser, url, 'Ada'),
      Caller.register(browser, url, 'Ben'),
      Caller.register(browser, url, 'Cleo'),
    ]);
  });

  afterEach(async () => {
    setRingTimeout(60_000);
    await Promise.all([ada, ben, cleo].map((it) => it.returnsHome()));
    await until('the end of all calls', () => server.calls.limitUse.used === 0);
  });

  after(async () => {
    await Promise.all(
      [ada, ben, cleo].map((it) => it?.[Symbol.asyncDispose]()),
    );
    await browser?.close();
    await server?.close();
  });

  function setRingTimeout(ringTimeout: number): void {
    server.reconfigure(testConfig({ calls: { ringTimeout } }));
  }

  it('rings on all devices of a person until one of them answers', async () => {
    await using phone = await ben.onAnotherDevice(browser, server.url);
    await ada.starts('Two devices', [ben]);
    const signals = (caller: Caller): boolean =>
      caller.received.some((it) => it.includes('call:signal'));

    await ada.calls('Two devices');
    await Promise.all([ben, phone].map((it) => it.reads('Ada is calling.')));
    await phone.press('Accept');
    await ben.visitor
      .notice(/You answered .*Ada.* on another device/)
      .waitFor();
    await ben.ringsNoMore();
    await Promise.all([
      ada.visitor.seesAndHears('Ben'),
      phone.visitor.seesAndHears('Ada'),
    ]);
    assert.deepEqual(await ben.visitor.openDevices(), []);
    assert.ok(await ben.visitor.page.locator('#home').isVisible());
    assert.ok(signals(phone));
    assert.ok(!signals(ben));
    // The other device is not in the call, and says where it is.
    await ben.calls('Two devices');
    await ben.reads(/You are in this call on another device/);
    await phone.press('Hang up');
    await ada.press('Hang up');

    await ada.calls('Two devices');
    await Promise.all([ben, phone].map((it) => it.reads('Ada is calling.')));
    await ben.press('Decline');
    await phone.visitor
      .notice(/You declined .*Ada.* on another device/)
      .waitFor();
    await phone.ringsNoMore();
    await ada.reads('Your call was declined. Try again later.');
    assert.deepEqual(await ada.visitor.openDevices(), []);
  });

  it('ends when all who are called decline', async () => {
    await ada.starts('Declined', [ben, cleo]);
    await ada.calls('Declined');
    await ada.reads('Calling Declined…');
    await ben.reads('Ada is calling.');
    await ben.press('Decline');
    await cleo.reads('Ada is calling.');
    await ada.reads('Calling Declined…');
    await cleo.press('Decline');
    await ada.reads('Your call was declined. Try again later.');
    assert.deepEqual(await ada.visitor.openDevices(), []);
    const [call] = await ada.history('Declined');
    assert.deepEqual(
      [call?.status, call?.participantCount, call?.duration],
      ['ended', 1, 0],
    );
    await ada.press('Back to your conversations');
    await ada.visitor.page.getByText('Recent calls').first().click();
    await ada.reads(/not answered/);
  });

  it('is missed when no one answers in time, or the caller gives up', async () => {
    await ada.starts('Missed', [ben]);
    setRingTimeout(2_000);
    await ada.calls('Missed');
    await ada.reads('No one answered. Try again later.');
    await ben.visitor.notice(/You missed a call from .*Ada/).waitFor();
    await ben.ringsNoMore();
    assert.equal(await ben.visitor.page.title(), 'Calls · Atrium');
    assert.deepEqual(await ada.visitor.openDevices(), []);
    await ben.press('Dismiss');

    setRingTimeout(60_000);
    await ada.press('Call again');
    await ben.reads('Ada is calling.');
    await ada.press('Hang up');
    await ben.visitor.notice(/You missed a call from .*Ada/).waitFor();
    await ben.ringsNoMore();
    const [again, first] = await ada.history('Missed');
    assert.equal(again?.status, 'ended');
    assert.equal(first?.duration, 0);
  });

  it('stops in time for those who have not answered one that goes on', async () => {
    const { page } = cleo.visitor;
    await ada.starts('Without Cleo', [ben, cleo]);
    // Between two heartbeats of the server, the page may miss so much of its time.
    setRingTimeout(15_000);
    await page.clock.install();
    await ada.calls('Without Cleo');
    await Promise.all([ben, cleo].map((it) => it.reads('Ada is calling.')));
    await ben.press('Accept');
    await ada.visitor.tile('Ben').waitFor();
    await page.clock.fastForward(15_000);
    await cleo.ringsNoMore();
    await cleo.visitor.notice(/You missed a call from .*Ada/).waitFor();
    assert.equal((await ada.participants('Without Cleo')).length, 2);
    // As long as it goes on, calling is joining.
    await cleo.calls('Without Cleo');
    await cleo.visitor.notice(/A call was already going on here/).waitFor();
    await cleo.visitor.tile('Ada').waitFor();
  });

  it('can be declined or accepted by somebody in another call', async () => {
    await ada.starts('Ada and Ben', [ben]);
    await cleo.starts('Cleo and Ben', [ben]);
    await ada.calls('Ada and Ben');
    await ben.reads('Ada is calling.');
    await ben.press('Accept');
    await ben.visitor.seesAndHears('Ada');

    await cleo.calls('Cleo and Ben');
    await ben.reads('Cleo is calling.');
    await ben.reads('If you accept, you leave the call that you are in.');
    await ben.press('Decline');
    await cleo.reads('Your call was declined. Try again later.');
    await ben.visitor.seesAndHears('Ada');
    assert.match(await ben.visitor.page.title(), /Ada and Ben/);

    await cleo.press('Call again');
    await ben.reads('Cleo is calling.');
    await ben.press('Accept');
    await ada.visitor.tile('Ben').waitFor({ state: 'detached' });
    await Promise.all([
      ben.visitor.seesAndHears('Cleo'),
      cleo.visitor.seesAndHears('Ben'),
    ]);
    assert.equal(await ben.visitor.tile('Ada').count(), 0);
    await ada.press('Hang up');
    const [call] = await until('the end of the call', async () => {
      const calls = await ada.history('Ada and Ben');
      return calls[0]?.status === 'ended' && calls;
    });
    assert.equal(call?.participantCount, 2);
  });
});
