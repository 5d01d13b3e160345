import { after, before, describe, it } from 'node:test';

import type { Browser } from 'playwright-core';

import type { Server } from '../../lib/Server.ts';
import {
  launchBrowser,
  noBrowser,
} from '../../tools/fixtures/browser/launch.ts';
import { Visitor } from '../../tools/fixtures/browser/Visitor.ts';
import { ProtooClient } from '../../tools/fixtures/ProtooClient.ts';
import { startServer } from '../../tools/fixtures/server.ts';
import { assertAccessible } from '../support/accessibility.ts';
import { inOrder } from '../support/inOrder.ts';
import { bearing, peerToken, tokensOnly } from '../support/peerToken.ts';

const ROOM = 'garden';

/** Others in the room, who need no browser. */
const CROWD = ['Grace', 'Mary', 'Jean'];

describe('the page by the rules of WCAG 2.2 AA', { skip: noBrowser }, () => {
  inOrder();

  let browser: Browser;
  let server: Server;
  let ada: Visitor;
  const clients: ProtooClient[] = [];

  before(async () => {
    [server, browser] = await Promise.all([
      startServer(tokensOnly),
      launchBrowser(),
    ]);
    ada = await open('ada', 'moderator');
  });

  after(async () => {
    await ada?.close();
    for (const client of clients) {
      await client.close();
    }
    await Promise.all([browser?.close(), server?.close()]);
  });

  function open(peerId: string, role = 'member'): Promise<Visitor> {
    return Visitor.open(browser, server.url, 'Ada', {
      room: ROOM,
      hash: `token=${peerToken(peerId, { room: ROOM, role })}`,
    });
  }

  async function enter(displayName: string): Promise<void> {
    const peerId = displayName.toLowerCase();
    const client = await ProtooClient.connect(
      server.url,
      ROOM,
      peerId,
      bearing(peerToken(peerId, { room: ROOM })),
    );
    clients.push(client);
    await client.request('joinRoom', { roomId: ROOM, peerId, displayName });
    await ada.tile(displayName).waitFor();
  }

  const accessible = (view: string) => assertAccessible(ada.page, view);

  it('lets users in', async () => {
    await using stranger = await Visitor.open(browser, server.url, 'Eve');
    await assertAccessible(stranger.page, 'the entrance');
    await stranger.button('Join').click();
    await assertAccessible(stranger.page, 'the entrance with a hint');
    await stranger.page.getByRole('textbox', { name: 'Room' }).fill('garden');
    await stranger.fillIn();
    await stranger.button('Join').click();
    await stranger.page.getByText('You could not join').waitFor();
    await assertAccessible(stranger.page, 'the entrance after a refusal');

    await ada.button('Devices').click();
    await ada.page.locator('#preview-devices').waitFor();
    await accessible('the preview');
  });

  it('shows the room and everyone in it', async () => {
    await ada.fillIn();
    await ada.button('Join').click();
    await ada.inRoom();
    await ada.ownTile('camera on').waitFor();
    await accessible('the room with one');
    await enter('Grace');
    await accessible('the room with two');
    const opened = ada.page.context().waitForEvent('page');
    await ada.button('Picture in picture').click();
    const small = await opened;
    await small.getByRole('listitem', { name: /^Grace,/ }).waitFor();
    await assertAccessible(small, 'picture in picture');
    await small.close();
    for (const name of CROWD.slice(1)) {
      await enter(name);
    }
    await accessible('the room with four');
    await ada.tile('Mary').hover();
    await ada.button('Pin Mary').click();
    await accessible('the room with a large tile');
  });

  it('shows panels beside the room', async () => {
    await ada.button('People').click();
    await ada.page.locator('.person-more').nth(1).click();
    await accessible('people');
    await ada.button('End meeting…').click();
    await accessible('a question');
    await ada.button('Cancel').click();
    await ada.button('Invite').click();
    await ada.button('Make a link').click();
    await ada.button('QR code').click();
    await ada.page.getByText('Scan it').waitFor();
    await accessible('an invitation');
    await ada.page.keyboard.press('Escape');
    await ada.button('Chat').click();
    await ada.page
      .getByLabel('Message', { exact: true })
      .fill('See https://example.org');
    await ada.button('Send').click();
    await ada.page.getByRole('link', { name: 'https://example.org' }).waitFor();
    await accessible('chat');
    await ada.button('Statistics').click();
    await ada.page.locator('.stats-table').first().waitFor();
    await accessible('statistics');
    await ada.button('Settings').click();
    await accessible('settings');
    await ada.button('Keyboard shortcuts').click();
    await accessible('the list of keys');
    await ada.page.keyboard.press('Escape');
    await ada.button('React').click();
    await accessible('reactions');
    await ada.button('Raise hand').click();
  });

  it('lets people wait, turns them away, and ends', async () => {
    await ada.button('People').click();
    await ada.page.getByLabel('Lobby: I let people in').check();
    await using bob = await open('bob');
    await bob.fillIn();
    await bob.button('Join').click();
    await bob.page.getByRole('heading', { name: 'You’ll be let in' }).waitFor();
    await assertAccessible(bob.page, 'the lobby');
    await ada.notice(/is waiting/).waitFor();
    await accessible('people who wait, and a notice');
    await ada.page.locator('.deny').click();
    await bob.page.getByText('did not let you in').waitFor();
    await assertAccessible(bob.page, 'the refusal');
    server.registry.rooms.get(ROOM)?.close('closed');
    await ada.button('Join again').waitFor();
    await accessible('the end');
  });
});
