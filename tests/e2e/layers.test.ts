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

/** In which a tile is so small that the smallest picture will do. */
const NARROW = { width: 320, height: 400 };
/** In which nothing but the largest will. */
const LARGE = { width: 1600, height: 1000 };

/** Of a camera with 960 pixels a line. */
const SMALLEST_WIDTH = 240;
const LARGEST_WIDTH = 960;

/** The requests of the page for a large picture, and for a small one. */
const FIRST = /"setViews".*"width":(?:[4-9]\d\d|\d{4})\b/;
const LAST = /"setViews".*"width":[1-3]\d\d\b/;

/** Both people have a tile of the same size. */
const IN_GRID = `localStorage.setItem('atrium', '{"selfInGrid": true}');`;

/** AV1 takes its time without hardware for it. */
const SMALL_CAMERA = `
  const open = MediaDevices.prototype.getUserMedia;
  MediaDevices.prototype.getUserMedia = function ({ audio, video }) {
    const small = { width: 320, height: 180, frameRate: 15 };
    return open.call(this, { audio, video: video && small });
  };
`;

describe('the layers of a camera', { skip: noBrowser }, () => {
  let server: Server;
  let browser: Browser;

  before(async () => {
    [server, browser] = await Promise.all([startServer(), launchBrowser()]);
  });

  after(async () => {
    await Promise.all([browser?.close(), server?.close()]);
  });

  /**
   * Grace shows Ada's picture small, then large, and receives it so: the larger,
   * the sooner before others.
   */
  async function fitsTheTile(grace: Visitor): Promise<void> {
    await grace.seesAndHears('Ada');
    await Promise.all([grace.sends(LAST), grace.page.setViewportSize(NARROW)]);
    await grace.seesInWidth('Ada', 1, SMALLEST_WIDTH);
    await Promise.all([grace.sends(FIRST), grace.page.setViewportSize(LARGE)]);
    await grace.seesInWidth('Ada', SMALLEST_WIDTH + 1, LARGEST_WIDTH);
    await Promise.all([grace.sends(LAST), grace.page.setViewportSize(NARROW)]);
    await grace.seesInWidth('Ada', 1, SMALLEST_WIDTH);
    await grace.seesAndHears('Ada');
  }

  it('are three streams in VP8, and a tile gets the one that fits', async () => {
    await using ada = await Visitor.join(browser, server.url, 'Ada', 'vp8');
    await using grace = await Visitor.join(
      browser,
      server.url,
      'Grace',
      'vp8',
      { initScript: IN_GRID },
    );
    await grace.seesAndHears('Ada');
    const sent = await ada.sendsLayers(3);
    assert.deepEqual(
      sent.map(({ rid, codec }) => [rid, codec]),
      ['r0', 'r1', 'r2'].map((rid) => [rid, 'video/VP8']),
    );
    assert.equal(await grace.codecOf('Ada'), 'video/VP8');
    await fitsTheTile(grace);
  });

  for (const { codec, mode, fits } of [
    { codec: 'VP9', mode: 'L3T3_KEY', fits: true },
    { codec: 'AV1', mode: 'L1T3', fits: false },
  ]) {
    it(`are in one stream of ${codec} if the URL requests it`, async () => {
      await using ada = await Visitor.join(browser, server.url, 'Ada', codec, {
        codec: codec.toLowerCase(),
        initScript: fits ? '' : SMALL_CAMERA,
      });
      assert.equal(
        new URL(ada.page.url()).searchParams.get('codec'),
        codec.toLowerCase(),
      );
      await using grace = await Visitor.join(
        browser,
        server.url,
        'Grace',
        codec,
        { initScript: IN_GRID },
      );
      await Promise.all([ada.seesAndHears('Grace'), grace.seesAndHears('Ada')]);
      const sent = await ada.sendsLayers(1);
      assert.deepEqual(
        sent.map((layer) => [layer.codec, layer.mode]),
        [[`video/${codec}`, mode]],
      );
      assert.equal(await grace.codecOf('Ada'), `video/${codec}`);
      assert.equal(await ada.codecOf('Grace'), 'video/VP8');
      if (fits) {
        await fitsTheTile(grace);
      }
      await grace.setHidden(true);
      await ada.activates(false);
      await grace.setHidden(false);
      await grace.seesAndHears('Ada');
    });
  }
});
