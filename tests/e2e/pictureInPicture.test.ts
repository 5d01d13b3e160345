import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, describe, it } from 'node:test';

import type { Browser, Page } from 'playwright-core';

import type { Server } from '../../lib/Server.ts';
import { startServer } from '../../tools/fixtures/server.ts';
import {
  launchBrowser,
  noBrowser,
} from '../../tools/fixtures/browser/launch.ts';
import { Visitor } from '../../tools/fixtures/browser/Visitor.ts';

/** A browser that has no windows for documents. */
const WITHOUT_DOCUMENTS = 'delete window.documentPictureInPicture;';

const WITHOUT_ANY = `${WITHOUT_DOCUMENTS}
  Object.defineProperty(document, 'pictureInPictureEnabled', { value: false });`;

describe('picture in picture', { skip: noBrowser }, () => {
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
    grace = await Visitor.join(browser, server.url, 'Grace', 'garden');
  });

  afterEach(async () => {
    await Promise.all([ada?.close(), grace?.close()]);
  });

  async function enter(initScript = ''): Promise<void> {
    ada = await Visitor.join(browser, server.url, 'Ada', 'garden', {
      initScript,
    });
    await ada.tile('Grace', 'camera on').waitFor();
  }

  /** Opens the small window of Ada's page. */
  async function open(): Promise<Page> {
    const opened = ada.page.context().waitForEvent('page');
    await ada.button('Picture in picture').click();
    return opened;
  }

  const named = (small: Page, name: string) =>
    small.getByRole('listitem', { name: new RegExp(`^${name}`) });

  it('shows the other person large, and oneself, while the page is hidden', async () => {
    await enter();
    const small = await open();
    const [large, own] = await Promise.all(
      ['Grace,', 'Ada \\(you\\),'].map(async (name) => {
        const tile = named(small, name);
        await tile.waitFor();
        const box = await tile.boundingBox();
        assert.ok(box);
        return box.width * box.height;
      }),
    );
    assert.ok(large && own && large > 4 * own, `${large}, ${own}`);
    await ada.setHidden(true);
    await ada.seesAndHears('Grace');
    const hidden = ada.sends(/"setViews".*"off":true/);
    await small.close();
    await hidden;
    assert.equal(
      await ada.button('Picture in picture').getAttribute('aria-pressed'),
      'false',
    );
    await ada.setHidden(false);
    await ada.seesAndHears('Grace');
  });

  it('shows who is pinned, and screens before people', async () => {
    await enter();
    const small = await open();
    await named(small, 'Grace,').waitFor();
    await grace.button('Share screen').click();
    await named(small, 'Grace’s screen').waitFor();
    await ada.button('Pin Grace').click();
    await named(small, 'Grace,').waitFor();
    await grace.button('Leave').click();
    // The user alone.
    await named(small, 'Grace').waitFor({ state: 'detached' });
    const own = await named(small, 'Ada').boundingBox();
    assert.ok(own && own.width > 200);
    await ada.button('Picture in picture').click();
    await ada.until('window.documentPictureInPicture.window === null');
  });

  it('mutes, stops the camera, and leaves', async () => {
    await enter();
    const small = await open();
    const press = (name: string) => small.getByRole('button', { name }).click();
    await press('Mute microphone');
    await grace.tile('Ada', 'microphone muted').waitFor();
    await press('Stop camera');
    await grace.tile('Ada', 'camera off').waitFor();
    await press('Unmute microphone');
    await grace.tile('Ada', 'microphone on').waitFor();
    const closed = small.waitForEvent('close');
    await press('Leave');
    await closed;
    await ada.button('Join').waitFor();
    await grace.tile('Ada').waitFor({ state: 'detached' });
  });

  it('is in the language of the page', async () => {
    await enter();
    const small = await open();
    await named(small, 'Grace,').waitFor();
    await ada.button('Settings').click();
    await ada.page.locator('#settings .languages').selectOption('de');
    await small.getByRole('button', { name: 'Verlassen' }).waitFor();
    await named(small, 'Grace, Mikrofon').waitFor();
    assert.equal(await small.locator('html').getAttribute('lang'), 'de');
  });

  it('closes with the meeting', async () => {
    await enter();
    const small = await open();
    await named(small, 'Grace,').waitFor();
    const closed = small.waitForEvent('close');
    await ada.button('Leave').click();
    await closed;
  });

  it('shows a video alone where a browser has no other windows', async () => {
    await enter(WITHOUT_DOCUMENTS);
    await ada.seesAndHears('Grace');
    await ada.button('Picture in picture').click();
    await ada.until('document.pictureInPictureElement !== null');
    await ada.setHidden(true);
    await ada.seesAndHears('Grace');
    await ada.setHidden(false);
    await ada.button('Leave').click();
    await ada.until('document.pictureInPictureElement === null');
  });

  it('is offered only by browsers that have it', async () => {
    await enter(WITHOUT_ANY);
    assert.ok(await ada.page.locator('#pip-button').isHidden());
  });
});
