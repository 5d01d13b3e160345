import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';

import type { Browser } from 'playwright-core';

import type { Server } from '../../lib/Server.ts';
import {
  launchBrowser,
  noBrowser,
} from '../../tools/fixtures/browser/launch.ts';
import { Visitor } from '../../tools/fixtures/browser/Visitor.ts';
import { startServer } from '../../tools/fixtures/server.ts';
import { peerToken, tokensOnly } from '../support/peerToken.ts';

/** True once the user's own camera is shown in the lobby. */
const OWN_PICTURE = `document.querySelector('#lobby video').videoWidth > 0`;

describe('a page in a room with a lobby', { skip: noBrowser }, () => {
  let browser: Browser;
  let server: Server;

  before(async () => {
    [server, browser] = await Promise.all([
      startServer(tokensOnly),
      launchBrowser(),
    ]);
  });

  after(async () => {
    await Promise.all([browser?.close(), server?.close()]);
  });

  /** Opens the page with a token, and asks to join. */
  async function arrive(name: string, role = 'member'): Promise<Visitor> {
    const token = peerToken(name.toLowerCase(), { room: 'hall', role });
    const visitor = await Visitor.open(browser, server.url, name, {
      room: 'hall',
      hash: `token=${token}`,
    });
    await visitor.fillIn();
    await visitor.button('Join').click();
    return visitor;
  }

  async function waitOutside(name: string): Promise<Visitor> {
    const visitor = await arrive(name);
    await visitor.page
      .getByRole('heading', { name: 'You’ll be let in' })
      .waitFor();
    return visitor;
  }

  it('lets people in by either of two moderators, who come and go', async () => {
    await using ada = await arrive('Ada', 'moderator');
    await ada.button('People').click();
    await ada.page.getByLabel('Lobby: I let people in').check();
    await using bob = await waitOutside('Bob');
    await bob.until(OWN_PICTURE);
    await bob.page.getByText('You are next.').waitFor();
    await ada.notice(/Bob is waiting to be let in/).waitFor();
    await ada.button('Admit Bob').waitFor();

    await using mo = await arrive('Mo', 'moderator');
    await mo.notice(/Bob is waiting to be let in/).waitFor();
    await ada.button('Leave').click();
    await mo
      .notice(/Bob is waiting/)
      .getByRole('button')
      .click();
    await bob.seesAndHears('Mo');
    await mo.notice(/waiting/).waitFor({ state: 'detached' });

    await using grace = await arrive('Grace', 'moderator');
    await grace.tile('Bob').waitFor();
    await mo.button('Leave').click();
    await using eve = await waitOutside('Eve');
    await using dan = await waitOutside('Dan');
    await dan.page.getByText('1 person is waiting before you.').waitFor();
    await grace.notice(/2 people are waiting/).waitFor();
    await grace.button('People, 2 waiting').click();
    await grace.button('Deny Eve').click();
    await eve.page.getByText('A moderator did not let you in.').waitFor();
    assert.deepEqual(await eve.openDevices(), []);
    await dan.page.getByText('You are next.').waitFor();
    await dan.button('Leave').click();
    await dan.button('Join').waitFor();
    assert.deepEqual(await dan.openDevices(), []);
    await grace.button('People').waitFor();
    assert.equal(await grace.page.locator('#waiting-list .person').count(), 0);
    assert.equal(await grace.notice(/waiting/).count(), 0);
  });
});
