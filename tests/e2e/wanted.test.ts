import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, describe, it } from 'node:test';

import type { Browser } from 'playwright-core';

import type { Server } from '../../lib/Server.ts';
import { startServer } from '../../tools/fixtures/server.ts';
import {
  launchBrowser,
  noBrowser,
} from '../../tools/fixtures/browser/launch.ts';
import { Visitor } from '../../tools/fixtures/browser/Visitor.ts';

/** More than a second of a camera. */
const PICTURES = 40;

/** In which a tile is so small that the smallest picture will do. */
const NARROW = { width: 320, height: 400 };

/** Grace sees two tiles of the same size. */
const IN_GRID = `localStorage.setItem('atrium', '{"selfInGrid": true}');`;

const NOTHING = [false, false, false];
const SMALLEST = [true, false, false];
const MIDDLING = [true, true, false];
const ALL = [true, true, true];

describe('a camera', { skip: noBrowser }, () => {
  let server: Server;
  let browser: Browser;
  let ada: Visitor;

  before(async () => {
    [server, browser] = await Promise.all([startServer(), launchBrowser()]);
  });

  after(async () => {
    await Promise.all([browser?.close(), server?.close()]);
  });

  beforeEach(async () => {
    ada = await Visitor.join(browser, server.url, 'Ada', 'garden');
  });

  afterEach(() => ada?.close());

  it('is not uploaded without viewers, and plays for the first one', async () => {
    await ada.activates(...NOTHING);
    await ada.sendsNothing(PICTURES);

    const grace = await Visitor.join(browser, server.url, 'Grace', 'garden');
    await grace.seesAndHears('Ada');
    await ada.activates(...ALL);
    const { bytes } = await ada.camera();

    await grace.close();
    await ada.tile('Grace').waitFor({ state: 'detached' });
    await ada.activates(...NOTHING);
    await ada.sendsNothing(PICTURES);
    const sent = await ada.camera();
    assert.ok(sent.bytes >= bytes && bytes > 0);

    await using mary = await Visitor.join(
      browser,
      server.url,
      'Mary',
      'garden',
    );
    await mary.seesAndHears('Ada');
  });

  it('is sent no larger than it is shown', async () => {
    await using grace = await Visitor.join(
      browser,
      server.url,
      'Grace',
      'garden',
      { viewport: NARROW, initScript: IN_GRID },
    );
    await grace.seesAndHears('Ada');
    await ada.activates(...SMALLEST);
    await grace.seesAndHears('Ada');

    // Three tiles in a window of the usual size.
    await using mary = await Visitor.join(
      browser,
      server.url,
      'Mary',
      'garden',
    );
    await mary.seesAndHears('Ada');
    await ada.activates(...MIDDLING);
    await grace.seesAndHears('Ada');
  });

  it('pauses for a hidden window, which keeps its sound', async () => {
    await using grace = await Visitor.join(
      browser,
      server.url,
      'Grace',
      'garden',
    );
    await grace.seesAndHears('Ada');
    await grace.setHidden(true);
    await ada.activates(...NOTHING);
    await ada.sendsNothing(PICTURES);
    const since = await grace.received('Ada');
    await grace.receives('Ada', { sound: true, since });

    await grace.setHidden(false);
    await grace.seesAndHears('Ada');
    await ada.activates(...ALL);
  });

  it('starts again with all layers after the media worker died', async () => {
    await ada.activates(...NOTHING);
    const users = await ada.iceUsers();
    const [alive] = server.pool.alive;
    assert.ok(alive);
    process.kill(alive.worker.pid, 'SIGKILL');
    await using grace = await Visitor.join(
      browser,
      server.url,
      'Grace',
      'garden',
    );
    await grace.seesAnew('Ada', users);
    await grace.seesAndHears('Ada');
    await ada.activates(...ALL);
  });
});
