import { after, afterEach, before, describe, it } from 'node:test';

import type { Browser } from 'playwright-core';

import type { Server } from '../../lib/Server.ts';
import { CpuQuota, noQuota } from '../../tools/fixtures/browser/CpuQuota.ts';
import {
  launchBrowser,
  noBrowser,
  WILLING,
} from '../../tools/fixtures/browser/launch.ts';
import { Visitor } from '../../tools/fixtures/browser/Visitor.ts';
import { startServer } from '../../tools/fixtures/server.ts';

/** Of a camera with 960 pixels a line. */
const SMALLEST_WIDTH = 240;
const LARGEST_WIDTH = 960;

/** The share of a core with which a browser does not keep up with two cameras. */
const SLOW = 0.1;

/** The share with which it misses some of its own sound, however little video it sends. */
const SLOW_TO_SEND = 0.25;

const CAMERA_ONLY = {
  initScript: `localStorage.setItem('atrium', '{"mic": false, "camera": true}');`,
};

describe('a page on a slow device', { skip: noBrowser || noQuota }, () => {
  let quota: CpuQuota;
  let server: Server;
  let fast: Browser;
  /** Runs within the quota. */
  let slow: Browser;

  before(async () => {
    quota = new CpuQuota();
    [server, fast, slow] = await Promise.all([
      startServer(),
      launchBrowser(),
      launchBrowser(WILLING, quota),
    ]);
  });

  afterEach(() => quota.set(undefined));

  after(async () => {
    await Promise.all([fast.close(), slow.close(), server.close()]);
    await quota.close();
  });

  it('receives smaller pictures until it keeps up', async () => {
    const { url } = server;
    await using ada = await Visitor.join(
      fast,
      url,
      'Ada',
      'watched',
      CAMERA_ONLY,
    );
    await using bob = await Visitor.join(
      fast,
      url,
      'Bob',
      'watched',
      CAMERA_ONLY,
    );
    await Promise.all([ada.setHidden(true), bob.setHidden(true)]);
    await using grace = await Visitor.joinToWatch(
      slow,
      url,
      'Grace',
      'watched',
    );
    await grace.seesInWidth('Ada', SMALLEST_WIDTH + 1, LARGEST_WIDTH);
    await grace.seesInWidth('Bob', SMALLEST_WIDTH + 1, LARGEST_WIDTH);

    quota.set(SLOW);
    await grace.seesInWidth('Ada', 1, SMALLEST_WIDTH);
    await grace.seesInWidth('Bob', 1, SMALLEST_WIDTH);

    quota.set(undefined);
    await grace.seesInWidth('Ada', SMALLEST_WIDTH + 1, LARGEST_WIDTH);
  });

  it('sends smaller pictures', async () => {
    const { url } = server;
    await using ada = await Visitor.join(slow, url, 'Ada', 'sent');
    await using bob = await Visitor.joinToWatch(fast, url, 'Bob', 'sent');
    await bob.seesInWidth('Ada', SMALLEST_WIDTH + 1, LARGEST_WIDTH);

    quota.set(SLOW_TO_SEND);
    await ada.activates(true, false, false);
    await bob.seesInWidth('Ada', 1, SMALLEST_WIDTH);
  });
});
