import assert from 'node:assert/strict';
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
import { inOrder } from '../support/inOrder.ts';

describe('a page under a moderator', { skip: noBrowser }, () => {
  inOrder();

  let server: Server;
  let browser: Browser;
  let moderator: ProtooClient;
  let grace: Visitor;

  before(async () => {
    [server, browser] = await Promise.all([startServer(), launchBrowser()]);
    const { client } = await ProtooClient.join(server.url, 'garden', 'mo');
    moderator = client;
    grace = await Visitor.join(browser, server.url, 'Grace', 'garden');
  });

  after(async () => {
    await Promise.all([grace?.close(), moderator?.close()]);
    await Promise.all([browser?.close(), server?.close()]);
  });

  /** The newest track of the page with a source. */
  async function track(source: string): Promise<string> {
    const { producerId } = await moderator.notified(
      'newProducer',
      ({ appData }) => (appData as { source: string }).source === source,
    );
    return String(producerId);
  }

  /** Waits for a sentence on the page. */
  const says = (text: string | RegExp) =>
    grace.page.getByText(text).first().waitFor();

  it('shows that it was muted, and can unmute', async () => {
    const producerId = await track('mic');
    await moderator.request('muteProducer', { producerId });
    await says('A moderator has muted your microphone.');
    await grace.button('Unmute microphone').waitFor();
    await moderator.request('requestUnmute', { producerId });
    await says('A moderator asks you to turn on your microphone.');
    await grace.button('Unmute microphone').click();
    assert.equal(
      (await moderator.notified('producerResumed'))['producerId'],
      producerId,
    );
  });

  it('releases a camera that was stopped, and can send it again', async () => {
    const producerId = await track('camera');
    await moderator.request('closeProducerOf', { producerId });
    await says('A moderator has stopped your camera.');
    assert.deepEqual(await grace.openDevices(), ['audio']);
    moderator.notifications.length = 0;
    await grace.button('Start camera').click();
    assert.notEqual(await track('camera'), producerId);
  });

  it('shows texts of the operator of the server, and no other data', async () => {
    const room = server.registry.rooms.get('garden');
    room?.send({ lesson: 5 });
    room?.send({ text: '<b>Ends</b> in 5 minutes' });
    await says('From the host of this service: <b>Ends</b> in 5 minutes');
    room?.send('Good bye');
    await says('From the host of this service: Good bye');
    assert.equal(await grace.notice(/From the host/).count(), 1);
  });

  it('sees the more important notice first, though another came before', async () => {
    const { producerId } = await moderator.notified('newProducer');
    await moderator.request('requestUnmute', {
      producerId: String(producerId),
    });
    await grace.notice(/asks you to turn on/).waitFor();
    const texts = await grace.notice(/./).allTextContents();
    assert.equal(texts.length, 2);
    assert.match(texts[0] ?? '', /asks you to turn on/);
    assert.match(texts[1] ?? '', /From the host/);
  });

  it('says that the room is locked, and that it was removed', async () => {
    await moderator.request('lockRoom', { locked: true });
    const { peerId } = await moderator.notified('newProducer');
    await moderator.request('removePeer', { peerId: String(peerId) });
    await says('A moderator removed you from the room.');
    assert.deepEqual(await grace.openDevices(), []);
    await grace.button('Join again').click();
    await says('The room is locked.');
  });

  it('says that it was banned, now and at the next attempt', async () => {
    moderator.notifications.length = 0;
    await moderator.request('lockRoom', { locked: false });
    await grace.button('Join').click();
    const { peerId } = await moderator.notified('newProducer');
    await moderator.request('removePeer', {
      peerId: String(peerId),
      ban: true,
    });
    await says('A moderator removed you from the room and does not let you in');
    assert.ok(await grace.button('Join again').isHidden());
    await grace.button('Back to the entrance').click();
    await grace.button('Join').click();
    await says('A moderator has banned you from this room');
    // Bans last a day by default.
    await says(/You can join again after .+, \d+:\d\d/);
  });
});
