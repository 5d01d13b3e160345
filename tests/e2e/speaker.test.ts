import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, describe, it } from 'node:test';
import process from 'node:process';

import type { Browser } from 'playwright-core';

import type { Server } from '../../lib/Server.ts';
import { startServer } from '../../tools/fixtures/server.ts';
import {
  launchBrowser,
  noBrowser,
} from '../../tools/fixtures/browser/launch.ts';
import { Visitor } from '../../tools/fixtures/browser/Visitor.ts';

/** It may take the media engine as long to be sure of who speaks, on a busy host. */
const SEVERAL_BEEPS = { timeout: 90_000 };

describe('the active speaker', { skip: noBrowser }, () => {
  let server: Server;
  let browser: Browser;
  let ada: Visitor;
  let grace: Visitor;

  before(async () => {
    [server, browser] = await Promise.all([
      // The fake microphone beeps softly, and is silent most of the time.
      startServer({ speakers: { levelsInterval: 250, threshold: -90 } }),
      launchBrowser(),
    ]);
  });

  after(async () => {
    await Promise.all([browser?.close(), server?.close()]);
  });

  beforeEach(async () => {
    ada = await Visitor.join(browser, server.url, 'Ada', 'garden');
    grace = await Visitor.join(browser, server.url, 'Grace', 'garden');
    await grace.button('Mute microphone').click();
    await ada.tile('Grace', 'microphone muted').waitFor();
  });

  afterEach(async () => {
    await Promise.all([ada?.close(), grace?.close()]);
  });

  it('is marked for all members, unless muted', async () => {
    await Promise.all([
      ada.ownTile('speaking').waitFor(SEVERAL_BEEPS),
      grace.tile('Ada', 'speaking').waitFor(SEVERAL_BEEPS),
    ]);
    assert.equal(await ada.tile('Grace', 'speaking').count(), 0);
    assert.equal(await grace.ownTile('speaking').count(), 0);

    await ada.button('Mute microphone').click();
    await grace.tile('Ada', 'microphone muted').waitFor();
    await grace.button('Unmute microphone').click();
    await Promise.all([
      ada.tile('Grace', 'speaking').waitFor(SEVERAL_BEEPS),
      grace.ownTile('speaking').waitFor(SEVERAL_BEEPS),
    ]);
    assert.equal(await ada.ownTile('speaking').count(), 0);
    assert.equal(await grace.tile('Ada', 'speaking').count(), 0);
  });

  it('is shown with the volume, until silent', async () => {
    const heard = grace
      .tile('Ada')
      .and(grace.page.locator('[data-heard="true"]'));
    await heard.waitFor();
    await ada.button('Mute microphone').click();
    for (const it of [ada, grace]) {
      await it.page
        .locator('.tile:is([data-heard="true"], [data-speaking="true"])')
        .waitFor({ state: 'detached' });
    }
  });

  it('is cleared when the speaker has left, and announced to screen readers', async () => {
    await grace.tile('Ada', 'speaking').waitFor(SEVERAL_BEEPS);
    await ada.button('Leave').click();
    await grace.tile('Ada').waitFor({ state: 'detached' });
    assert.equal(await grace.page.locator('[data-speaking="true"]').count(), 0);
    await grace.page
      .locator('#announcer')
      .filter({ hasText: 'Ada has left.' })
      .waitFor({ state: 'attached' });
  });

  it('is detected again after the worker died', async () => {
    await grace.tile('Ada', 'speaking').waitFor(SEVERAL_BEEPS);
    const users = await grace.iceUsers();
    const worker = server.pool.alive[0]?.worker;
    assert.ok(worker);
    process.kill(worker.pid, 'SIGKILL');
    await grace.seesAnew('Ada', users);
    await grace.tile('Ada', 'speaking').waitFor(SEVERAL_BEEPS);
  });
});
