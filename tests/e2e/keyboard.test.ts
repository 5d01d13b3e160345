import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';

import type { Browser } from 'playwright-core';

import type { Server } from '../../lib/Server.ts';
import {
  launchBrowser,
  noBrowser,
} from '../../tools/fixtures/browser/launch.ts';
import { Visitor } from '../../tools/fixtures/browser/Visitor.ts';
import { ProtooClient } from '../../tools/fixtures/ProtooClient.ts';
import { startServer } from '../../tools/fixtures/server.ts';
import { inOrder } from '../support/inOrder.ts';
import { bearing, peerToken, tokensOnly } from '../support/peerToken.ts';

const ROOM = 'garden';

const SIZES = [
  [1280, 800],
  [390, 844],
  [844, 390],
] as const;

/** Names an element, for reports. */
const NAME = `((it) => it.id || it.getAttribute('aria-label') || it.className || it.textContent.trim())`;

/** Everything that Tab leads to, in the order of the document. */
const STOPS = `[...document.querySelectorAll('a[href], button, input, select, textarea, summary, [tabindex="0"]')]
  .filter((it) => it.checkVisibility({ visibilityProperty: true }) && !it.disabled && it.tabIndex === 0)
  .filter((it) => it.type !== 'radio' || it.checked)
  .map(${NAME})`;

/** The element with the focus, and what hides it, if anything does. */
const FOCUSED = `(() => {
  const it = document.activeElement;
  if (it === document.body) return 'the end';
  const { left, right, top, bottom } = it.getBoundingClientRect();
  const at = document.elementFromPoint((left + right) / 2, (top + bottom) / 2);
  const seen = it.contains(at) || at?.closest('label')?.contains(it);
  const name = ${NAME}(it);
  return seen ? name : name + ' is hidden behind ' + at?.outerHTML.slice(0, 80);
})()`;

/** Counts what live regions are given to say, by their ids or classes. */
const COUNT_WORDS = `{
  globalThis.words = {};
  for (const region of document.querySelectorAll('[aria-live], [role=status], [role=log]')) {
    const name = region.id || region.className;
    words[name] = 0;
    new MutationObserver(() => (words[name] += 1))
      .observe(region, { childList: true, characterData: true, subtree: true });
  }
}`;

