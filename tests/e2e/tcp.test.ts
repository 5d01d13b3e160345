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

describe('two people on networks without UDP', { skip: noBrowser }, () => {
  let server: Server;
  let browser: Browser;

  before(async () => {
    [server, browser] = await Promise.all([
      startServer({ rtc: { udp: false } }),
      launchBrowser(),
    ]);
  });

  after(async () => {
    await Promise.all([browser?.close(), server?.close()]);
  });

  it('see and hear each other over TCP', async () => {
    await using ada = await Visitor.join(browser, server.url, 'Ada', 'garden');
    await using grace = await Visitor.join(
      browser,
      server.url,
      'Grace',
      'garden',
    );
    await Promise.all([ada.seesAndHears('Grace'), grace.seesAndHears('Ada')]);
    // One transport to send over, and one to receive over.
    assert.deepEqual(await ada.page.evaluate('atriumTest.protocols()'), [
      'tcp',
      'tcp',
    ]);
  });
});
