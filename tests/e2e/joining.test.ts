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

describe('a join', { skip: noBrowser }, () => {
  let server: Server;
  let browser: Browser;
  let ada: Visitor;

  before(async () => {
    [server, browser] = await Promise.all([startServer(), launchBrowser()]);
    ada = await Visitor.join(browser, server.url, 'Ada', 'garden');
  });

  after(async () => {
    await ada?.close();
    await Promise.all([browser?.close(), server?.close()]);
  });

  /** The methods of the requests that a page has sent, in their order. */
  function methods({ sent }: Visitor): string[] {
    return sent.flatMap((text) => /"method":"(\w+)"/.exec(text)?.[1] ?? []);
  }

  function openGraces(): Promise<Visitor> {
    return Visitor.open(browser, server.url, 'Grace', { room: 'garden' });
  }

  it('takes one request until media is connected', async () => {
    await using grace = await openGraces();
    await grace.fillIn();
    await grace.button('Join').click();
    await Promise.all([ada.seesAndHears('Grace'), grace.seesAndHears('Ada')]);
    const sent = methods(grace);
    assert.equal(sent[0], 'joinRoom');
    for (const method of [
      'getRouterRtpCapabilities',
      'createWebRtcTransport',
      'getIceServers',
      'consume',
    ]) {
      assert.ok(!sent.includes(method), `${method} was sent`);
    }
    // Ada learns of Grace in the same way.
    assert.ok(!methods(ada).includes('consume'));
  });

  it('is repeated if the server has other codecs than expected', async () => {
    await using grace = await openGraces();
    await grace.page.route('**/rtp-capabilities', async (route) => {
      const response = await route.fetch();
      const { rtpCapabilities } = (await response.json()) as {
        rtpCapabilities: object;
      };
      await route.fulfill({
        response,
        json: { version: 'older', rtpCapabilities },
      });
    });
    await grace.fillIn();
    await grace.button('Join').click();
    await Promise.all([ada.seesAndHears('Grace'), grace.seesAndHears('Ada')]);
    const sent = methods(grace).slice(0, 3);
    assert.deepEqual(sent, ['joinRoom', 'leaveRoom', 'joinRoom']);
    assert.equal(await ada.tile('Grace').count(), 1);
  });

  it('asks for the codecs over its connection if it must', async () => {
    await using grace = await openGraces();
    await grace.page.route('**/rtp-capabilities', (route) => route.abort());
    await grace.fillIn();
    await grace.button('Join').click();
    await Promise.all([ada.seesAndHears('Grace'), grace.seesAndHears('Ada')]);
    const sent = methods(grace).slice(0, 2);
    assert.deepEqual(sent, ['getRouterRtpCapabilities', 'joinRoom']);
  });
});
