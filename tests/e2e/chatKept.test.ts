import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, describe, it } from 'node:test';

import type { Browser } from 'playwright-core';

import { newKey } from '../../sdk/src/core/e2ee/key.ts';
import type { Server } from '../../lib/Server.ts';
import { startServer } from '../../tools/fixtures/server.ts';
import {
  launchBrowser,
  noBrowser,
  SPARSE,
} from '../../tools/fixtures/browser/launch.ts';
import { Visitor } from '../../tools/fixtures/browser/Visitor.ts';
import { openChats, reads, say, written } from './chatting.ts';

/** Records notifications and what was asked of the user. */
const NOTIFICATIONS = `
  globalThis.notifications = [];
  globalThis.asked = 0;
  globalThis.permission = 'default';
  globalThis.Notification = class extends EventTarget {
    static get permission() { return globalThis.permission; }
    static requestPermission() {
      globalThis.asked += 1;
      globalThis.permission = 'granted';
      return Promise.resolve('granted');
    }
    constructor(title, { body }) {
      super();
      globalThis.notifications.push([title, body]);
    }
    close() {}
  };
`;

describe('messages of a chat', { skip: noBrowser }, () => {
  let browser: Browser;
  let server: Server;

  const join = (name: string, options = {}): Promise<Visitor> =>
    Visitor.joinToWatch(browser, server.url, name, 'garden', options);

  before(async () => {
    browser = await launchBrowser(SPARSE);
  });

  after(() => browser?.close());

  beforeEach(async () => {
    server = await startServer();
  });

  afterEach(() => server?.close());

  for (const [kind, options] of [
    ['', {}],
    [', encrypted', { hash: `key=${newKey()}` }],
  ] as const) {
    it(`reach those who come later, also of people who have left${kind}`, async () => {
      await using ada = await join('Ada', options);
      await using bob = await join('Bob', options);
      await openChats(ada, bob);
      for (let number = 1; number <= 12; number += 1) {
        await say(bob, `Message ${number} ${'é'.repeat(1_500)}`);
      }
      await say(ada, 'Noted');
      await reads(bob, 'Ada', 'Noted');
      await bob.button('Leave').click();
      await ada.tile('Bob').waitFor({ state: 'detached' });

      await using grace = await join('Grace', options);
      await openChats(ada, grace);
      await reads(grace, 'Ada', 'Noted');
      assert.deepEqual(await written(grace), await written(ada));
      assert.equal((await written(grace)).length, 13);
      assert.equal(
        await grace.page.locator('.chat-via').first().textContent(),
        'via Ada',
      );
      assert.ok(
        grace.sent.every((it) => !it.includes('Noted')),
        'no message goes over signalling in the clear',
      );
    });

    it(`outlive a reload, and not the user's leaving${kind}`, async () => {
      await using ada = await join('Ada', options);
      await openChats(ada);
      await say(ada, 'A note to myself');
      await reads(ada, 'Ada', 'A note to myself');
      await ada.page.reload();
      const kept = await ada.page.evaluate<string | null>(
        `sessionStorage.getItem('atrium.chat')`,
      );
      assert.ok(kept !== null);
      await ada.fillIn();
      await ada.button('Join').click();
      await ada.inRoom();
      await openChats(ada);
      await reads(ada, 'Ada', 'A note to myself');
      assert.equal(
        await ada.page.locator('.chat-message').getAttribute('data-self'),
        'true',
      );
      await ada.button('Leave').click();
      await ada.button('Join').waitFor();
      assert.equal(
        await ada.page.evaluate(`sessionStorage.getItem('atrium.chat')`),
        null,
      );
      await ada.button('Join').click();
      await ada.inRoom();
      await openChats(ada);
      assert.deepEqual(await written(ada), []);
    });
  }

  it('are gone for all once they are cleared, also for one who was away', async () => {
    await using ada = await join('Ada');
    await using grace = await join('Grace');
    await openChats(ada, grace);
    await say(grace, 'Not for the record');
    await reads(ada, 'Grace', 'Not for the record');
    await grace.page.goto(server.url);
    await ada.button('People').click();
    await ada.button('Clear chat').click();
    await ada.button('Chat').click();
    await ada.page.getByText('A moderator has cleared the chat.').waitFor();
    assert.deepEqual(await written(ada), []);

    await grace.page.goto(new URL('?room=garden', server.url).href);
    await grace.fillIn();
    await grace.button('Join').click();
    await grace.inRoom();
    await openChats(ada, grace);
    await say(ada, 'Next point');
    await reads(grace, 'Ada', 'Next point');
    await grace.page
      .getByText('Not for the record')
      .waitFor({ state: 'detached' });
    assert.deepEqual(await written(grace), [['Ada', 'Next point']]);

    await using mary = await join('Mary');
    await openChats(ada, grace, mary);
    await reads(mary, 'Ada', 'Next point');
    assert.deepEqual(await written(mary), [['Ada', 'Next point']]);
  });

  it('have several lines and links, and never run a script', async () => {
    await using ada = await join('Ada');
    await using grace = await join('Grace');
    await openChats(ada, grace);
    const field = ada.page.getByLabel('Message', { exact: true });
    await field.fill(
      '<img src=x onerror="alert(1)">\nhttps://atrium.test/a"onclick="alert(1)',
    );
    await field.press('Shift+Enter');
    await field.pressSequentially('javascript:alert(1)');
    await field.press('Enter');
    const link = grace.page.locator('.chat-text a');
    await link.waitFor();
    assert.equal(
      await grace.page.locator('.chat-text').innerText(),
      '<img src=x onerror="alert(1)">\nhttps://atrium.test/a"onclick="alert(1)\njavascript:alert(1)',
    );
    assert.deepEqual(
      await link.evaluateAll((links) =>
        links.map((it) =>
          Object.fromEntries(
            [...it.attributes].map(({ name, value }) => [name, value]),
          ),
        ),
      ),
      [
        {
          href: 'https://atrium.test/a',
          title: 'https://atrium.test/a',
          target: '_blank',
          rel: 'noopener noreferrer',
        },
      ],
    );
    assert.equal(await grace.page.locator('.chat-log img').count(), 0);
  });

  it('cause notifications while the tab is hidden, if the user wants them', async () => {
    await using ada = await join('Ada');
    await using grace = await join('Grace', { initScript: NOTIFICATIONS });
    await openChats(ada, grace);
    const told = () => grace.page.evaluate<unknown>('[asked, notifications]');
    await grace.setHidden(true);
    await say(ada, 'Unasked');
    await reads(grace, 'Ada', 'Unasked');
    assert.deepEqual(await told(), [0, []]);
    const button = grace.button('Notify me');
    await button.click();
    assert.equal(await button.getAttribute('aria-pressed'), 'true');
    await say(ada, 'Come back');
    await reads(grace, 'Ada', 'Come back');
    assert.deepEqual(await told(), [1, [['Ada · Atrium', 'Come back']]]);
    await grace.setHidden(false);
    await say(ada, 'Hello');
    await reads(grace, 'Ada', 'Hello');
    await button.click();
    await grace.setHidden(true);
    await say(ada, 'Unwanted');
    await reads(grace, 'Ada', 'Unwanted');
    assert.deepEqual(await told(), [1, [['Ada · Atrium', 'Come back']]]);
  });

  it('are sent only once the receivers have them', async () => {
    await using ada = await join('Ada');
    await using grace = await join('Grace');
    await openChats(ada, grace);
    await say(ada, 'First');
    const sent = ada.page.locator('[data-delivery="sent"]');
    await sent.waitFor();
    assert.ok(grace.sent.some((it) => it.includes('"got":[')));
    await using bob = await join('Bob', {
      // A page whose receipts are lost.
      initScript: `
        const send = WebSocket.prototype.send;
        WebSocket.prototype.send = function (frame) {
          if (!String(frame).includes('"got":[')) send.call(this, frame);
        };`,
    });
    await openChats(ada, grace, bob);
    await say(ada, 'Second');
    await reads(bob, 'Ada', 'Second');
    await ada.page
      .locator('.chat-delivery')
      .getByText('Not delivered to Bob')
      .waitFor();
  });
});
