import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';

import type { Browser } from 'playwright-core';

import { PROJECT_ROOT } from '../../lib/core/projectRoot.ts';
import type { Server } from '../../lib/Server.ts';
import {
  launchBrowser,
  noBrowser,
} from '../../tools/fixtures/browser/launch.ts';
import { ProtooClient } from '../../tools/fixtures/ProtooClient.ts';
import { startServer } from '../../tools/fixtures/server.ts';
import { bundle, runScript } from './script.ts';

/** A client that notes its states, with its place in the lobby. */
const ENTERING = `
  import { VideoconfSDK } from 'videoconf-sdk';
  const sdk = new VideoconfSDK({ displayName: 'Grace' });
  window.states = [];
  sdk.on('state', ({ state, position, endReason, error }) =>
    states.push([state, position, endReason, error?.message].filter(Boolean)));
  sdk.join('garden').then(
    () => { window.joined = true; },
    ({ code }) => { window.failed = code; },
  );
`;

describe('the SDK in a lobby', { skip: noBrowser }, () => {
  let server: Server;
  let browser: Browser;
  let ada: ProtooClient;

  before(async () => {
    execFileSync('sh', [path.join(PROJECT_ROOT, 'scripts/build-sdk')]);
    [server, browser] = await Promise.all([startServer(), launchBrowser()]);
    const { client } = await ProtooClient.join(server.url, 'garden', 'ada');
    ada = client;
    await ada.request('setLobby', { enabled: true });
  });

  after(async () => {
    await ada?.close();
    await Promise.all([browser?.close(), server?.close()]);
  });

  it('waits, and joins once it is let in', async () => {
    const page = await runScript(browser, server.url, await bundle(ENTERING));
    const { peerId } = await ada.notified('peerWaiting');
    await page.waitForFunction("states.at(-1)?.[0] === 'waiting'");
    assert.deepEqual(await page.evaluate('states'), [
      ['connecting'],
      ['waiting', 1],
    ]);
    await ada.request('admitPeer', { peerId: String(peerId) });
    await page.waitForFunction('window.joined');
    assert.deepEqual(await page.evaluate('states.map(([state]) => state)'), [
      'connecting',
      'waiting',
      'connected',
    ]);
    await page.context().close();
  });

  it('ends when it is turned away', async () => {
    ada.notifications.length = 0;
    const page = await runScript(browser, server.url, await bundle(ENTERING));
    const { peerId } = await ada.notified('peerWaiting');
    await ada.request('rejectPeer', { peerId: String(peerId) });
    await page.waitForFunction('window.failed');
    assert.equal(await page.evaluate('failed'), 'CLOSED');
    assert.deepEqual(await page.evaluate('states.at(-1)'), [
      'ended',
      'closed',
      'rejected: a moderator did not let the peer in',
    ]);
    await page.context().close();
  });
});
