import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';

import type { Browser } from 'playwright-core';

import type { Server } from '../../lib/Server.ts';
import { peerToken } from '../support/peerToken.ts';
import { startServer } from '../../tools/fixtures/server.ts';
import { withTokens } from '../support/JsonClient.ts';
import {
  launchBrowser,
  noBrowser,
} from '../../tools/fixtures/browser/launch.ts';
import { Visitor } from '../../tools/fixtures/browser/Visitor.ts';

/** The last are what is left of 1280 × 800 when it is enlarged twice. */
const SIZES = [
  [390, 844],
  [844, 390],
  [561, 800],
  [600, 800],
  [700, 800],
  [1280, 800],
  [640, 400],
] as const;

/** True if the middle and the edges of the leave button can be clicked. */
const LEAVE_IS_FREE = `(() => {
  const button = document.querySelector('#leave-button');
  const { left, right, top, bottom } = button.getBoundingClientRect();
  const x = (left + right) / 2;
  const y = (top + bottom) / 2;
  return left >= 0 && top >= 0 && right <= innerWidth && bottom <= innerHeight &&
    [[x, y], [left + 8, y], [right - 8, y]].every(([x, y]) =>
      button.contains(document.elementFromPoint(x, y)));
})()`;

describe('the room in windows of many sizes', { skip: noBrowser }, () => {
  let browser: Browser;
  let server: Server;

  before(async () => {
    server = await startServer();
    browser = await launchBrowser();
  });

  after(async () => {
    await browser?.close();
    await server?.close();
  });

  it('can be left in each, with the chat open and without', async () => {
    await using ada = await Visitor.joinToWatch(
      browser,
      server.url,
      'Ada',
      'garden',
    );
    for (const open of [false, true]) {
      if (open) {
        await ada.button('Chat').click();
      }
      for (const [width, height] of SIZES) {
        await ada.page.setViewportSize({ width, height });
        assert.ok(
          await ada.page.evaluate(LEAVE_IS_FREE),
          `${width} × ${height}, chat ${open ? 'open' : 'closed'}`,
        );
      }
    }
  });

  it('is joined as another member from a duplicated tab', async () => {
    await using ada = await Visitor.joinToWatch(
      browser,
      server.url,
      'Ada',
      'twice',
    );
    const [copy] = await Promise.all([
      ada.page.waitForEvent('popup'),
      ada.page.evaluate('void window.open(location.href)'),
    ]);
    await copy.getByLabel('Your name').fill('Ada again');
    await copy.getByRole('button', { name: 'Join', exact: true }).click();
    await copy.getByRole('button', { name: 'Leave', exact: true }).waitFor();
    await ada.tile('Ada again').waitFor();
    assert.equal(server.registry.rooms.get('twice')?.peers.size, 2);
    await copy.close();
    await ada.tile('Ada again').waitFor({ state: 'detached' });
    await ada.page.reload();
    await ada.fillIn();
    await ada.button('Join').click();
    await ada.inRoom();
    assert.equal(server.registry.rooms.get('twice')?.peers.size, 1);
  });
});

describe('a room that requires an invitation', { skip: noBrowser }, () => {
  it('offers no link that would not admit others', async () => {
    const server = await startServer({
      auth: { ...withTokens.auth, mode: 'token' },
    });
    const browser = await launchBrowser();
    try {
      await using ada = await Visitor.join(
        browser,
        server.url,
        'Ada',
        'garden',
        { hash: `token=${peerToken('ada', { room: 'garden' })}` },
      );
      await ada.page
        .getByText('Everyone needs a personal invitation')
        .waitFor();
      const links = ada.page.getByRole('button', { name: 'Copy link' });
      assert.equal(await links.count(), 0);
    } finally {
      await browser.close();
      await server.close();
    }
  });
});
