import assert from 'node:assert/strict';
import process from 'node:process';
import { after, afterEach, before, beforeEach, describe, it } from 'node:test';

import type { Browser } from 'playwright-core';

import type { Server } from '../../lib/Server.ts';
import { startServer } from '../../tools/fixtures/server.ts';
import {
  launchBrowser,
  noBrowser,
} from '../../tools/fixtures/browser/launch.ts';
import { Visitor } from '../../tools/fixtures/browser/Visitor.ts';
import { Wire } from '../support/Wire.ts';

/** Frames that come in five seconds at ten a second, the least that is sent. */
const FIVE_SECONDS = 50;

/**
 * From the death of a worker to moving pictures on a busy machine, ms. Clients that
 * had to notice it by themselves would take longer.
 */
const RECOVERY = 10_000;

describe('a session during faults', { skip: noBrowser }, () => {
  let browser: Browser;
  let server: Server;
  let wire: Wire;
  let ada: Visitor;
  let grace: Visitor;

  before(async () => {
    browser = await launchBrowser();
  });

  after(() => browser?.close());

  beforeEach(async () => {
    server = await startServer();
    wire = await Wire.to(server.url);
    ada = await Visitor.join(browser, server.url, 'Ada', 'garden');
    grace = await Visitor.join(browser, wire.url, 'Grace', 'garden');
    await Promise.all([ada.seesAndHears('Grace'), grace.seesAndHears('Ada')]);
  });

  afterEach(async () => {
    await Promise.all([ada?.close(), grace?.close()]);
    await wire?.close();
    await server?.close();
  });

  it('keeps playing while the connection is cut, and resumes it', async () => {
    const { peers } = server.registry.get('garden');
    const before = new Map(peers);
    const transports = await grace.iceUsers();
    await wire.cut();
    await grace.notice(/connection to the server was lost/).waitFor();
    const since = [await ada.received('Grace'), await grace.received('Ada')];
    await Promise.all([
      ada.receives('Grace', { frames: FIVE_SECONDS, since: since[0] }),
      grace.receives('Ada', { frames: FIVE_SECONDS, since: since[1] }),
    ]);
    await wire.mend();
    await grace.notice(/connection/).waitFor({ state: 'detached' });
    await Promise.all([ada.seesAndHears('Grace'), grace.seesAndHears('Ada')]);
    assert.deepEqual(new Map(peers), before, 'the very same peers');
    assert.deepEqual(
      await grace.iceUsers(),
      transports,
      'over the very same transports',
    );
    // Later requests use the new connection.
    await grace.button('Mute microphone').click();
    await ada.tile('Grace', 'microphone muted').waitFor();
  });

  it('keeps its stay when a request loses its answer', async () => {
    const { peers } = server.registry.get('garden');
    const before = new Map(peers);
    wire.freeze();
    await grace.button('Mute microphone').click();
    await wire.cut();
    await grace.notice(/connection to the server was lost/).waitFor();
    await wire.mend();
    await ada.tile('Grace', 'microphone muted').waitFor();
    assert.deepEqual(new Map(peers), before, 'the very same peers');
    await Promise.all([
      ada.seesAndDoesNotHear('Grace'),
      grace.seesAndHears('Ada'),
    ]);
  });

  it('plays again soon after its worker died', async (t) => {
    const worker = server.pool.alive[0]?.worker;
    assert.ok(worker);
    const [adas, graces] = [await ada.iceUsers(), await grace.iceUsers()];
    process.kill(worker.pid, 'SIGKILL');
    const killed = performance.now();
    await Promise.all([
      ada.seesAnew('Grace', adas),
      grace.seesAnew('Ada', graces),
    ]);
    const took = performance.now() - killed;
    t.diagnostic(`moving again after ${took.toFixed(0)} ms`);
    assert.ok(took < RECOVERY, `it took ${took.toFixed(0)} ms`);
    await Promise.all([ada.seesAndHears('Grace'), grace.seesAndHears('Ada')]);
    assert.equal(await ada.notice(/./).count(), 0);
    assert.equal(server.registry.get('garden').peers.size, 2);
  });
});
