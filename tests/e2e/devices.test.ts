import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';

import type { Browser } from 'playwright-core';

import type { Server } from '../../lib/Server.ts';
import { startServer } from '../../tools/fixtures/server.ts';
import {
  SPARSE,
  launchBrowser,
  noBrowser,
  RELUCTANT,
} from '../../tools/fixtures/browser/launch.ts';
import { Visitor } from '../../tools/fixtures/browser/Visitor.ts';

describe('a user who denies access to devices', { skip: noBrowser }, () => {
  let server: Server;
  let browser: Browser;

  before(async () => {
    [server, browser] = await Promise.all([
      startServer(),
      launchBrowser(RELUCTANT),
    ]);
  });

  after(async () => {
    await Promise.all([browser?.close(), server?.close()]);
  });

  it('joins the room, and sees how to grant access', async () => {
    await using ada = await Visitor.join(browser, server.url, 'Ada', 'garden', {
      permissions: ['microphone', 'camera'],
    });
    await using grace = await Visitor.join(
      browser,
      server.url,
      'Grace',
      'garden',
      { permissions: [] },
    );
    await grace.notice(/has blocked the microphone and camera/).waitFor();
    await grace.seesAndHears('Ada');
    await ada.tile('Grace', 'microphone muted, camera off').waitFor();

    const { origin } = new URL(server.url);
    await grace.page
      .context()
      .grantPermissions(['microphone', 'camera'], { origin });
    await grace.button('Start camera').click();
    await grace.button('Unmute microphone').click();
    await ada.seesAndHears('Grace');
    assert.equal(await grace.notice(/./).count(), 0);
  });

  it('is notified of each device that stops', async () => {
    await using ada = await Visitor.join(
      browser,
      server.url,
      'Ada',
      'terrace',
      {
        permissions: ['microphone', 'camera'],
      },
    );
    await ada.ownTile('microphone on, camera on').waitFor();
    await ada.page.evaluate('atriumTest.unplugDevices()');
    await ada.notice(/Your microphone has stopped/).waitFor();
    await ada.notice(/Your camera has stopped/).waitFor();
  });

  it('is heard if only the camera is denied', async () => {
    await using ada = await Visitor.join(
      browser,
      server.url,
      'Ada',
      'orchard',
      {
        permissions: ['microphone'],
      },
    );
    await ada.notice(/has blocked the camera/).waitFor();
    await using grace = await Visitor.join(
      browser,
      server.url,
      'Grace',
      'orchard',
      { permissions: [] },
    );
    await grace.tile('Ada', 'microphone on, camera off').waitFor();
    await grace.receives('Ada', { sound: true });
    assert.deepEqual(await ada.openDevices(), ['audio']);
  });
});

describe('a user without a camera', { skip: noBrowser }, () => {
  let server: Server;
  let browser: Browser;
  let equipped: Browser;

  before(async () => {
    [server, browser, equipped] = await Promise.all([
      startServer(),
      launchBrowser(SPARSE),
      launchBrowser(),
    ]);
  });

  after(async () => {
    await Promise.all([browser?.close(), equipped?.close(), server?.close()]);
  });

  it('sees a notice, and is heard', async () => {
    await using ada = await Visitor.join(equipped, server.url, 'Ada', 'meadow');
    await using grace = await Visitor.join(
      browser,
      server.url,
      'Grace',
      'meadow',
    );
    await grace.notice(/No camera was found/).waitFor();
    await grace.seesAndHears('Ada');
    await ada.tile('Grace', 'microphone on, camera off').waitFor();
    await ada.receives('Grace', { sound: true });
  });

  it('gets sound with a click if the browser blocks autoplay', async () => {
    await using ada = await Visitor.join(equipped, server.url, 'Ada', 'grove');
    // Any evaluation in a page counts as a gesture of its user. So the page joins
    // by itself, and the test evaluates nothing until it shows the notice.
    // It has no microphone, as pages that record may also play sound.
    await using grace = await Visitor.open(browser, server.url, 'Grace', {
      room: 'grove',
      initScript: `
        localStorage.setItem('atrium', '{"name": "Grace", "mic": false, "camera": false}');
        addEventListener('load', () => {
          new MutationObserver(() => {
            if (document.querySelector('[data-kind="sound"]')) {
              console.info('sound is blocked');
            }
          }).observe(document.querySelector('.notices'), { childList: true });
          document.querySelector('#join-form').requestSubmit();
        });
      `,
    });
    await ada.tile('Grace').waitFor();
    await grace.logs('sound is blocked');
    await grace.receives('Ada', { frames: 10 });
    await grace.button('Turn on sound').click();
    await grace.seesAndHears('Ada');
    await grace.notice(/has blocked the sound/).waitFor({ state: 'detached' });
  });
});
