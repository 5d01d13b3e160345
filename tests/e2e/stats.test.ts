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

/** A figure that is none when nothing flows. */
const FLOWS = /[1-9][\d.]* [kM]bit\/s/;

/** More than the pause between two looks, ms. */
const LONGER = 5_000;

describe('the panel with statistics', { skip: noBrowser }, () => {
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

  afterEach(async () => {
    await Promise.all([ada?.close(), grace?.close()]);
  });

  function join(name: string): Promise<Visitor> {
    return Visitor.join(browser, server.url, name, 'garden');
  }

  function joinToWatch(name: string): Promise<Visitor> {
    return Visitor.joinToWatch(browser, server.url, name, 'garden');
  }

  /** The line of a quantity in Ada's panel, once it says what is expected. */
  function line(table: string, quantity: string, says: RegExp): Locator {
    return ada.page
      .getByRole('table', { name: table, exact: true })
      .getByRole('row')
      .filter({ has: ada.page.getByRole('rowheader', { name: quantity }) })
      .filter({ hasText: says });
  }

  /** The requests by which Ada's page has asked for figures of a kind. */
  function asked(kind: string): number {
    const method = new RegExp(`"get${kind}Stats"`);
    return ada.sent.filter((message) => method.test(message)).length;
  }

  it('shows what is sent, and over which path', async () => {
    ada = await join('Ada');
    grace = await joinToWatch('Grace');
    await ada.button('Statistics').click();
    const { width, height } = await ada.page.evaluate<{
      width: number;
      height: number;
    }>(
      `document.querySelector('[data-self="true"] video').srcObject.getTracks()[0].getSettings()`,
    );
    await Promise.all([
      line('Network', 'Connection', /connected/).waitFor(),
      line('Network', 'ICE at the server', /completed/).waitFor(),
      line('Network', 'Path', /UDP, direct/).waitFor(),
      line('Network', 'Bitrate here', FLOWS).waitFor(),
      line('Network', 'Bitrate at the server', FLOWS).waitFor(),
      line('Your camera', 'Codec', /VP8/).waitFor(),
      line(
        'Your camera',
        'Captured',
        new RegExp(`${width} × ${height}`),
      ).waitFor(),
      line('Your camera', 'Sent by you', FLOWS).waitFor(),
      line('Your camera', 'Received by the server', FLOWS).waitFor(),
      line('Your camera', 'Lost on the way', /\d%/).waitFor(),
      line('Your camera', 'Score', /\d of 10/).waitFor(),
      line('Your microphone', 'Codec', /opus/).waitFor(),
    ]);
    const rate = line('Your camera', 'Sent by you', FLOWS);
    const first = await rate.textContent();
    await rate.filter({ hasNotText: first ?? '' }).waitFor();
  });

  it('shows what is received from the selected person', async () => {
    grace = await join('Grace');
    ada = await joinToWatch('Ada');
    await ada.button('Statistics').click();
    await line('Network', 'Bitrate here', FLOWS).waitFor();
    assert.equal(asked('Consumer'), 0);

    const entry = ada.page.locator('summary').filter({ hasText: 'Grace' });
    await entry.click();
    await Promise.all([
      line('Grace', 'Codec', /opus.*VP8/).waitFor(),
      line('Grace', 'Picture', /\d+ × \d+/).waitFor(),
      line('Grace', 'Sent by the server', FLOWS).waitFor(),
      line('Grace', 'Received by you', FLOWS).waitFor(),
      line('Grace', 'Jitter', /\d ms/).waitFor(),
      line('Grace', 'Score', /\d of 10/).waitFor(),
    ]);
    assert.ok(asked('Consumer') > 0);

    await grace.button('Leave').click();
    await entry.waitFor({ state: 'detached' });
  });

  it('requests nothing from the server while it is closed', async () => {
    ada = await join('Ada');
    grace = await joinToWatch('Grace');
    await grace.tile('Ada', 'microphone on').waitFor();
    assert.equal(asked('\\w+'), 0);
    await ada.page.clock.install();
    await ada.button('Statistics').click();
    await line('Network', 'Bitrate here', FLOWS).waitFor();
    assert.ok(asked('Transport') > 0);

    await ada.page.keyboard.press('Escape');
    await ada.page.getByRole('table').first().waitFor({ state: 'detached' });
    // Earlier requests have been recorded once this is done.
    await ada.button('Mute microphone').click();
    await grace.tile('Ada', 'microphone muted').waitFor();
    const before = asked('\\w+');
    await ada.page.clock.runFor(LONGER);
    await ada.button('Unmute microphone').click();
    await grace.tile('Ada', 'microphone on').waitFor();
    assert.equal(asked('\\w+'), before);
  });
});
