import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';

import type { Browser } from 'playwright-core';

import { codePath } from '../../client/src/codePath.ts';
import type { Server } from '../../lib/Server.ts';
import {
  launchBrowser,
  noBrowser,
} from '../../tools/fixtures/browser/launch.ts';
import { DEVICES, Visitor } from '../../tools/fixtures/browser/Visitor.ts';
import { startServer } from '../../tools/fixtures/server.ts';
import { peerToken, tokensOnly } from '../support/peerToken.ts';

const HOUR = 3_600_000;

/** A sheet to share with, which browsers without a screen have none of. */
const SHEET = `navigator.share = async (shared) => { globalThis.shared = shared; };`;

/** Waits for the QR code on the page, which is that of a link. */
async function showsCode({ page }: Visitor, expected: string): Promise<void> {
  const code = page.getByRole('img', { name: 'QR code of the link' });
  await code.waitFor();
  const { size, path } = codePath(expected);
  assert.equal(await code.getAttribute('viewBox'), `0 0 ${size} ${size}`);
  assert.equal(await code.locator('path').getAttribute('d'), path);
}

function link({ page }: Visitor): Promise<string> {
  return page.getByLabel('Link', { exact: true }).inputValue();
}

describe('an invitation to an open room', { skip: noBrowser }, () => {
  let browser: Browser;
  let server: Server;

  before(async () => {
    [server, browser] = await Promise.all([startServer(), launchBrowser()]);
  });

  after(() => Promise.all([browser?.close(), server?.close()]));

  it('is a link to copy, to share, to mail and to scan', async () => {
    await using ada = await Visitor.joinToWatch(
      browser,
      server.url,
      'Ada',
      'garden',
      {
        permissions: [...DEVICES, 'clipboard-write'],
        initScript: SHEET,
        colorScheme: 'dark',
        viewport: { width: 320, height: 568 },
      },
    );
    const expected = new URL('?room=garden', server.url).href;
    assert.equal(await ada.copiesLink(), expected);
    await ada.button('Invite').click();
    await ada.page.getByText('Anyone with this link can join.').waitFor();
    assert.equal(await link(ada), expected);
    await ada.button('Share…').click();
    await ada.until('globalThis.shared !== undefined');
    assert.deepEqual(await ada.page.evaluate('shared'), {
      title: 'Meeting in garden',
      text: 'Join me in garden:',
      url: expected,
    });
    const mail = new URL(
      (await ada.page
        .getByRole('link', { name: 'Email' })
        .getAttribute('href')) ?? '',
    );
    assert.equal(mail.protocol, 'mailto:');
    assert.equal(mail.searchParams.get('subject'), 'Meeting in garden');
    assert.equal(
      mail.searchParams.get('body'),
      `Join me in garden:\n${expected}`,
    );
    await ada.button('QR code').click();
    await showsCode(ada, expected);
    const [content, view] = await ada.page.evaluate<[number, number]>(
      `[document.querySelector('#invite-dialog').scrollWidth, innerWidth]`,
    );
    assert.ok(content <= view, `${content} px wide on ${view} px`);
  });

  it('contains the key of an encrypted room, and says so', async () => {
    await using ada = await Visitor.open(browser, server.url, 'Ada', {
      room: 'secret',
      initScript: SHEET,
    });
    await ada.fillIn();
    await ada.page.getByRole('checkbox', { name: /encryption/ }).check();
    await ada.button('Join').click();
    await ada.inRoom();
    await ada.button('Invite').click();
    await ada.page.getByText('it contains the key').waitFor();
    assert.match(await link(ada), /#key=./);
    await ada.button('QR code').click();
    await showsCode(ada, await link(ada));
  });

  it('is left to be copied by hand where the browser withholds the clipboard', async () => {
    await using ada = await Visitor.joinToWatch(
      browser,
      server.url,
      'Ada',
      'hand',
      {
        initScript: `navigator.clipboard.writeText = () => Promise.reject(new Error('withheld'));`,
      },
    );
    await ada.button('Invite').click();
    // Without a sheet to share with, none is offered.
    assert.equal(await ada.button('Share…').count(), 0);
    await ada.page
      .getByRole('dialog')
      .getByRole('button', { name: 'Copy link' })
      .click();
    await ada.page.getByText('Copy the link from the field').waitFor();
    assert.equal(
      await ada.page.evaluate('getSelection().toString()'),
      await link(ada),
    );
  });
});

describe(
  'an invitation where the server requires tokens',
  { skip: noBrowser },
  () => {
    let browser: Browser;
    let server: Server;

    before(async () => {
      [server, browser] = await Promise.all([
        startServer({
          auth: {
            ...tokensOnly.auth,
            roomTokenLifetime: 8 * 3_600,
            roles: { member: { moderate: ['mute', 'invite', 'promote'] } },
          },
        }),
        launchBrowser(),
      ]);
    });

    after(() => Promise.all([browser?.close(), server?.close()]));

    function enter(
      name: string,
      room: string,
      role: string,
      token = peerToken(name.toLowerCase(), { room, role }),
    ): Promise<Visitor> {
      return Visitor.joinToWatch(browser, server.url, name, room, {
        hash: `token=${token}`,
      });
    }

    it('is made for one person by a moderator, in a role and for a time', async () => {
      await using ada = await enter('Ada', 'garden', 'moderator');
      await ada.button('Invite people').click();
      const [role, time] = ['Joins as', 'Good for'].map((label) =>
        ada.page.getByLabel(label),
      );
      assert.ok(role && time);
      // No longer than the server signs for.
      assert.deepEqual(await time.locator('option').allTextContents(), [
        '1 hour',
        '8 hours',
      ]);
      await role.selectOption('Guest');
      await time.selectOption('1 hour');
      const asked = Date.now();
      await ada.button('Make a link').click();
      await ada.page.getByText('This link lets in one person, until').waitFor();
      const first = new URL(await link(ada));
      const token = new URLSearchParams(first.hash.slice(1)).get('token') ?? '';
      const { exp } = JSON.parse(
        Buffer.from(token.split('.')[1] ?? '', 'base64url').toString(),
      ) as { exp: number };
      assert.ok(Math.abs(exp * 1_000 - asked - HOUR) < 60_000, String(exp));
      await ada.button('QR code').click();
      await showsCode(ada, first.href);

      // Another choice takes back what was made for the last one.
      await role.selectOption('Moderator');
      await ada.button('Copy link').waitFor({ state: 'detached' });
      await ada.button('Make a link').click();
      await ada.button('Make another link').waitFor();
      assert.notEqual(await link(ada), first.href);

      await using bob = await enter('Bob', 'garden', '', token);
      await ada.page
        .locator('#invite-dialog .announcer')
        .filter({ hasText: 'Bob has joined' })
        .waitFor({ state: 'attached' });
      // The seat with the button that opened the dialog is gone.
      await ada.page.keyboard.press('Escape');
      await ada.until(`document.activeElement.id === 'invite-button'`);
      await ada.tile('Bob').waitFor();
      assert.deepEqual(
        Array.from(
          server.registry.rooms.get('garden')?.peers.values() ?? [],
          ({ displayName, rights }) => [displayName, rights.role],
        ),
        [
          ['Ada', 'moderator'],
          ['Bob', 'guest'],
        ],
      );
      await bob.button('Invite').click();
      await bob.page
        .getByRole('dialog')
        .getByText('Everyone needs a personal invitation')
        .waitFor();
      for (const name of ['Copy link', 'Make a link']) {
        assert.equal(await bob.button(name).count(), 0);
      }
    });

    it('gives no role above that of the user', async () => {
      await using mary = await enter('Mary', 'court', 'member');
      await using jean = await enter('Jean', 'court', 'member');
      await jean.tile('Mary').waitFor();
      await mary.button('Invite').click();
      const role = mary.page.getByLabel('Joins as');
      assert.deepEqual(await role.locator('option:enabled').allTextContents(), [
        'Guest',
        'Member',
      ]);
      // The server has the last word, and the user is told.
      await mary.page.evaluate(`{
        const option = document.querySelector('#invite-role [value=moderator]');
        option.disabled = option.hidden = false;
      }`);
      await role.selectOption('Moderator');
      await mary.button('Make a link').click();
      await mary.page
        .getByText('You are not allowed to do that in this room')
        .waitFor();
      await mary.until(`document.activeElement.id === 'invite-make'`);
      // Nor does she make moderators of those who are in the room.
      await mary.page.keyboard.press('Escape');
      await mary.button('People').click();
      await mary.page.locator('#people-list').getByText('Jean').waitFor();
      assert.equal(await mary.button('Actions for Jean').count(), 0);
    });

    it('has an empty room say how others get in', async () => {
      await using eve = await enter('Eve', 'empty', 'guest');
      await eve.page
        .getByText('Everyone needs a personal invitation')
        .waitFor();
      for (const name of ['Copy link', 'Invite people']) {
        assert.equal(await eve.button(name).count(), 0);
      }
    });
  },
);
