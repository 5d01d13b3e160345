import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, describe, it } from 'node:test';

import type { Browser } from 'playwright-core';

import type { Server } from '../../lib/Server.ts';
import { startServer } from '../../tools/fixtures/server.ts';
import {
  launchBrowser,
  noBrowser,
} from '../../tools/fixtures/browser/launch.ts';
import { Visitor } from '../../tools/fixtures/browser/Visitor.ts';
import { freePort } from '../support/freePort.ts';
import { Wire } from '../support/Wire.ts';

/** Answers requests for locks as late as a busy browser. */
const LATE_LOCKS = `{
  const request = LockManager.prototype.request;
  LockManager.prototype.request = async function (...rest) {
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    return request.apply(this, rest);
  };
}`;

describe('an interrupted session', { skip: noBrowser }, () => {
  let browser: Browser;
  let server: Server;
  let port: number;
  let wire: Wire;
  let ada: Visitor;
  let grace: Visitor;

  before(async () => {
    browser = await launchBrowser();
  });

  after(() => browser?.close());

  beforeEach(async () => {
    port = await freePort();
    server = await startServer({
      listen: { port },
      // Too short for any client to return in time.
      rooms: { resumeTimeout: 100 },
    });
    wire = await Wire.to(server.url);
    ada = await Visitor.join(browser, server.url, 'Ada', 'garden');
    grace = await Visitor.join(browser, wire.url, 'Grace', 'garden');
    await Promise.all([ada.seesAndHears('Grace'), grace.seesAndHears('Ada')]);
  });

  afterEach(async () => {
    await Promise.all([ada?.close(), grace?.close()]);
    await wire?.close();
    await server?.close();
  });

  it('continues by itself after a restart of the server', async () => {
    await server.close();
    await Promise.all(
      [ada, grace].map((it) => it.notice(/server is restarting/).waitFor()),
    );
    server = await startServer({ listen: { port } });
    await Promise.all([ada.seesAndHears('Grace'), grace.seesAndHears('Ada')]);
    assert.equal(await ada.notice(/./).count(), 0);
    assert.equal(await ada.tile('Grace').count(), 1);
  });

  it('announces the end of a draining server, and continues', async () => {
    const draining = /The server will restart by .+\. You stay in this meeting/;
    const drained = server.drain();
    await Promise.all([ada, grace].map((it) => it.notice(draining).waitFor()));
    await grace.page.reload();
    await grace.button('Join').click();
    await Promise.all([ada.seesAndHears('Grace'), grace.seesAndHears('Ada')]);
    await grace.notice(draining).waitFor();
    await ada.notice(draining).getByRole('button', { name: 'Dismiss' }).click();
    await ada.notice(draining).waitFor({ state: 'detached' });

    await server.close();
    await drained;
    await grace.notice(/server is restarting/).waitFor();
    assert.equal(await grace.notice(draining).count(), 0);
    server = await startServer({ listen: { port } });
    await Promise.all([ada.seesAndHears('Grace'), grace.seesAndHears('Ada')]);
    assert.equal(await grace.notice(/./).count(), 0);
  });

  it('continues by itself after a lost connection', async () => {
    await wire.cut();
    await grace.notice(/connection to the server was lost/).waitFor();
    await ada.tile('Grace').waitFor({ state: 'detached' });
    await wire.mend();
    await Promise.all([ada.seesAndHears('Grace'), grace.seesAndHears('Ada')]);
    assert.equal(await grace.notice(/./).count(), 0);
    assert.equal(await grace.tile('Ada').count(), 1);
  });

  it('stays muted and without a camera across a lost connection', async () => {
    await grace.button('Mute microphone').click();
    await grace.button('Stop camera').click();
    await ada.tile('Grace', 'microphone muted, camera off').waitFor();
    await wire.cut();
    await ada.tile('Grace').waitFor({ state: 'detached' });
    await wire.mend();
    await grace.seesAndHears('Ada');
    await ada.tile('Grace', 'microphone muted, camera off').waitFor();
    await grace.button('Unmute microphone').click();
    await ada.receives('Grace', { sound: true });
  });

  it('continues at once on request of the user', async () => {
    // With the page's timers stopped, only the button can make it try again.
    await grace.page.clock.install();
    await grace.page.clock.pauseAt(Date.now() + 1_000);
    await wire.cut();
    const notice = grace.notice(/connection to the server was lost/);
    await notice.waitFor();
    await ada.tile('Grace').waitFor({ state: 'detached' });
    await wire.mend();
    await notice.getByRole('button', { name: 'Try now' }).click();
    await ada.seesAndHears('Grace');
    await grace.page.clock.resume();
    await grace.seesAndHears('Ada');
  });

  it('moves to another tab, and can be moved back', async () => {
    const peerId = await grace.page.evaluate<string>(
      `sessionStorage.getItem('atrium.peerId')`,
    );
    const second = await Visitor.open(browser, server.url, 'Grace', {
      room: 'garden',
      initScript: `sessionStorage.setItem('atrium.peerId', '${peerId}');\n${LATE_LOCKS}`,
    });
    await second.fillIn();
    await second.button('Join').click();
    await second.inRoom();
    await grace.page.getByText(/from another tab or window/).waitFor();
    assert.deepEqual(await grace.openDevices(), []);
    await Promise.all([ada.seesAndHears('Grace'), second.seesAndHears('Ada')]);
    assert.equal(await ada.tile('Grace').count(), 1);

    await grace.button('Join again').click();
    await second.page.getByText(/from another tab or window/).waitFor();
    await Promise.all([ada.seesAndHears('Grace'), grace.seesAndHears('Ada')]);
    await second.close();
  });

  it('finds a new path for media when ICE fails', async () => {
    const restarted = grace.restartsIce();
    await grace.notice(/interrupted/).waitFor();
    assert.ok(await restarted, 'the ICE credentials are still the old ones');
    await grace.page.evaluate('atriumTest.stopPretending()');
    await grace.notice(/interrupted/).waitFor({ state: 'detached' });
    await Promise.all([ada.seesAndHears('Grace'), grace.seesAndHears('Ada')]);
  });
});
