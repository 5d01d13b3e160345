import assert from 'node:assert/strict';
import process from 'node:process';
import { after, afterEach, before, beforeEach, describe, it } from 'node:test';

import type { Browser } from 'playwright-core';

import { newKey } from '../../sdk/src/core/e2ee/key.ts';
import type { Server } from '../../lib/Server.ts';
import { ProtooClient } from '../../tools/fixtures/ProtooClient.ts';
import { startServer } from '../../tools/fixtures/server.ts';
import {
  launchBrowser,
  noBrowser,
  SPARSE,
} from '../../tools/fixtures/browser/launch.ts';
import { Visitor } from '../../tools/fixtures/browser/Visitor.ts';
import { openChats, reads, say, written } from './chatting.ts';
import { Wire } from '../support/Wire.ts';

describe('a chat', { skip: noBrowser }, () => {
  let browser: Browser;
  let server: Server;
  let wire: Wire;

  before(async () => {
    // A chat needs no camera.
    browser = await launchBrowser(SPARSE);
  });

  after(() => browser?.close());

  beforeEach(async () => {
    server = await startServer();
    wire = await Wire.to(server.url);
  });

  afterEach(async () => {
    await wire?.close();
    await server?.close();
  });

  it('uses data channels, both ways and to later members', async () => {
    await using ada = await Visitor.join(browser, server.url, 'Ada', 'garden');
    await using grace = await Visitor.join(
      browser,
      server.url,
      'Grace',
      'garden',
    );
    await openChats(ada, grace);
    await say(ada, 'Hello <b>Grace</b> & all');
    await reads(grace, 'Ada', 'Hello <b>Grace</b> & all');
    await say(grace, 'Hello Ada');
    await reads(ada, 'Grace', 'Hello Ada');

    await using mary = await Visitor.join(
      browser,
      server.url,
      'Mary',
      'garden',
    );
    await openChats(ada, grace, mary);
    await say(mary, 'Good evening');
    await Promise.all([
      reads(ada, 'Mary', 'Good evening'),
      reads(grace, 'Mary', 'Good evening'),
    ]);
    await say(ada, 'Welcome');
    await Promise.all([
      reads(mary, 'Ada', 'Welcome'),
      reads(grace, 'Ada', 'Welcome'),
    ]);
    assert.deepEqual(await written(ada), [
      ['Ada', 'Hello <b>Grace</b> & all'],
      ['Grace', 'Hello Ada'],
      ['Mary', 'Good evening'],
      ['Ada', 'Welcome'],
    ]);
    await reads(mary, 'Grace', 'Hello Ada');
    assert.deepEqual(await written(mary), await written(ada));

    const { data } = await server.pool.traffic.sample();
    assert.deepEqual([data.in.messages, data.out.messages], [4, 6]);
    for (const { sent } of [ada, grace, mary]) {
      assert.ok(sent.some((text) => text.includes('"produceData"')));
      assert.ok(sent.every((text) => !text.includes('Hello')));
    }
  });

  it('keeps many messages in a row in their order, and loses none', async () => {
    await using ada = await Visitor.joinToWatch(
      browser,
      server.url,
      'Ada',
      'garden',
    );
    await using grace = await Visitor.joinToWatch(
      browser,
      server.url,
      'Grace',
      'garden',
    );
    await openChats(ada, grace);
    const texts = Array.from({ length: 50 }, (_, index) => `Line ${index}`);
    await Promise.all(
      [ada, grace].map(async (it) => {
        for (const text of texts) {
          await say(it, text);
        }
      }),
    );
    for (const [reader, writer] of [
      [ada, 'Grace'],
      [grace, 'Ada'],
    ] as const) {
      await reads(reader, writer, 'Line 49');
      for (const name of ['Ada', 'Grace']) {
        const all = (await written(reader)).filter(([by]) => by === name);
        assert.deepEqual(
          all.map(([, text]) => text),
          texts,
          `${name}’s, as ${reader.name} reads them`,
        );
      }
    }
  });

  it('counts unread messages, and works with the keyboard alone', async () => {
    await using ada = await Visitor.join(browser, server.url, 'Ada', 'garden');
    await using grace = await Visitor.join(
      browser,
      server.url,
      'Grace',
      'garden',
    );
    await openChats(ada, grace);
    await grace.page.keyboard.press('Escape');
    const button = grace.page.locator(':focus');
    assert.equal(await button.getAttribute('aria-label'), 'Chat');
    await say(ada, 'One');
    await grace.button('Chat, 1 new message').waitFor();
    await say(ada, 'Two');
    await grace.button('Chat, 2 new messages').waitFor();
    await grace.page
      .locator('#announcer')
      .filter({ hasText: 'Ada wrote: Two' })
      .waitFor({ state: 'attached' });
    await grace.page.keyboard.press('Enter');
    await reads(grace, 'Ada', 'One');
    assert.equal(await grace.page.getByRole('log').isVisible(), true);
    await grace.button('Chat').waitFor();
    await grace.page.keyboard.type('Three');
    await grace.page.keyboard.press('Enter');
    await reads(ada, 'Grace', 'Three');
  });

  it('continues while the connection is cut, and after the worker has died', async () => {
    await using ada = await Visitor.join(browser, server.url, 'Ada', 'garden');
    await using grace = await Visitor.join(
      browser,
      wire.url,
      'Grace',
      'garden',
    );
    await openChats(ada, grace);
    await wire.cut();
    await grace.notice(/connection to the server was lost/).waitFor();
    await say(grace, 'Can you read this?');
    await reads(ada, 'Grace', 'Can you read this?');
    await wire.mend();
    await grace.notice(/connection/).waitFor({ state: 'detached' });
    await say(ada, 'Yes');
    await reads(grace, 'Ada', 'Yes');

    const users = [await ada.iceUsers(), await grace.iceUsers()];
    for (const { worker } of server.pool.alive) {
      process.kill(worker.pid, 'SIGKILL');
    }
    await Promise.all([
      ada.opensChannels(2, users[0]),
      grace.opensChannels(2, users[1]),
    ]);
    await say(ada, 'And now?');
    await reads(grace, 'Ada', 'And now?');
    await say(grace, 'Still here');
    await reads(ada, 'Grace', 'Still here');
    assert.equal((await written(ada)).length, 4);
    assert.equal(server.pool.deaths, 1);
  });

  it('includes members who return over a new connection', async () => {
    await using ada = await Visitor.join(browser, server.url, 'Ada', 'garden');
    await using grace = await Visitor.join(
      browser,
      server.url,
      'Grace',
      'garden',
    );
    await openChats(ada, grace);
    await say(grace, 'Before');
    await reads(ada, 'Grace', 'Before');
    await grace.button('Leave').click();
    await ada.tile('Grace').waitFor({ state: 'detached' });
    await grace.button('Join').click();
    await grace.inRoom();
    await openChats(ada, grace);
    await reads(grace, 'Grace', 'Before');
    await say(grace, 'After');
    await reads(ada, 'Grace', 'After');
    await say(ada, 'Welcome back');
    await reads(grace, 'Ada', 'Welcome back');
  });

  it('shows messages of clients without data channels', async () => {
    await using ada = await Visitor.join(browser, server.url, 'Ada', 'garden');
    const { client } = await ProtooClient.join(server.url, 'garden', 'bell', {
      displayName: 'Bell',
    });
    await client.request('sendMessage', { data: { text: 'Five minutes' } });
    await client.request('sendMessage', { data: { text: { no: 'text' } } });
    await client.request('sendMessage', { data: 'none' });
    await ada.button('Chat, 1 new message').click();
    await reads(ada, 'Bell', 'Five minutes');
    await client.close();
  });

  it('delivers queued messages as soon as another member joins', async () => {
    const watch = (name: string): Promise<Visitor> =>
      Visitor.joinToWatch(browser, server.url, name, 'fresh');
    await using ada = await watch('Ada');
    await ada.button('Chat').click();
    await ada.page.getByLabel('Message', { exact: true }).fill('First');
    await using grace = await watch('Grace');
    await ada.tile('Grace').waitFor();
    await ada.page.keyboard.press('Enter');
    await grace.page.getByRole('button', { name: /^Chat/ }).click();
    await say(grace, 'Me too');
    await Promise.all([
      reads(grace, 'Ada', 'First'),
      reads(ada, 'Grace', 'Me too'),
    ]);
    for (const { page } of [ada, grace]) {
      await page
        .locator('.chat-message[data-self="true"][data-delivery="sent"]')
        .waitFor();
    }
    assert.equal((await written(ada)).length, 2);
    assert.equal((await written(grace)).length, 2);
  });

  it('marks undelivered messages, and sends them again', async () => {
    const { client: bell } = await ProtooClient.join(
      server.url,
      'deaf',
      'bell',
      { displayName: 'Bell', device: { flag: 'atrium' } },
    );
    await using ada = await Visitor.joinToWatch(
      browser,
      server.url,
      'Ada',
      'deaf',
    );
    await ada.tile('Bell').waitFor();
    await ada.button('Chat').click();
    await say(ada, 'Anybody?');
    const fate = ada.page.locator('.chat-delivery');
    await fate.getByText('Not delivered to Bell').waitFor();
    await fate.getByRole('button', { name: 'Send again' }).click();
    await fate.getByText('Sending…').waitFor();
    const channel = await bell.notified('newDataProducer');
    await bell.request('sendMessage', {
      to: [channel['peerId']],
      data: { hears: channel['dataProducerId'] },
    });
    await fate.waitFor({ state: 'hidden' });
    const { data } = await server.pool.traffic.sample();
    assert.equal(data.in.messages, 3);
    await bell.close();
  });

  it('is encrypted if the room is', async () => {
    const withKey = { hash: `key=${newKey()}` };
    const withOtherKey = { hash: `key=${newKey()}` };
    const join = (name: string, options: object) =>
      Visitor.join(browser, server.url, name, 'locked', options);
    await using ada = await join('Ada', withKey);
    await using grace = await join('Grace', withKey);
    await using eve = await join('Eve', withOtherKey);
    await openChats(ada, grace, eve);
    await say(eve, 'Let me in');
    await say(ada, 'A secret');
    await reads(grace, 'Ada', 'A secret');
    await say(grace, 'Kept');
    await reads(ada, 'Grace', 'Kept');
    const { data } = await server.pool.traffic.sample();
    assert.deepEqual([data.in.messages, data.out.messages], [3, 6]);
    assert.deepEqual(await written(eve), [['Eve', 'Let me in']]);
    assert.deepEqual(await written(ada), [
      ['Ada', 'A secret'],
      ['Grace', 'Kept'],
    ]);
  });
});
