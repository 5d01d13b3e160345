import assert from 'node:assert/strict';
import { after, afterEach, before, describe, it } from 'node:test';

import type { Browser } from 'playwright-core';

import type { Server } from '../../lib/Server.ts';
import { startServer } from '../../tools/fixtures/server.ts';
import {
  launchBrowser,
  noBrowser,
} from '../../tools/fixtures/browser/launch.ts';
import { until } from '../support/until.ts';
import { Caller } from './Caller.ts';

const GROUP = 'Open door';

/** More than a busy machine takes to switch to the server, ms. */
const SWITCH_TIMEOUT = 30_000;

describe('a guest on the page of calls', { skip: noBrowser }, () => {
  let server: Server;
  let browser: Browser;
  let ada: Caller;
  let ben: Caller;
  let link: string;

  before(async () => {
    [server, browser] = await Promise.all([
      startServer({ calls: { switchTimeout: SWITCH_TIMEOUT } }),
      launchBrowser(),
    ]);
    [ada, ben] = await Promise.all([
      Caller.register(browser, server.url, 'Ada'),
      Caller.register(browser, server.url, 'Ben'),
    ]);
    await ada.starts(GROUP, [ben]);
    link = await ada.shares(GROUP);
  });

  afterEach(async () => {
    await Promise.all([ada, ben].map((it) => it.returnsHome()));
    await until('the end of all calls', () => server.calls.limitUse.used === 0);
  });

  after(async () => {
    await Promise.all([ada, ben].map((it) => it?.[Symbol.asyncDispose]()));
    await browser?.close();
    await server?.close();
  });

  it('comes by a share link, joins calls, and leaves no token behind', async () => {
    await using gil = await Caller.followsLink(browser, link, 'Gil');
    const { page } = gil.visitor;
    await gil.isIn();
    assert.equal(page.url(), `${server.url}call`);
    for (const text of ['New conversation', 'Log out', 'Your user ID is']) {
      assert.ok(await page.getByText(text).isHidden(), text);
    }
    await gil.press(`Join with video: ${GROUP}`);
    await gil.reads('There is no call right now.');

    await ada.calls(GROUP);
    await gil.reads('Ada is calling.');
    await gil.press('Accept');
    await Promise.all([
      ada.visitor.seesAndHears('Gil'),
      gil.visitor.seesAndHears('Ada'),
    ]);
    await Promise.all([ada.goes('Direct'), gil.goes('Direct')]);
    await page.reload();
    await gil.visitor.seesAndHears('Ada');
    await gil.press('Hang up');
    await ada.visitor.tile('Gil').waitFor({ state: 'detached' });

    await gil.press(`Join with video: ${GROUP}`);
    await ada.visitor.seesAndHears('Gil');
    await gil.press('Hang up');
    await gil.press('Leave');
    await gil.visitor.button('Join as guest').waitFor();
    await page.reload();
    await gil.visitor.button('Log in').waitFor();
  });

  it('is in a call by the server with two others', async () => {
    await using gil = await Caller.followsLink(browser, link, 'Gil');
    await gil.isIn();
    await ada.calls(GROUP);
    await ben.reads('Ada is calling.');
    await ben.press('Accept');
    await ada.visitor.seesAndHears('Ben');
    await gil.press('Accept');
    await Promise.all(
      [ada, ben, gil].map((it) => it.goes('Through the server')),
    );
    await Promise.all([
      ada.visitor.seesAndHears('Gil'),
      gil.visitor.seesAndHears('Ada'),
      gil.visitor.seesAndHears('Ben'),
    ]);
  });

  it('is told of a link that is not valid, and can log in instead', async () => {
    const address = `${server.url}call#share=unknown`;
    await using gil = await Caller.followsLink(browser, address, 'Gil');
    await gil.reads(
      'This invitation has expired. Ask the person who invited you for a new link.',
    );
    await gil.press('Log in instead');
    await gil.visitor.button('Log in').waitFor();
  });

  it('may have an account of another conversation', async () => {
    await using eve = await Caller.register(browser, server.url, 'Eve');
    const { page } = eve.visitor;
    await page.goto(link);
    await eve.asksIn();
    await eve.isIn();
    await eve.visitor.button(`Join with video: ${GROUP}`).waitFor();
    await eve.press('Leave');
    await eve.press('Back to your account');
    await eve.reads('Your user ID is');
  });
});
