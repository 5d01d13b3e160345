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

describe('two people in a room', { skip: noBrowser }, () => {
  let server: Server;
  let browser: Browser;
  let ada: Visitor;
  let grace: Visitor;

  before(async () => {
    [server, browser] = await Promise.all([startServer(), launchBrowser()]);
  });

  after(async () => {
    await Promise.all([browser?.close(), server?.close()]);
  });

  beforeEach(async () => {
    ada = await Visitor.join(browser, server.url, 'Ada', 'garden');
    grace = await Visitor.join(browser, server.url, 'Grace', 'garden');
  });

  afterEach(async () => {
    await Promise.all([ada?.close(), grace?.close()]);
  });

  it('see and hear each other', async () => {
    await Promise.all([ada.seesAndHears('Grace'), grace.seesAndHears('Ada')]);
  });

  it('notice when one mutes and unmutes', async () => {
    await ada.seesAndHears('Grace');
    await grace.button('Mute microphone').click();
    await ada.tile('Grace', 'microphone muted').waitFor();
    await ada.seesAndDoesNotHear('Grace');

    await grace.button('Unmute microphone').click();
    await ada.tile('Grace', 'microphone on').waitFor();
    await ada.seesAndHears('Grace');
  });

  it('notice when one turns the camera off, which releases it, and on', async () => {
    await ada.seesAndHears('Grace');
    await grace.button('Stop camera').click();
    await ada.tile('Grace', 'camera off').waitFor();
    await ada.tile('Grace').getByText('G', { exact: true }).waitFor();
    assert.deepEqual(await grace.openDevices(), ['audio']);
    const since = await ada.received('Grace');
    await ada.receives('Grace', { sound: true, since });

    await grace.button('Start camera').click();
    await ada.tile('Grace', 'camera on').waitFor();
    await ada.seesAndHears('Grace');
    assert.deepEqual(await grace.openDevices(), ['audio', 'video']);
  });

  it('notice when one leaves, which releases the devices', async () => {
    await ada.seesAndHears('Grace');
    await grace.button('Leave').click();
    await ada.tile('Grace').waitFor({ state: 'detached' });
    await ada.page.getByText('No one else is here yet').waitFor();
    await grace.button('Join').waitFor();
    assert.deepEqual(await grace.openDevices(), []);

    await grace.button('Join').click();
    await Promise.all([ada.seesAndHears('Grace'), grace.seesAndHears('Ada')]);
  });

  it('find each other again when one reloads the page', async () => {
    await ada.seesAndHears('Grace');
    await grace.page.reload();
    await ada.tile('Grace').waitFor({ state: 'detached' });
    await grace.button('Join').click();
    await Promise.all([ada.seesAndHears('Grace'), grace.seesAndHears('Ada')]);
    assert.equal(await ada.tile('Grace').count(), 1);
  });
});
