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

/** Windows, and what is left of 1280 × 800 when it is enlarged to 200 % and 400 %. */
const SIZES = [
  [320, 568],
  [390, 844],
  [844, 390],
  [561, 800],
  [600, 800],
  [640, 800],
  [700, 800],
  [901, 800],
  [1280, 800],
  [640, 400],
  [320, 200],
] as const;

/** The names of buttons at the foot that cannot be clicked in the middle and at the edges. */
const COVERED = `[...document.querySelectorAll('.toolbar button')]
  .filter((button) => !button.hidden && !button.closest('[hidden]'))
  .filter((button) => {
    const { left, right, top, bottom } = button.getBoundingClientRect();
    const x = (left + right) / 2;
    const y = (top + bottom) / 2;
    return !(left >= 0 && top >= 0 && right <= innerWidth && bottom <= innerHeight &&
      [[x, y], [left + 8, y], [right - 8, y], [x, top + 2], [x, bottom - 2]].every(([x, y]) =>
        button.contains(document.elementFromPoint(x, y))));
  })
  .map((button) => button.getAttribute('aria-label') ?? button.textContent.trim())`;

/** The words of buttons at the foot that are cut short. */
const CUT = `[...document.querySelectorAll('.toolbar .button-label')]
  .filter((label) => getComputedStyle(label).clipPath === 'none')
  .filter((label) => label.scrollWidth > label.clientWidth)
  .map((label) => label.textContent)`;

/** The panels that are shown, each with what of it is outside the window, px. */
const PANELS = `[...document.querySelectorAll('#room > aside')]
  .filter((panel) => !panel.hidden)
  .map((panel) => {
    const { left, right, top, bottom } = panel.getBoundingClientRect();
    const foot = document.querySelector('.toolbar').getBoundingClientRect();
    const below = left < foot.right ? Math.max(0, bottom - foot.top) : 0;
    return [panel.id, Math.max(0, -left, right - innerWidth, -top, bottom - innerHeight, below)];
  })`;

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

  for (const panel of ['none', 'Chat', 'People', 'Statistics', 'Settings']) {
    it(`shows all buttons in each with this panel: ${panel}`, async () => {
      await using ada = await Visitor.joinToWatch(
        browser,
        server.url,
        'Ada',
        panel,
      );
      const { page } = ada;
      if (panel !== 'none') {
        // One gives way to the next.
        await ada.button(panel === 'Chat' ? 'People' : 'Chat').click();
        await ada.button(panel).click();
      }
      for (const [width, height] of SIZES) {
        await page.setViewportSize({ width, height });
        const size = `${width} × ${height}`;
        assert.deepEqual(await page.evaluate<string[]>(COVERED), [], size);
        assert.deepEqual(await page.evaluate<string[]>(CUT), [], size);
        const panels = await page.evaluate<[string, number][]>(PANELS);
        assert.equal(panels.length, panel === 'none' ? 0 : 1, size);
        assert.ok(
          panels.every(([, outside]) => outside === 0),
          `${size}: ${JSON.stringify(panels)}`,
        );
      }
    });
  }

  it('opens the reactions within the window, above the buttons', async () => {
    await using ada = await Visitor.joinToWatch(
      browser,
      server.url,
      'Ada',
      'reactions',
    );
    await ada.button('React').click();
    // In the lowest window they scroll.
    for (const [width, height] of SIZES.slice(0, -1)) {
      await ada.page.setViewportSize({ width, height });
      assert.deepEqual(
        await ada.page.evaluate<string[]>(COVERED),
        [],
        `${width} × ${height}`,
      );
    }
  });

  it('keeps the buttons in view with many notices', async () => {
    await using ada = await Visitor.joinToWatch(
      browser,
      server.url,
      'Ada',
      'notices',
    );
    await ada.page.evaluate(`{
      const notice = document.querySelector('#notice-template').content;
      for (let i = 0; i < 8; i += 1) {
        document.querySelector('.notices').append(notice.cloneNode(true));
      }
      for (const text of document.querySelectorAll('.notice-text')) {
        text.textContent = 'The connection to the server was lost. Reconnecting…';
      }
    }`);
    for (const [width, height] of SIZES) {
      await ada.page.setViewportSize({ width, height });
      assert.deepEqual(
        await ada.page.evaluate<string[]>(COVERED),
        [],
        `${width} × ${height}`,
      );
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
