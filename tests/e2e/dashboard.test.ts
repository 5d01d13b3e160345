import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';

import type { Browser, Page } from 'playwright-core';

import type { Server } from '../../lib/Server.ts';
import {
  launchBrowser,
  noBrowser,
} from '../../tools/fixtures/browser/launch.ts';
import { ProtooClient } from '../../tools/fixtures/ProtooClient.ts';
import { rtpCapabilities } from '../../tools/fixtures/rtp.ts';
import { startServer } from '../../tools/fixtures/server.ts';
import { apiKey, rootKey } from '../support/apiKeys.ts';
import { sendAudio } from '../support/protooMembers.ts';

const reader = apiKey(
  'reader',
  'rooms:read',
  'bans:read',
  'audit:read',
  'nodes:read',
  'events:read',
);

const narrow = apiKey('narrow', 'bans:read');

describe('the dashboard of operators', { skip: noBrowser }, () => {
  let server: Server;
  let browser: Browser;

  before(async () => {
    [server, browser] = await Promise.all([
      startServer({
        ops: { port: 0, historyInterval: 1_000 },
        auth: { apiKeys: [rootKey.entry, reader.entry, narrow.entry] },
      }),
      launchBrowser(),
    ]);
  });

  after(async () => {
    await browser?.close();
    await server?.close();
  });

  /** A window with the dashboard, and what its console and its requests have. */
  async function open(hash = '', size = { width: 1_280, height: 900 }) {
    const context = await browser.newContext({ viewport: size });
    const page = await context.newPage();
    const errors: string[] = [];
    const urls: string[] = [];
    page.on('pageerror', (error) => errors.push(String(error)));
    page.on('console', (message) => {
      // Chromium itself reports each refused request.
      if (message.type() === 'error' && !/status of 40/.test(message.text())) {
        errors.push(message.text());
      }
    });
    page.on('request', (request) => urls.push(request.url()));
    await page.goto(`${server.opsUrl}admin${hash}`);
    return {
      page,
      errors,
      urls,
      [Symbol.asyncDispose]: () => context.close(),
    };
  }

  async function signIn(page: Page, key: { token: string }): Promise<void> {
    await page.getByLabel('API key').fill(key.token);
    await page.getByRole('button', { name: 'Sign in' }).click();
  }

  const heading = (page: Page, name: string) =>
    page.getByRole('heading', { level: 1, name, exact: true }).waitFor();

  it('refuses a wrong key, and says so', async () => {
    await using window = await open();
    const { page } = window;
    await signIn(page, { token: 'root.wrong' });
    await page.getByText('This key is not valid').waitFor();
    assert.equal(await page.evaluate(() => sessionStorage.length), 0);
    await signIn(page, { token: 'two words' });
    await page.getByText('Enter a key').waitFor();
  });

  it('keeps the key in the tab alone, until the operator signs out', async () => {
    await using window = await open();
    const { page, urls } = window;
    await signIn(page, rootKey);
    await heading(page, 'Servers');
    await page.reload();
    await heading(page, 'Servers');
    assert.deepEqual(await page.evaluate(() => Object.keys(localStorage)), []);
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByLabel('API key').waitFor();
    await page.reload();
    await page.getByLabel('API key').waitFor();
    const secret = rootKey.token.split('.')[1] ?? '';
    assert.deepEqual(
      urls.filter((url) => url.includes(secret)),
      [],
    );
  });

  it('shows the places alone that a key may read', async () => {
    await using window = await open('#/rooms');
    await signIn(window.page, narrow);
    await heading(window.page, 'Bans');
    const places = window.page.getByRole('navigation').getByRole('link');
    assert.deepEqual(await places.allTextContents(), ['Bans']);
  });

  it('has no buttons that write for a key that reads', async () => {
    const { client } = await ProtooClient.join(server.url, 'lounge', 'ada', {
      rtpCapabilities,
    });
    await sendAudio(client);
    await using window = await open();
    const { page } = window;
    await signIn(page, reader);
    await heading(page, 'Servers');
    await page.getByRole('cell', { name: 'ready' }).waitFor();
    assert.equal(await page.getByRole('button', { name: /Drain/ }).count(), 0);
    await page.getByRole('link', { name: 'Rooms' }).click();
    await page.getByRole('link', { name: 'lounge' }).click();
    await page.getByRole('link', { name: 'ada' }).click();
    await page.getByRole('cell', { name: 'mic' }).waitFor();
    assert.equal(
      await page.getByRole('button', { name: /Remove|Mute|Close/ }).count(),
      0,
    );
    await page.getByRole('link', { name: 'Bans' }).click();
    await heading(page, 'Bans');
    assert.equal(await page.getByLabel('User or address').count(), 0);
    await client.close();
    assert.deepEqual(window.errors, []);
  });

  it('mutes and removes a peer after a question, with a ban that can be lifted', async () => {
    const { client } = await ProtooClient.join(server.url, 'garden', 'eve', {
      rtpCapabilities,
    });
    const { producerId } = await sendAudio(client);
    await using window = await open('#/rooms/garden/eve');
    const { page } = window;
    await signIn(page, rootKey);
    await page.getByRole('button', { name: 'Mute…' }).click();
    await page.getByRole('button', { name: 'Mute', exact: true }).click();
    const muted = await client.notified('producerMuted');
    assert.equal(muted['producerId'], producerId);
    await page.getByRole('cell', { name: 'paused' }).waitFor();
    await page.getByRole('link', { name: 'Room garden' }).click();
    const remove = page.getByRole('button', { name: 'Remove…' });
    await remove.click();
    const dialog = page.getByRole('dialog', { name: 'Remove eve?' });
    await dialog.getByRole('button', { name: 'Cancel' }).click();
    await dialog.waitFor({ state: 'detached' });
    assert.equal(server.registry.get('garden').peers.size, 1);
    // The keyboard alone: the focus is where it was.
    await page.keyboard.press('Enter');
    await dialog.getByLabel('Ban').selectOption('3600');
    await dialog.getByRole('button', { name: 'Remove' }).click();
    assert.equal((await client.closed).code, 4000);
    await page.getByText('eve is removed.').waitFor();
    await page.getByRole('link', { name: 'Bans' }).click();
    await page.getByRole('cell', { name: 'garden' }).waitFor();
    await page.getByRole('button', { name: 'Lift…' }).click();
    await page.getByRole('button', { name: 'Lift the ban' }).click();
    await page.getByText('There are no bans.').waitFor();
    await page.getByRole('link', { name: 'Audit log' }).click();
    await page.getByRole('cell', { name: 'lift ban' }).waitFor();
    assert.deepEqual(window.errors, []);
  });

  it('lets in who waits, and closes a room after a question', async () => {
    const { client: host } = await ProtooClient.join(
      server.url,
      'hall',
      'host',
    );
    await host.request('setLobby', { enabled: true });
    await assert.rejects(ProtooClient.join(server.url, 'hall', 'cleo'), {
      errorName: 'IN_LOBBY',
    });
    await using window = await open('#/rooms/hall');
    const { page } = window;
    await signIn(page, rootKey);
    await page.getByRole('cell', { name: 'cleo' }).waitFor();
    await page.getByRole('button', { name: 'Let in' }).click();
    await page.getByText('cleo is let in.').waitFor();
    await page.getByText('No one waits.').waitFor();
    await page.getByRole('button', { name: 'Close the room…' }).click();
    await page
      .getByRole('button', { name: 'Close the room', exact: true })
      .click();
    await host.closed;
    await page.getByText('The room hall is closed.').waitFor();
  });

  it('shows events as they happen, and holds them', async () => {
    await using window = await open('#/events');
    const { page } = window;
    await signIn(page, rootKey);
    await page.getByText('Connected. Events appear').waitFor();
    await ProtooClient.join(server.url, 'live', 'bob');
    await page.getByText('bob joined live over protoo.').waitFor();
    await page.getByRole('button', { name: 'Hold' }).click();
    server.registry.closeDeleted('live');
    await ProtooClient.join(server.url, 'live-2', 'bob');
    assert.equal(await page.getByText('Room live finished').count(), 0);
    await page.getByRole('button', { name: 'Go on' }).click();
    await page.getByText('Room live finished (deleted).').waitFor();
    assert.deepEqual(window.errors, []);
  });

  it('finds rooms by the start of their ids, a page at a time', async () => {
    for (let index = 100; index < 160; index += 1) {
      await ProtooClient.join(server.url, `many-${index}`, 'ada');
    }
    await using window = await open('#/rooms');
    const { page } = window;
    await signIn(page, reader);
    await page.getByLabel('ID begins with').fill('many-');
    await page.getByRole('link', { name: 'many-149' }).waitFor();
    assert.equal(await page.getByRole('link', { name: /^many-/ }).count(), 50);
    await page.getByRole('button', { name: 'Show 50 more' }).click();
    await page.getByRole('link', { name: 'many-159' }).waitFor();
    await page.getByLabel('ID begins with').fill('many-12');
    await page
      .getByRole('link', { name: 'many-159' })
      .waitFor({ state: 'detached' });
    assert.equal(await page.getByRole('link', { name: /^many-/ }).count(), 10);
  });

  it('fits a phone, with charts of figures from before', async () => {
    await using window = await open('#/servers', { width: 390, height: 844 });
    const { page } = window;
    await signIn(page, reader);
    await heading(page, 'Servers');
    await page.locator('.chart canvas').first().waitFor();
    await page
      .getByRole('img', { name: /^CPU.*Busiest media worker: now \d+ %/ })
      .waitFor();
    for (const place of ['Servers', 'Rooms', 'Bans', 'Audit log', 'Events']) {
      await page.getByRole('link', { name: place }).click();
      await heading(page, place);
      const width = await page.evaluate<number>(
        'document.documentElement.scrollWidth',
      );
      assert.equal(width, 390, place);
    }
    assert.deepEqual(window.errors, []);
  });

  it('signs out when the key is refused from then on', async () => {
    const other = await startServer({
      ops: { port: 0 },
      auth: { apiKeys: [narrow.entry] },
    });
    const context = await browser.newContext();
    try {
      const page = await context.newPage();
      await page.goto(`${other.opsUrl}admin`);
      await signIn(page, narrow);
      await heading(page, 'Bans');
      const { opsUrl } = other;
      await page.route(`${opsUrl}api/server/v1/bans*`, (route) =>
        route.continue({ headers: { authorization: 'Bearer narrow.gone' } }),
      );
      await page.reload();
      await page.getByText('This key is not valid').waitFor();
      assert.equal(await page.evaluate(() => sessionStorage.length), 0);
    } finally {
      await context.close();
      await other.close();
    }
  });

  it('drains a server after a question', async () => {
    const other = await startServer({
      ops: { port: 0 },
      auth: { apiKeys: [rootKey.entry] },
    });
    const context = await browser.newContext();
    try {
      await ProtooClient.join(other.url, 'kept', 'ada');
      const page = await context.newPage();
      await page.goto(`${other.opsUrl}admin`);
      await signIn(page, rootKey);
      await page.getByRole('button', { name: 'Drain…' }).click();
      const dialog = page.getByRole('dialog', { name: 'Drain this server?' });
      await dialog.press('Escape');
      await dialog.waitFor({ state: 'detached' });
      await page.getByRole('button', { name: 'Drain…' }).click();
      await page.getByRole('button', { name: 'Drain the server' }).click();
      await page.getByText('The server drains.').waitFor();
      other.registry.close('restart');
      await other.stopped;
    } finally {
      await context.close();
      await other.close();
    }
  });
});
