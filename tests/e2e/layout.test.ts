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

/** The buttons of the panel that is shown which are not within it as a whole. */
const PANEL_BUTTONS_CUT = `[...document.querySelectorAll('#room > aside:not([hidden]) .panel-head button:not([hidden])')]
  .filter((button) => {
    const inner = button.getBoundingClientRect();
    const outer = button.closest('aside').getBoundingClientRect();
    return inner.left < outer.left || inner.right > outer.right;
  })
  .map((button) => button.textContent.trim())`;

/** The buttons at the head whose words take two lines, or that are outside of it. */
const HEAD_WRAPPED = `[...document.querySelectorAll('.room-head .button:not([hidden])')]
  .filter((button) => button.checkVisibility())
  .filter((button) => {
    const label = button.querySelector('.button-label');
    const head = button.parentElement.getBoundingClientRect();
    const { left, right } = button.getBoundingClientRect();
    return left < head.left - 1 || right > head.right + 1 ||
      (label && getComputedStyle(label).clipPath === 'none' && label.getClientRects()[0].height > 30);
  })
  .map((button) => button.textContent.trim())`;

/** The number of lines that the reactions take. */
const REACTION_LINES = `new Set([...document.querySelectorAll('.reaction')]
  .map((it) => it.getBoundingClientRect().top)).size`;

/** The tables of figures that are wider than their panel. */
const TABLES_CUT = `[...document.querySelectorAll('.stats-table')]
  .filter((table) => table.checkVisibility() && table.scrollWidth > table.clientWidth)
  .map((table) => table.textContent)`;

/** The height of what is below the edge of the free seat, px. */
const SEAT_CUT = `(({ scrollHeight, clientHeight }) => Math.max(0, scrollHeight - clientHeight))(
  document.querySelector('#empty-seat'))`;

/** A phone, upright and on its side, and the smallest window. */
const PHONES = [
  [320, 568],
  [390, 844],
  [844, 390],
] as const;

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

  it('shows all figures of a camera on a phone', async () => {
    await using ada = await Visitor.join(browser, server.url, 'Ada', 'figures');
    await using grace = await Visitor.join(
      browser,
      server.url,
      'Grace',
      'figures',
    );
    await Promise.all([ada.seesAndHears('Grace'), grace.seesAndHears('Ada')]);
    await ada.button('Statistics').click();
    await ada.page.locator('.stats summary').click();
    // The layers of the camera, and what comes from Grace.
    const cells = '.stats-table tbody tr:first-child td';
    await ada.page.locator(cells).nth(6).waitFor();
    for (const [width, height] of PHONES) {
      await ada.page.setViewportSize({ width, height });
      assert.deepEqual(
        await ada.page.evaluate<string[]>(TABLES_CUT),
        [],
        `${width} × ${height}`,
      );
    }
  });

  it('shows the link of the room to a user who is alone on a phone', async () => {
    await using ada = await Visitor.join(browser, server.url, 'Ada', 'alone');
    await ada.button('Copy link').waitFor();
    for (const [width, height] of [...PHONES, [640, 400] as const]) {
      await ada.page.setViewportSize({ width, height });
      const cut = await ada.page.evaluate<number>(SEAT_CUT);
      assert.equal(cut, 0, `${width} × ${height}`);
    }
  });

  it('has room for words and reactions in every language', async () => {
    await using ada = await Visitor.joinToWatch(
      browser,
      server.url,
      'Ada',
      'languages',
    );
    const { page } = ada;
    const languages = await page
      .locator('#settings select.languages option')
      .evaluateAll((all) => all.map((it) => it.getAttribute('value') ?? ''));
    assert.ok(languages.length > 1);
    for (const language of languages) {
      await page.setViewportSize({ width: 1280, height: 800 });
      await page.locator('#settings-button').click();
      await page.locator('#settings select.languages').selectOption(language);
      await page.locator(`html[lang="${language}"]`).waitFor();
      await page.keyboard.press('Escape');
      for (const [width, height] of [...PHONES, [640, 400] as const]) {
        const window = `${language}, ${width} × ${height}`;
        await page.setViewportSize({ width, height });
        assert.deepEqual(await page.evaluate(HEAD_WRAPPED), [], window);
        for (const panel of ['people', 'chat', 'stats', 'settings']) {
          await page.locator(`#${panel}-button`).click();
          const open = `${panel} in ${window}`;
          assert.deepEqual(await page.evaluate(PANEL_BUTTONS_CUT), [], open);
          assert.deepEqual(await page.evaluate(HEAD_WRAPPED), [], open);
          await page.keyboard.press('Escape');
        }
        await page.locator('#react-button').click();
        const lines = await page.evaluate(REACTION_LINES);
        assert.equal(lines, 1, window);
        await page.keyboard.press('Escape');
      }
    }
  });

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
