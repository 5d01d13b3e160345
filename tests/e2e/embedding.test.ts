import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { Server as HttpServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, test } from 'node:test';

import type { Browser, Page } from 'playwright-core';

import type { Server } from '../../lib/Server.ts';
import { startServer } from '../../tools/fixtures/server.ts';
import {
  launchBrowser,
  noBrowser,
} from '../../tools/fixtures/browser/launch.ts';

/** The permissions that a frame has to delegate, as documented. */
const ALLOW =
  'camera; microphone; display-capture; autoplay; clipboard-write; fullscreen; screen-wake-lock; web-share';

/** The warning of browsers on systems where pages can share nothing. */
const UNKNOWN = "Unrecognized feature: 'web-share'.";

test('the page in a frame', { skip: noBrowser }, async (t) => {
  let browser: Browser;
  let around: HttpServer;
  let origin: string;
  let server: Server;

  before(async () => {
    browser = await launchBrowser();
    around = createServer((request, response) => {
      const src = new URL(request.url ?? '', origin).searchParams.get('src');
      response.setHeader('Content-Type', 'text/html');
      response.end(`<iframe src="${src}" allow="${ALLOW}"></iframe>`);
    });
    around.listen(0, '127.0.0.1');
    await once(around, 'listening');
    const { port } = around.address() as AddressInfo;
    // A site of its own, and as local as the server's.
    origin = `http://localhost:${port}`;
  });

  after(async () => {
    await browser.close();
    around.close();
    await server.close();
  });

  /** A page of another origin that frames this server's, and its complaints. */
  async function frame(
    embedders: string[],
  ): Promise<{ page: Page; complaints: string[] }> {
    await server?.close();
    server = await startServer({ access: { embedders } });
    const page = await browser.newPage({ ignoreHTTPSErrors: true });
    const complaints: string[] = [];
    page.on('console', (message) => {
      if (
        ['warning', 'error'].includes(message.type()) &&
        message.text() !== UNKNOWN
      ) {
        complaints.push(message.text());
      }
    });
    await page.goto(`${origin}/?src=${encodeURIComponent(server.url)}`);
    return { page, complaints };
  }

  await t.test('works in a page of a listed origin', async () => {
    const { page, complaints } = await frame([origin]);
    const inside = page.frameLocator('iframe');
    await inside.locator('#room-input').fill('framed');
    await inside.locator('#name-input').fill('Ada');
    await inside.locator('#with-mic').check({ force: true });
    await inside.locator('#with-camera').check({ force: true });
    await inside.locator('#join-button').click();
    for (const tool of ['#mic-button', '#camera-button']) {
      await inside.locator(`${tool}[data-state='on']`).waitFor();
    }
    assert.equal(server.registry.get('framed').peers.size, 1);
    assert.deepEqual(complaints, []);
    await page.close();
  });

  await t.test('is blocked for any other origin', async () => {
    const { page, complaints } = await frame(['https://app.example']);
    assert.equal(await page.frameLocator('iframe').locator('main').count(), 0);
    assert.match(complaints.join(), /frame-ancestors https:\/\/app\.example/);
    await page.close();
  });
});
