import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, describe, it } from 'node:test';
import process from 'node:process';

import type { Browser } from 'playwright-core';

import type { Server } from '../../lib/Server.ts';
import { roomStats } from '../../lib/rooms/roomStats.ts';
import { startServer } from '../../tools/fixtures/server.ts';
import {
  launchBrowser,
  noBrowser,
} from '../../tools/fixtures/browser/launch.ts';
import { Visitor } from '../../tools/fixtures/browser/Visitor.ts';
import { Wire } from '../support/Wire.ts';

/** The label of Grace's screen on the stage. */
const GRACES = 'Grace’s screen';

describe('a screen that is shared', { skip: noBrowser }, () => {
  let browser: Browser;
  let server: Server;
  let wire: Wire;
  let ada: Visitor;
  let grace: Visitor;

  before(async () => {
    browser = await launchBrowser();
  });

  after(() => browser?.close());

  beforeEach(async () => {
    server = await startServer({ rooms: { resumeTimeout: 100 } });
    wire = await Wire.to(server.url);
    ada = await joinToWatch('Ada');
    grace = await Visitor.join(browser, wire.url, 'Grace', 'garden');
    await ada.tile('Grace', 'camera on').waitFor();
    await grace.button('Share screen').click();
    await ada.seesAndHears(GRACES);
  });

  afterEach(async () => {
    await Promise.all([ada?.close(), grace?.close()]);
    await wire?.close();
    await server?.close();
  });

  function joinToWatch(name: string, initScript = ''): Promise<Visitor> {
    const { url } = server;
    return Visitor.joinToWatch(browser, url, name, 'garden', { initScript });
  }

  async function isGone(): Promise<void> {
    await ada.tile(GRACES).waitFor({ state: 'detached' });
    await grace.button('Share screen').waitFor();
    assert.equal(await grace.notice(/sharing/).count(), 0);
    assert.deepEqual(await grace.openScreens(), []);
  }

  it('is sharp with few pictures, or smooth if the URL requests it', async () => {
    assert.deepEqual(await grace.screenQualities(), [['detail', 5]]);
    await using mary = await Visitor.join(browser, wire.url, 'Mary', 'garden', {
      screen: 'smooth',
    });
    await mary.button('Share screen').click();
    await ada.seesAndHears('Mary’s screen');
    assert.deepEqual(await mary.screenQualities(), [['motion', 30]]);
  });

  it('is shown on the stage with its sound, beside the person', async () => {
    await ada.tile(GRACES, 'with sound').waitFor();
    await ada.seesAndHears('Grace');
    await grace.notice(/You are sharing your screen and its sound/).waitFor();
    assert.equal(await grace.tile(GRACES).count(), 0);
    const [screen, person] = await Promise.all(
      [ada.tile(GRACES), ada.tile('Grace')].map((it) => it.boundingBox()),
    );
    assert.ok(screen && person);
    assert.ok(screen.width > 2 * person.width, 'larger than a person');
  });

  it('disappears for all when it is stopped, in the page or by the browser', async () => {
    await grace.button('Stop sharing').click();
    await isGone();

    await grace.button('Share screen').click();
    await ada.seesAndHears(GRACES);
    await grace.endsShare();
    await isGone();
    await ada.seesAndHears('Grace');
    const { producers } = roomStats(server.registry).all;
    assert.deepEqual([producers.audio, producers.video], [1, 1]);
  });

  it('can be shared without sound, and ends when its owner leaves', async () => {
    await grace.endsShare('audio');
    await ada.tile(GRACES, 'without sound').waitFor();
    const since = await ada.received(GRACES);
    await ada.receives(GRACES, { frames: 10, since });
    await grace.notice(/You are sharing your screen\./).waitFor();

    await grace.button('Leave').click();
    await ada.tile(GRACES).waitFor({ state: 'detached' });
    assert.deepEqual(await grace.openScreens(), []);
  });

  it('is shown to later members, beside other screens', async () => {
    await using mary = await joinToWatch('Mary');
    await mary.receives(GRACES, { frames: 3, sound: true });
    await mary.button('Share screen').click();
    await ada.receives('Mary’s screen', { frames: 3, sound: true });
    await Promise.all(
      [ada, mary].map(async (it) => {
        const since = await it.received(GRACES);
        await it.receives(GRACES, { frames: 3, since });
      }),
    );
  });

  it('is shared again after the worker died', async () => {
    const users = await ada.iceUsers();
    const worker = server.pool.alive[0]?.worker;
    assert.ok(worker);
    process.kill(worker.pid, 'SIGKILL');
    await ada.seesAnew(GRACES, users);
    await ada.seesAndHears(GRACES);
    assert.equal(await ada.tile(GRACES).count(), 1);
  });

  it('is shared again after the connection was lost', async () => {
    await wire.cut();
    await ada.tile(GRACES).waitFor({ state: 'detached' });
    await wire.mend();
    await ada.seesAndHears(GRACES);
    await grace.notice(/You are sharing your screen/).waitFor();
  });

  it('is not offered if the browser does not support it', async () => {
    await using mary = await joinToWatch(
      'Mary',
      'delete MediaDevices.prototype.getDisplayMedia;',
    );
    assert.equal(await mary.button('Share screen').count(), 0);
    await mary.seesAndHears(GRACES);
  });
});
