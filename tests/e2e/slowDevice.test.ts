import { test } from 'node:test';

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

/** The share with which it misses some of its own sound, whatever else it sends. */
const SLOW_TO_SEND = 0.25;

const CAMERA_ONLY = {
  initScript: `localStorage.setItem('atrium', '{"mic": false, "camera": true}');`,
};

test(
  'a page on a slow device receives smaller pictures until it keeps up',
  { skip: noBrowser || noQuota },
  async () => {
    const quota = new CpuQuota();
    const [server, fast, slow] = await Promise.all([
      startServer(),
      launchBrowser(),
      launchBrowser(WILLING, quota),
    ]);
    const { url } = server;
    try {
      await using ada = await Visitor.join(
        fast,
        url,
        'Ada',
        'room',
        CAMERA_ONLY,
      );
      await using bob = await Visitor.join(
        fast,
        url,
        'Bob',
        'room',
        CAMERA_ONLY,
      );
      await Promise.all([ada.setHidden(true), bob.setHidden(true)]);
      await using grace = await Visitor.joinToWatch(slow, url, 'Grace', 'room');
      await grace.seesInWidth('Ada', SMALLEST_WIDTH + 1, LARGEST_WIDTH);
      await grace.seesInWidth('Bob', SMALLEST_WIDTH + 1, LARGEST_WIDTH);

      quota.set(SLOW);
      await grace.seesInWidth('Ada', 1, SMALLEST_WIDTH);
      await grace.seesInWidth('Bob', 1, SMALLEST_WIDTH);

      quota.set(undefined);
      await grace.seesInWidth('Ada', SMALLEST_WIDTH + 1, LARGEST_WIDTH);
    } finally {
      quota.set(undefined);
      await Promise.all([fast.close(), slow.close(), server.close()]);
      await quota.close();
    }
  },
);

test(
  'a page on a slow device sends smaller pictures',
  { skip: noBrowser || noQuota },
  async () => {
    const quota = new CpuQuota();
    const [server, fast, slow] = await Promise.all([
      startServer(),
      launchBrowser(),
      launchBrowser(WILLING, quota),
    ]);
    const { url } = server;
    try {
      await using ada = await Visitor.join(slow, url, 'Ada', 'room');
      await using bob = await Visitor.joinToWatch(fast, url, 'Bob', 'room');
      await bob.seesInWidth('Ada', SMALLEST_WIDTH + 1, LARGEST_WIDTH);

      quota.set(SLOW_TO_SEND);
      await ada.activates(true, false, false);
      await bob.seesInWidth('Ada', 1, SMALLEST_WIDTH);
    } finally {
      quota.set(undefined);
      await Promise.all([fast.close(), slow.close(), server.close()]);
      await quota.close();
    }
  },
);
