import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';

import jwt from 'jsonwebtoken';
import type { Browser } from 'playwright-core';

import type { Server } from '../../lib/Server.ts';
import { peerToken } from '../support/peerToken.ts';
import { startServer } from '../../tools/fixtures/server.ts';
import { SECRET, withTokens } from '../support/JsonClient.ts';
import {
  launchBrowser,
  noBrowser,
} from '../../tools/fixtures/browser/launch.ts';
import { Visitor } from '../../tools/fixtures/browser/Visitor.ts';

describe('a page opened with a token', { skip: noBrowser }, () => {
  let browser: Browser;
  let server: Server;

  before(async () => {
    server = await startServer({ auth: { ...withTokens.auth, mode: 'token' } });
    browser = await launchBrowser();
  });

  after(async () => {
    await browser?.close();
    await server?.close();
  });

  it('joins under the name in the token, and again after a reload', async () => {
    const token = jwt.sign({ room: 'garden', name: 'Ada Lovelace' }, SECRET, {
      algorithm: 'HS256',
      subject: 'ada',
      expiresIn: 60,
    });
    const ada = await Visitor.open(browser, server.url, 'Ada', {
      room: 'garden',
      hash: `token=${token}`,
    });
    await ada.button('Join').click();
    await ada.inRoom();
    const grace = await Visitor.open(browser, server.url, 'Grace', {
      room: 'garden',
      hash: `token=${jwt.sign({ room: 'garden' }, SECRET, { algorithm: 'HS256', subject: 'grace', expiresIn: 60 })}`,
    });
    await grace.fillIn();
    await grace.button('Join').click();
    await grace.inRoom();
    await grace.seesAndHears('Ada Lovelace');
    await ada.page.reload();
    await ada.button('Join').click();
    await ada.inRoom();
    await grace.seesAndHears('Ada Lovelace');
    await Promise.all([ada.close(), grace.close()]);
  });

  it('offers only what the token grants', async () => {
    const grants = { publish: ['mic'], subscribe: true, data: false };
    await using ada = await Visitor.open(browser, server.url, 'Ada', {
      room: 'garden',
      hash: `token=${peerToken('ada', { grants })}`,
    });
    await ada.fillIn();
    await ada.button('Join').click();
    await ada.button('Mute microphone').waitFor();
    for (const name of [
      'Start camera',
      'Stop camera',
      'Share screen',
      'Chat',
    ]) {
      assert.equal(await ada.button(name).count(), 0, name);
    }
    assert.equal(await ada.notice(/./).count(), 0);
    assert.deepEqual(await ada.openDevices(), ['audio']);
  });

  for (const [what, token, advice] of [
    ['no token', undefined, /requires a personal invitation link/],
    [
      'a forged token',
      peerToken('ada', {}, 'a secret of somebody else, long enough'),
      /link is not valid on this server/,
    ],
    ['a token that has ended', peerToken('ada', { exp: 1 }), /has expired/],
    [
      'a token for another room',
      peerToken('ada', { room: 'attic' }),
      /link is for another room/,
    ],
  ] as const) {
    it(`shows an error for ${what}, and does not retry`, async () => {
      await using ada = await Visitor.open(browser, server.url, 'Ada', {
        room: 'garden',
        ...(token !== undefined && { hash: `token=${token}` }),
      });
      let attempts = 0;
      ada.page.on('websocket', () => {
        attempts += 1;
      });
      await ada.page.clock.install();
      await ada.fillIn();
      await ada.button('Join').click();
      await ada.page.getByText(advice).waitFor();
      const made = attempts;
      await ada.page.clock.runFor(60_000);
      assert.equal(attempts, made);
      assert.ok(await ada.button('Join').isEnabled());
    });
  }
});
