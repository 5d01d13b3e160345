import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';

import type { Browser } from 'playwright-core';

import type { Server } from '../../lib/Server.ts';
import { startServer } from '../../tools/fixtures/server.ts';
import {
  launchBrowser,
  noBrowser,
} from '../../tools/fixtures/browser/launch.ts';
import { Visitor } from '../../tools/fixtures/browser/Visitor.ts';

/** Counts the sounds that the page itself makes. */
const COUNT_SOUNDS = `{
  globalThis.sounds = 0;
  const make = AudioContext.prototype.createMediaStreamDestination;
  AudioContext.prototype.createMediaStreamDestination = function () {
    globalThis.sounds += 1;
    return make.call(this);
  };
}`;

describe('people who join and leave', { skip: noBrowser }, () => {
  let browser: Browser;
  let server: Server;

  before(async () => {
    [server, browser] = await Promise.all([startServer(), launchBrowser()]);
  });

  after(async () => {
    await Promise.all([browser?.close(), server?.close()]);
  });

  it('are told of for a while, and with a sound if that is wanted', async () => {
    await using ada = await Visitor.join(browser, server.url, 'Ada', 'garden', {
      initScript: COUNT_SOUNDS,
    });
    const line = ada.page.locator('.arrivals');
    const floor = await ada.page.locator('.floor').boundingBox();
    const grace = await Visitor.joinToWatch(
      browser,
      server.url,
      'Grace',
      'garden',
    );
    await line.filter({ hasText: 'Grace has joined' }).waitFor();
    assert.deepEqual(await ada.page.locator('.floor').boundingBox(), floor);
    await line.waitFor({ state: 'hidden' });
    assert.equal(await ada.page.evaluate('sounds'), 0);

    await ada.button('Settings').click();
    await ada.page.getByLabel('Sound when people join or leave').check();
    await grace.close();
    await line.filter({ hasText: 'Grace has left' }).waitFor();
    assert.equal(await ada.page.evaluate('sounds'), 1);
    await ada.page.reload();
    await ada.button('Join').click();
    await ada.inRoom();
    await using mary = await Visitor.joinToWatch(
      browser,
      server.url,
      'Mary',
      'garden',
    );
    await line.filter({ hasText: `${mary.name} has joined` }).waitFor();
    assert.equal(await ada.page.evaluate('sounds'), 1);
  });
});
