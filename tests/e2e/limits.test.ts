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

/** Less than any browser begins with, bit/s. */
const INCOMING_BITRATE = 100_000;

describe('a server with low limits per client', { skip: noBrowser }, () => {
  let server: Server;
  let browser: Browser;

  before(async () => {
    [server, browser] = await Promise.all([
      startServer({ limits: { incomingBitrate: INCOMING_BITRATE } }),
      launchBrowser(),
    ]);
  });

  after(async () => {
    await Promise.all([browser?.close(), server?.close()]);
  });

  it('is not exceeded by the page, which still works', async () => {
    await using ada = await Visitor.join(browser, server.url, 'Ada', 'attic');
    await using grace = await Visitor.join(
      browser,
      server.url,
      'Grace',
      'attic',
    );
    await grace.seesAndHears('Ada');
    assert.ok(
      await ada.page.evaluate(
        `atriumTest.narrowsTo(${INCOMING_BITRATE}, 20_000)`,
      ),
    );
    await grace.seesAndHears('Ada');
  });
});
