import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';

import type { Browser } from 'playwright-core';

import type { Server } from '../../lib/Server.ts';
import {
  launchBrowser,
  noBrowser,
  WILLING,
} from '../../tools/fixtures/browser/launch.ts';
import { Visitor } from '../../tools/fixtures/browser/Visitor.ts';
import { startServerAt } from '../../tools/fixtures/server.ts';
import { Link } from '../../tools/netem/Link.ts';
import { noLink } from '../../tools/netem/program.ts';
import { concealed } from './concealed.ts';

/** Of a camera with 960 pixels a line. */
const MIDDLE_WIDTH = 480;
const LARGEST_WIDTH = 960;

/** Links, kbit/s, that carry the middle picture, and sound alone. */
const MIDDLING = 500;
const SOUND_ONLY = 75;

/** So thin, kbit/s, that nothing of the largest picture gets through any more. */
const NO_PICTURE = 60;

/** Some seconds of sound, and what may be missing of it. */
const SOUNDS = 250;
const FEW = 0.05;

/** The highest priority of a consumer. */
const FIRST = 255;

/** Gives all videos the highest priority, and leaves the lowest to sounds. */
async function putVideosFirst(server: Server): Promise<void> {
  for (const { peers } of server.registry.rooms.values()) {
    for (const { consumers } of peers.values()) {
      for (const id of consumers.ids) {
        const [stats] = await consumers.stats(id);
        await consumers.setPriority(id, stats?.kind === 'video' ? FIRST : 1);
      }
    }
  }
}

describe('behind a thin link', { skip: noBrowser || noLink }, () => {
  let link: Link;
  let server: Server;
  let near: Browser;
  let far: Browser;

  before(async () => {
    link = await Link.open();
    server = await startServerAt(link.near);
    [near, far] = await Promise.all([
      launchBrowser(),
      launchBrowser(WILLING, link),
    ]);
  });

  after(async () => {
    await Promise.all([near?.close(), far?.close()]);
    await server?.close();
    await link?.close();
  });

  test('a camera gets smaller, then the page says that there is only sound, and all comes back', async () => {
    await using ada = await Visitor.join(near, server.url, 'Ada', 'room');
    await using grace = await Visitor.joinToWatch(
      far,
      server.url,
      'Grace',
      'room',
    );
    await grace.seesInWidth('Ada', MIDDLE_WIDTH + 1, LARGEST_WIDTH);
    await putVideosFirst(server);

    await link.set({ rate: MIDDLING });
    await grace.seesInWidth('Ada', 1, MIDDLE_WIDTH);
    const sign = grace.tile('Ada').locator('.tile-issue');
    assert.equal(await sign.isVisible(), false);

    await link.set({ rate: SOUND_ONLY });
    await sign
      .filter({ hasText: /weak connection, sound only/i })
      .waitFor({ state: 'visible' });
    assert.match(
      (await grace.tile('Ada').getAttribute('aria-label')) ?? '',
      /camera on, weak connection, sound only/,
    );
    const weak = [
      grace.ownTile('weak connection'),
      ada.tile('Grace', 'weak connection'),
    ];
    await Promise.all(weak.map((tile) => tile.waitFor()));
    // Sound goes before every picture, whatever the priority of that.
    assert.ok((await concealed(grace, SOUNDS)) < FEW);
    // Layers that do not fit are still requested, and arrive as soon as they fit.
    await ada.activates(true, true, true);

    await link.set({});
    await sign.waitFor({ state: 'hidden' });
    await grace.seesInWidth('Ada', MIDDLE_WIDTH + 1, LARGEST_WIDTH);
    await Promise.all(weak.map((tile) => tile.waitFor({ state: 'detached' })));
  });

  test('the page says that there is only sound even if the network has let nothing else through from one moment to the next', async () => {
    await using ada = await Visitor.join(near, server.url, 'Ada', 'sudden');
    await using grace = await Visitor.joinToWatch(
      far,
      server.url,
      'Grace',
      'sudden',
    );
    await grace.seesInWidth('Ada', MIDDLE_WIDTH + 1, LARGEST_WIDTH);

    await link.set({ rate: NO_PICTURE });
    const sign = grace.tile('Ada').locator('.tile-issue');
    await sign
      .filter({ hasText: /weak connection, sound only/i })
      .waitFor({ state: 'visible' });

    await link.set({});
    await sign.waitFor({ state: 'hidden' });
    await grace.seesInWidth('Ada', MIDDLE_WIDTH + 1, LARGEST_WIDTH);
    await ada.activates(true, true, true);
  });
});
