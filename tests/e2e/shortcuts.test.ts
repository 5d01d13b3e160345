import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';

import type { Browser } from 'playwright-core';

import type { Server } from '../../lib/Server.ts';
import { ProtooClient } from '../../tools/fixtures/ProtooClient.ts';
import { startServer } from '../../tools/fixtures/server.ts';
import {
  launchBrowser,
  noBrowser,
} from '../../tools/fixtures/browser/launch.ts';
import { Visitor } from '../../tools/fixtures/browser/Visitor.ts';

describe('the keys of the room', { skip: noBrowser }, () => {
  let server: Server;
  let browser: Browser;

  before(async () => {
    [server, browser] = await Promise.all([startServer(), launchBrowser()]);
  });

  after(async () => {
    await Promise.all([browser?.close(), server?.close()]);
  });

  it('do what the buttons do, but not while the user types', async () => {
    await using ada = await Visitor.join(browser, server.url, 'Ada', 'keys');
    const { keyboard } = ada.page;
    await ada.ownTile('microphone on, camera on').waitFor();
    await keyboard.press('m');
    await ada.ownTile('microphone muted').waitFor();
    await keyboard.down(' ');
    await ada.ownTile('microphone on').waitFor();
    await keyboard.up(' ');
    await ada.ownTile('microphone muted').waitFor();
    await keyboard.press('v');
    await ada.ownTile('camera off').waitFor();
    await keyboard.press('h');
    await ada.ownTile('hand raised').waitFor();
    await keyboard.press('h');
    await keyboard.press('c');
    const message = ada.page.getByRole('textbox', { name: 'Message' });
    await message.waitFor();
    await keyboard.type('chat v m ? ');
    assert.equal(await message.inputValue(), 'chat v m ? ');
    await keyboard.press('Escape');
    await ada.ownTile('microphone muted, camera off').waitFor();
    await ada.page.locator('#room-name').focus();
    await keyboard.press('s');
    await ada.notice(/You are sharing your screen/).waitFor();
  });

  it('are listed in a sheet, where they can be switched off', async () => {
    await using ada = await Visitor.join(browser, server.url, 'Ada', 'sheet');
    const { page } = ada;
    const { keyboard } = page;
    await ada.ownTile('microphone on').waitFor();
    await keyboard.press('?');
    await page.getByRole('heading', { name: 'Keyboard shortcuts' }).waitFor();
    await keyboard.press('m');
    await page.getByLabel('Use shortcuts').uncheck();
    await ada.button('Close').click();
    await page.locator('#room-name').focus();
    await keyboard.press('m');
    await ada.ownTile('microphone on').waitFor();
    await ada.button('Mute microphone').click();
    await ada.ownTile('microphone muted').waitFor();
  });

  it('leave only after a question while the user presents to several', async () => {
    await using ada = await Visitor.joinToWatch(
      browser,
      server.url,
      'Ada',
      'talk',
    );
    await ada.button('Share screen').click();
    await ada.notice(/You are sharing/).waitFor();
    const crowd = await Promise.all(
      ['grace', 'mary'].map((peerId) =>
        ProtooClient.join(server.url, 'talk', peerId, { displayName: peerId }),
      ),
    );
    await ada.tile('grace').waitFor();
    await ada.tile('mary').waitFor();
    await ada.button('Leave').click();
    await ada.page.getByText('It ends for everyone when you leave').waitFor();
    await ada.button('Cancel').click();
    await ada.tile('grace').waitFor();
    const [asked] = await Promise.all([
      ada.page.waitForEvent('dialog'),
      ada.page.close({ runBeforeUnload: true }),
    ]);
    assert.equal(asked.type(), 'beforeunload');
    await asked.dismiss();
    await ada.button('Leave').click();
    await ada.button('Leave the room').click();
    await ada.button('Join').waitFor();
    for (const { client } of crowd) {
      await client.close();
    }
  });
});
