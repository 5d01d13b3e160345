import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';

import type { Browser, Page } from 'playwright-core';

import { PROJECT_ROOT } from '../../lib/core/projectRoot.ts';
import type { Server } from '../../lib/Server.ts';
import {
  launchBrowser,
  noBrowser,
} from '../../tools/fixtures/browser/launch.ts';
import { ProtooClient } from '../../tools/fixtures/ProtooClient.ts';
import { startServer } from '../../tools/fixtures/server.ts';
import { bundle, runScript } from './script.ts';

/** A client that notes what the operator sends, and how its joins end. */
const ENTERING = `
  import { VideoconfSDK } from 'videoconf-sdk';
  const sdk = new VideoconfSDK({ displayName: 'Grace' });
  window.told = [];
  window.ends = [];
  sdk.on('server-message', ({ data }) => told.push(data));
  sdk.on('message', (message) => told.push(message));
  sdk.on('state', ({ state, endReason, error }) => {
    if (state === 'ended') {
      ends.push([endReason, error.code, error.final, error.closing]);
    }
  });
  window.join = () => sdk.join('garden').catch(({ code }) => code);
  join().then(() => { window.joined = true; });
`;

describe('the SDK in a room under control', { skip: noBrowser }, () => {
  let server: Server;
  let browser: Browser;
  let ada: ProtooClient;
  let page: Page;

  before(async () => {
    execFileSync('sh', [path.join(PROJECT_ROOT, 'scripts/build-sdk')]);
    [server, browser] = await Promise.all([startServer(), launchBrowser()]);
    const { client } = await ProtooClient.join(server.url, 'garden', 'ada');
    ada = client;
    page = await runScript(browser, server.url, await bundle(ENTERING));
    await page.waitForFunction('window.joined');
  });

  after(async () => {
    await ada?.close();
    await Promise.all([browser?.close(), server?.close()]);
  });

  it('receives what the operator of the server sends', async () => {
    const room = server.registry.rooms.get('garden');
    room?.send({ lesson: 'ends in 5 minutes' });
    room?.send('good bye');
    await page.waitForFunction('told.length === 2');
    assert.deepEqual(await page.evaluate('told'), [
      { lesson: 'ends in 5 minutes' },
      'good bye',
    ]);
  });

  it('is told that it was banned, and is refused from then on', async () => {
    const { peerId } = await ada.notified('peerJoined');
    await ada.request('removePeer', { peerId: String(peerId), ban: true });
    await page.waitForFunction('ends.length === 1');
    assert.equal(await page.evaluate('join()'), 'BANNED');
    assert.deepEqual(await page.evaluate('ends'), [
      ['closed', 'CLOSED', true, 'banned'],
      ['refused', 'BANNED', true, undefined],
    ]);
  });
});
