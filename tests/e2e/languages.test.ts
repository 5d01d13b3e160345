import assert from 'node:assert/strict';
import { after, afterEach, before, describe, it } from 'node:test';

import type { Browser, Locator } from 'playwright-core';

import type { Server } from '../../lib/Server.ts';
import { startServer } from '../../tools/fixtures/server.ts';
import {
  launchBrowser,
  noBrowser,
} from '../../tools/fixtures/browser/launch.ts';
import { Visitor } from '../../tools/fixtures/browser/Visitor.ts';

describe('the language of the page', { skip: noBrowser }, () => {
  let server: Server;
  let browser: Browser;
  let ada: Visitor | undefined;
  let grace: Visitor | undefined;

  before(async () => {
    [server, browser] = await Promise.all([startServer(), launchBrowser()]);
  });

  afterEach(async () => {
    await Promise.all([ada?.close(), grace?.close()]);
    [ada, grace] = [undefined, undefined];
  });

  after(async () => {
    await Promise.all([browser?.close(), server?.close()]);
  });

  async function open(name: string, locale: string): Promise<Visitor> {
    return Visitor.open(browser, server.url, name, { room: 'garden', locale });
  }

  async function enter({ page, name }: Visitor): Promise<void> {
    await page.locator('#name-input').fill(name);
    await page.locator('#join-button').click();
    await page.locator('#leave-button').waitFor();
  }

  /** The distance of an element's middle from the left of the window, CSS pixels. */
  async function middleOf(element: Locator): Promise<number> {
    const { x, width } = (await element.boundingBox()) ?? { x: NaN, width: 0 };
    return x + width / 2;
  }

  function producers(): string[] {
    const room = server.registry.rooms.get('garden');
    return [...(room?.peers.values() ?? [])].flatMap(
      ({ producers }) => producers.ids,
    );
  }

  it('is that of the browser, for two who meet in German and in Arabic', async () => {
    ada = await open('Ada', 'de-AT');
    await ada.button('Beitreten').waitFor();
    assert.equal(await ada.page.getAttribute('html', 'lang'), 'de');
    assert.equal(await ada.page.getAttribute('html', 'dir'), 'ltr');
    await enter(ada);
    await ada.button('Verlassen').waitFor();
    await ada.button('Mikrofon stummschalten').waitFor();

    grace = await open('Grace', 'ar');
    await grace.button('انضمام').waitFor();
    assert.equal(await grace.page.getAttribute('html', 'dir'), 'rtl');
    await enter(grace);
    await Promise.all([ada.seesAndHears('Grace'), grace.seesAndHears('Ada')]);
    assert.equal(
      await ada.page.locator('#room-count').textContent(),
      '2 Personen',
    );
    assert.equal(
      await grace.page.locator('#room-count').textContent(),
      'شخصان',
    );
    // The floor, the tools and the panels are mirrored.
    for (const [visitor, sign] of [
      [ada, 1],
      [grace, -1],
    ] as const) {
      const { page } = visitor;
      await page.locator('#chat-button').click();
      const [mic, leave, floor, chat] = await Promise.all(
        ['#mic-button', '#leave-button', '.floor', '#chat'].map((it) =>
          middleOf(page.locator(it)),
        ),
      );
      assert.ok(sign * (Number(leave) - Number(mic)) > 0);
      assert.ok(sign * (Number(chat) - Number(floor)) > 0);
      const self = await middleOf(page.locator('.tile[data-self="true"]'));
      assert.ok(sign * (self - Number(floor)) > 0);
    }
    await grace.page.locator('#chat-input').fill('Hello, Ada!');
    await grace.page.keyboard.press('Enter');
    await ada.page.getByText('Hello, Ada!').waitFor();
  });

  it('changes during a meeting, which goes on, and is remembered', async () => {
    ada = await open('Ada', 'ar');
    await enter(ada);
    grace = await Visitor.joinToWatch(browser, server.url, 'Grace', 'garden');
    await grace.seesAndHears('Ada');
    const before = producers();
    await ada.page.locator('#settings-button').click();
    await ada.page.locator('#settings select.languages').selectOption('fr');
    await ada.button('Quitter').waitFor();
    await ada.button('Couper le micro').waitFor();
    assert.equal(await ada.page.getAttribute('html', 'dir'), 'ltr');
    await ada.page
      .getByRole('listitem', { name: /^Ada \(vous\), micro activé/ })
      .waitFor();
    assert.equal(await ada.page.title(), 'garden · Atrium');
    assert.deepEqual(producers(), before);
    const since = await grace.received('Ada');
    await grace.receives('Ada', { frames: 5, sound: true, since });

    await ada.page.reload();
    await ada.button('Rejoindre').waitFor();
    await ada.page.locator('.court-head .languages').selectOption('en');
    await ada.button('Join').waitFor();
  });

  it('is English for browsers in other languages', async () => {
    ada = await open('Ada', 'eu');
    await ada.button('Join').waitFor();
    assert.equal(await ada.page.getAttribute('html', 'lang'), 'en');
  });
});