describe('the page without a pointer', { skip: noBrowser }, () => {
  inOrder();

  let browser: Browser;
  let server: Server;
  let ada: Visitor;
  const clients: ProtooClient[] = [];

  before(async () => {
    [server, browser] = await Promise.all([
      startServer(tokensOnly),
      launchBrowser(),
    ]);
    const claims = { room: ROOM, role: 'moderator' };
    ada = await Visitor.open(browser, server.url, 'Ada', {
      room: ROOM,
      hash: `token=${peerToken('ada', claims)}`,
    });
  });

  after(async () => {
    await ada?.close();
    for (const client of clients) {
      await client.close();
    }
    await Promise.all([browser?.close(), server?.close()]);
  });

  async function enter(displayName: string): Promise<ProtooClient> {
    const peerId = displayName.toLowerCase().replaceAll(' ', '-');
    const client = await ProtooClient.connect(
      server.url,
      ROOM,
      peerId,
      bearing(peerToken(peerId, { room: ROOM })),
    );
    clients.push(client);
    await client.request('joinRoom', { roomId: ROOM, peerId, displayName });
    return client;
  }

  /** The stops of Tab from the start of the page to its end. */
  async function walk(): Promise<string[]> {
    await ada.page.evaluate(`{
      document.body.tabIndex = -1;
      document.body.focus();
      document.body.removeAttribute('tabindex');
    }`);
    const stops: string[] = [];
    for (;;) {
      await ada.page.keyboard.press('Tab');
      const stop = await ada.page.evaluate<string>(FOCUSED);
      if (stop === 'the end' || stop === stops[0]) {
        return stops;
      }
      stops.push(stop);
      assert.ok(stops.length < 100, stops.join());
    }
  }

  /** Walks through all that can be done, which nothing may hide. */
  async function leadsThroughAll(view: string): Promise<void> {
    for (const [width, height] of SIZES) {
      await ada.page.setViewportSize({ width, height });
      const stops = await walk();
      assert.ok(stops.length > 3, view);
      assert.deepEqual(
        stops,
        await ada.page.evaluate(STOPS),
        `${view}, ${width} × ${height}`,
      );
    }
    await ada.page.setViewportSize({ width: 1280, height: 800 });
  }

  function focus(): Promise<string> {
    return ada.page.evaluate<string>(FOCUSED);
  }

  it('leads to everything in its order, and hides nothing of it', async () => {
    // The preview begins by itself, and shows the button of the devices last.
    await ada.page.locator('#devices-button').waitFor();
    await leadsThroughAll('the entrance');
    await ada.fillIn();
    await ada.button('Join').click();
    await ada.inRoom();
    await enter('Grace');
    await enter('Mary');
    await ada.tile('Mary').waitFor();
    await leadsThroughAll('the room');
    for (const panel of ['People', 'Chat', 'Statistics', 'Settings']) {
      await ada.button(panel).click();
      await leadsThroughAll(panel);
    }
    await ada.page.locator('#settings .panel-close').click();
  });

  it('returns from what was opened to the button that opened it', async () => {
    const { page } = ada;
    for (const [button, panel] of [
      ['people-button', 'people'],
      ['chat-button', 'chat'],
      ['stats-button', 'stats-panel'],
      ['settings-button', 'settings'],
      ['react-button', 'reactions'],
    ]) {
      await page.locator(`#${button}`).focus();
      await page.keyboard.press('Enter');
      const within = `document.activeElement.closest('#${panel}') !== null`;
      assert.equal(await page.evaluate(within), true, panel);
      await page.keyboard.press('Escape');
      assert.equal(await focus(), button);
    }
    await ada.button('Settings').click();
    await page.locator('#keys-button').focus();
    await page.keyboard.press('Enter');
    await page.locator('#keys-dialog').waitFor();
    await page.keyboard.press('Escape');
    assert.equal(await focus(), 'keys-button');
    await ada.button('People').click();
    await page.locator('#end-meeting').focus();
    await page.keyboard.press('Enter');
    await page.locator('#confirm-dialog').waitFor();
    await page.keyboard.press('Escape');
    assert.equal(await focus(), 'end-meeting');
    await page.locator('#invite-button').focus();
    await page.keyboard.press('Enter');
    assert.equal(await focus(), 'invite-role');
    await page.locator('#invite-make').press('Enter');
    await page.getByText('This link lets in one person').waitFor();
    assert.equal(await focus(), 'button small primary copy-link');
    await page.keyboard.press('Escape');
    assert.equal(await focus(), 'invite-button');
  });

  it('keeps the focus when what has it goes away', async () => {
    const { page } = ada;
    await page.getByRole('button', { name: 'Actions for Mary' }).focus();
    await clients.at(1)?.request('leaveRoom');
    await ada.tile('Mary').waitFor({ state: 'detached' });
    assert.equal(
      await page.evaluate('document.activeElement.id'),
      'people-title',
    );
    await page.getByLabel('Lobby: I let people in').check();
    await assert.rejects(enter('Jean'));
    await ada.notice(/Jean/).getByRole('button').focus();
    await page.keyboard.press('Enter');
    await ada.notice(/Jean/).waitFor({ state: 'detached' });
    assert.equal(await page.evaluate('document.activeElement.id'), 'room-name');
    await page.getByLabel('Lobby: I let people in').uncheck();
  });

  it('says little of much that happens', async () => {
    const { page } = ada;
    await page.evaluate(COUNT_WORDS);
    const names = Array.from({ length: 12 }, (_, index) => `Guest ${index}`);
    await Promise.all(names.map(enter));
    for (const name of names) {
      await ada.tile(name).waitFor({ state: 'attached' });
    }
    for (const [width, height] of SIZES) {
      await page.setViewportSize({ width, height });
    }
    await page
      .locator('#announcer')
      .filter({ hasText: 'Guest' })
      .waitFor({ state: 'attached' });
    const words = await page.evaluate<Record<string, number>>('words');
    assert.ok((words['announcer'] ?? 0) >= 1);
    for (const [region, times] of Object.entries(words)) {
      assert.ok(
        times <= (region === 'announcer' ? 6 : 3),
        `${region}: ${times}`,
      );
    }
  });

  it('does not move for users who want less of it', async () => {
    const { page } = ada;
    await page.emulateMedia({ reducedMotion: 'reduce' });
    await ada.ownTile('speaking').waitFor();
    await clients.at(0)?.request('react', { emoji: '👍' });
    await ada.tile('Grace').locator('.tile-reaction').waitFor();
    assert.equal(await page.evaluate('document.getAnimations().length'), 0);
    await page.emulateMedia({ reducedMotion: 'no-preference' });
    await ada.until('document.getAnimations().length > 0');
  });
});
