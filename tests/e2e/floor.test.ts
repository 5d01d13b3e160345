import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, describe, it } from 'node:test';

import type { Browser } from 'playwright-core';

import type { Server } from '../../lib/Server.ts';
import { ProtooClient } from '../../tools/fixtures/ProtooClient.ts';
import { startServer } from '../../tools/fixtures/server.ts';
import {
  launchBrowser,
  noBrowser,
} from '../../tools/fixtures/browser/launch.ts';
import { Visitor } from '../../tools/fixtures/browser/Visitor.ts';
import { Wire } from '../support/Wire.ts';

/** Grants locks that keep the screen on, which a browser without a window does not. */
const GRANT_LOCKS = `{
  globalThis.locks = [];
  WakeLock.prototype.request = async (type) => {
    const lock = { type, released: false, release: async () => { lock.released = true; } };
    locks.push(lock);
    return lock;
  };
}`;

/** The widths of the window in which a screen is compared with faces. */
const SIZES = [
  [320, 568],
  [390, 844],
  [844, 390],
  [1280, 800],
] as const;

describe('the floor of a room', { skip: noBrowser }, () => {
  let server: Server;
  let browser: Browser;
  let ada: Visitor;
  let clients: ProtooClient[];

  before(async () => {
    [server, browser] = await Promise.all([startServer(), launchBrowser()]);
  });

  after(async () => {
    await Promise.all([browser?.close(), server?.close()]);
  });

  beforeEach(async () => {
    clients = [];
    ada = await Visitor.joinToWatch(browser, server.url, 'Ada', 'garden');
  });

  afterEach(async () => {
    await ada?.close();
    for (const client of clients) {
      await client.close();
    }
  });

  /** People without a browser come in. */
  async function enter(...names: string[]): Promise<void> {
    for (const displayName of names) {
      const peerId = displayName.toLowerCase();
      const { client } = await ProtooClient.join(server.url, 'garden', peerId, {
        displayName,
      });
      clients.push(client);
    }
    await ada.until(
      `document.querySelectorAll('#grid .tile').length === ${clients.length + 1}`,
    );
  }

  async function areaOf(name: string): Promise<number> {
    const box = await ada.tile(name).boundingBox();
    assert.ok(box, `${name} is not seen`);
    return box.width * box.height;
  }

  /** Waits until the tile of a person is this many times as large as another's. */
  async function isLarger(
    name: string,
    other: string,
    times: number,
  ): Promise<void> {
    await ada.until(`(() => {
      const area = (name) => {
        const tile = [...document.querySelectorAll('.tile')]
          .find((it) => it.ariaLabel.replaceAll(/[\\u2068\\u2069]/g, '').startsWith(name));
        const { width, height } = tile.getBoundingClientRect();
        return width * height;
      };
      return area(${JSON.stringify(name)}) > ${times} * area(${JSON.stringify(other)});
    })()`);
  }

  it('tells of a person without a connection until it is back', async () => {
    await using wire = await Wire.to(server.url);
    await using grace = await Visitor.joinToWatch(
      browser,
      wire.url,
      'Grace',
      'garden',
    );
    await wire.cut();
    const absent = ada.tile(grace.name, 'connection lost');
    await absent.waitFor();
    await wire.mend();
    await absent.waitFor({ state: 'detached' });
    await ada.tile(grace.name).waitFor();
  });

  it('keeps the screen on until the user leaves', async () => {
    await using grace = await Visitor.joinToWatch(
      browser,
      server.url,
      'Grace',
      'garden',
      { initScript: GRANT_LOCKS },
    );
    await grace.until(
      `locks.some(({ type, released }) => type === 'screen' && !released)`,
    );
    await grace.button('Leave').click();
    await grace.until('locks.every(({ released }) => released)');
  });

  it('lets the picture of the user float over one other person', async () => {
    await enter('Grace');
    const self = ada.page.locator('.tile[data-floating="true"]');
    await self.and(ada.ownTile()).waitFor();
    await isLarger('Grace', 'Ada', 4);
    await ada.button('Settings').click();
    await ada.page.getByLabel('My picture in the grid').check();
    await self.waitFor({ state: 'detached' });
    assert.equal(await areaOf('Grace'), await areaOf('Ada \\(you\\)'));
    await ada.button('Leave').click();
    await ada.button('Join').click();
    await ada.ownTile().waitFor();
    await ada.tile('Grace').waitFor();
    assert.equal(await self.count(), 0);
  });

  it('makes a person large who is pinned, by pointer or keyboard', async () => {
    await enter('Grace', 'Mary', 'Jean');
    await ada.tile('Mary').click();
    await isLarger('Mary', 'Grace', 4);
    assert.equal(
      await ada.button('Pin Mary').getAttribute('aria-pressed'),
      'true',
    );
    await ada.button('Pin Jean').focus();
    await ada.page.keyboard.press('Enter');
    await isLarger('Jean', 'Mary', 4);
    await ada.page.keyboard.press('Enter');
    await isLarger('Mary', 'Jean', 0.99);
    await ada.tile('Grace').dblclick();
    await ada.until('document.fullscreenElement !== null');
    await ada.page.evaluate('document.exitFullscreen()');
  });

  it('shows a speaker large, and keeps the choice', async () => {
    await enter('Grace', 'Mary', 'Jean');
    await ada.button('Settings').click();
    await ada.page.getByRole('radio', { name: 'Speaker' }).check();
    await isLarger('Grace', 'Mary', 4);
    await ada.page.getByRole('radio', { name: 'Automatic' }).check();
    await isLarger('Mary', 'Grace', 0.99);
  });

  it('has pages where not all fit, and receives what is seen', async () => {
    await using grace = await Visitor.join(
      browser,
      server.url,
      'Grace',
      'garden',
    );
    await ada.tile(grace.name, 'camera on').waitFor();
    await ada.page.setViewportSize({ width: 320, height: 568 });
    const names = Array.from({ length: 14 }, (_, index) => `Guest ${index}`);
    for (const name of names) {
      const peerId = name.replace(' ', '-');
      const { client } = await ProtooClient.join(server.url, 'garden', peerId, {
        displayName: name,
      });
      clients.push(client);
    }
    await ada.page.getByText(/Page 1 of/).waitFor();
    await ada.seesAndHears('Grace');
    const hidden = ada.sends(/"setViews".*"off":true/);
    // From the first to the last.
    await ada.button('Previous page').click();
    await hidden;
    await ada.tile('Guest 13').waitFor();
    assert.equal(await ada.tile('Grace').count(), 0);
    await ada.button('Next page').click();
    await ada.seesAndHears('Grace');
  });

  it('shows a screen larger than faces at every width', async () => {
    await enter('Mary');
    await using grace = await Visitor.joinToWatch(
      browser,
      server.url,
      'Grace',
      'garden',
    );
    await grace.button('Share screen').click();
    const screen = 'Grace’s screen';
    await ada.tile(screen).waitFor();
    for (const [width, height] of SIZES) {
      await ada.page.setViewportSize({ width, height });
      for (const face of ['Ada', 'Mary', 'Grace']) {
        await isLarger(
          'Grace’s screen',
          `${face}${face === 'Ada' ? '' : ','}`,
          2,
        );
      }
    }
  });
});
