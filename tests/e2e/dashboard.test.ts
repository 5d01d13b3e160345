import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, request as httpRequest } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, describe, it } from 'node:test';

import type { Browser, BrowserContextOptions } from 'playwright-core';

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
import { DashboardWindow } from './DashboardWindow.ts';

const reader = apiKey(
  'reader',
  'rooms:read',
  'bans:read',
  'audit:read',
  'nodes:read',
  'webhooks:read',
  'events:read',
);

const narrow = apiKey('narrow', 'bans:read');

/** The places of the navigation. */
const PLACES = ['Servers', 'Rooms', 'Bans', 'Audit log', 'Webhooks', 'Events'];

const PHONE = { viewport: { width: 390, height: 844 } };

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

  const open = (hash?: string, options?: BrowserContextOptions) =>
    DashboardWindow.open(browser, server, hash, options);

  it('refuses a wrong key, and says so', async () => {
    await using window = await open();
    const { page } = window;
    await window.signIn({ token: 'root.wrong' });
    await page.getByText('This key is not valid').waitFor();
    assert.equal(await page.evaluate(() => sessionStorage.length), 0);
    await window.signIn({ token: 'two words' });
    await page.getByText('Enter a key').waitFor();
  });

  it('keeps the key in the tab alone, until the operator signs out', async () => {
    await using window = await open();
    const { page, urls } = window;
    await window.signIn(rootKey);
    await window.heading('Servers');
    await page.reload();
    await window.heading('Servers');
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
    await window.signIn(narrow);
    await window.heading('Bans');
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
    await window.signIn(reader);
    await window.heading('Servers');
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
    await window.heading('Bans');
    assert.equal(await page.getByLabel('User or address').count(), 0);
    await client.close();
    assert.deepEqual(window.errors, []);
  });

  it('shows events as they happen, and holds them', async () => {
    await ProtooClient.join(server.url, 'live', 'bob');
    await using window = await open('#/events');
    const { page } = window;
    await window.signIn(rootKey);
    await page.getByText('Connected. The latest').waitFor();
    await page.getByText('Room live started.').waitFor();
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
    await window.signIn(reader);
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
    await using window = await open('#/servers', PHONE);
    const { page } = window;
    await window.signIn(reader);
    await window.heading('Servers');
    await page.locator('.chart canvas').first().waitFor();
    await page
      .getByRole('img', { name: /^CPU.*Busiest media worker: now \d+ %/ })
      .waitFor();
    for (const place of PLACES) {
      await page.getByRole('link', { name: place }).click();
      await window.heading(place);
      const width = await page.evaluate<number>(
        'document.documentElement.scrollWidth',
      );
      assert.equal(width, 390, place);
    }
    assert.deepEqual(window.errors, []);
  });

  it('works by the keyboard alone', async () => {
    const { client } = await ProtooClient.join(server.url, 'attic', 'kim', {
      rtpCapabilities,
    });
    const { producerId } = await sendAudio(client);
    await using window = await open();
    const { page } = window;
    const reach = async (name: string, key = 'Tab') => {
      const seen: string[] = [];
      while (seen.at(-1) !== name) {
        assert.ok(seen.length < 40, `${name} is not among ${seen.join(', ')}`);
        await page.keyboard.press(key);
        seen.push(
          await page.evaluate<string>('document.activeElement.textContent'),
        );
      }
    };
    await page.getByRole('button', { name: 'Sign in' }).waitFor();
    // The field of the key has the focus.
    await page.keyboard.type(rootKey.token);
    await page.keyboard.press('Enter');
    await window.heading('Servers');
    await reach('Rooms', 'Shift+Tab');
    await page.keyboard.press('Enter');
    await page.getByRole('link', { name: 'attic' }).waitFor();
    await reach('attic');
    await page.keyboard.press('Enter');
    await page.getByRole('link', { name: 'kim' }).waitFor();
    await reach('kim');
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: 'Mute…' }).waitFor();
    await reach('Mute…');
    await page.keyboard.press('Enter');
    await page.getByRole('dialog', { name: 'Mute mic of kim?' }).waitFor();
    await reach('Mute');
    await page.keyboard.press('Enter');
    assert.equal(
      (await client.notified('producerMuted'))['producerId'],
      producerId,
    );
    await page.getByText('mic of kim is muted.').waitFor();
    assert.equal(
      await page.evaluate('document.activeElement.textContent'),
      'Mute…',
    );
    await client.close();
  });

  it('works below another path, where a proxy serves it', async () => {
    const { port } = new URL(server.opsUrl ?? '');
    const proxy = createServer((request, response) => {
      const path = request.url?.replace(/^\/desk\//, '/');
      const { method, headers } = request;
      const forwarded = httpRequest(
        { host: '127.0.0.1', port, path, method, headers },
        (reply) => {
          response.writeHead(reply.statusCode ?? 502, reply.headers);
          reply.pipe(response);
        },
      );
      forwarded.on('error', () => response.destroy());
      response.on('close', () => forwarded.destroy());
      request.pipe(forwarded);
    }).listen(0, '127.0.0.1');
    await once(proxy, 'listening');
    const { port: ownPort } = proxy.address() as AddressInfo;
    const opsUrl = `http://127.0.0.1:${ownPort}/desk/`;
    try {
      await using window = await DashboardWindow.open(browser, { opsUrl });
      await window.signIn(rootKey);
      await window.heading('Servers');
      await window.page.getByRole('cell', { name: 'ready' }).waitFor();
      await window.page.getByRole('link', { name: 'Events' }).click();
      await window.page.getByText('Connected. The latest').waitFor();
      assert.deepEqual(
        window.urls.filter((url) => !url.startsWith(opsUrl)),
        [],
      );
      assert.deepEqual(window.errors, []);
    } finally {
      proxy.closeAllConnections();
      proxy.close();
    }
  });

  it('signs out when the key is refused from then on', async () => {
    await using window = await open('#/bans');
    const { page } = window;
    await window.signIn(narrow);
    await window.heading('Bans');
    await page.route('**/api/server/v1/bans*', (route) =>
      route.continue({ headers: { authorization: 'Bearer narrow.gone' } }),
    );
    await page.reload();
    await page.getByText('This key is not valid').waitFor();
    assert.equal(await page.evaluate(() => sessionStorage.length), 0);
  });
});
