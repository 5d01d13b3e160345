import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, afterEach, before, beforeEach, describe, it } from 'node:test';

import type { Browser, Locator } from 'playwright-core';

import { newKey } from '../../sdk/src/core/e2ee/key.ts';
import type { Server } from '../../lib/Server.ts';
import { startServer } from '../../tools/fixtures/server.ts';
import {
  launchBrowser,
  noBrowser,
  SPARSE,
} from '../../tools/fixtures/browser/launch.ts';
import { Visitor } from '../../tools/fixtures/browser/Visitor.ts';
import { openChats } from './chatting.ts';

/** Bytes that no encoding leaves as they are by chance. */
function contentOf(size: number): Buffer {
  return Buffer.from(Uint8Array.from({ length: size }, (_, at) => at % 253));
}

function offers(
  { page }: Visitor,
  name: string,
  buffer: Buffer,
): Promise<void> {
  return page
    .locator('#chat-file')
    .setInputFiles({ name, mimeType: 'text/html', buffer });
}

function fileOf({ page }: Visitor, name: string): Locator {
  return page.locator('.chat-file').filter({ hasText: name });
}

async function saves(visitor: Visitor, name: string): Promise<Buffer> {
  const [download] = await Promise.all([
    visitor.page.waitForEvent('download'),
    fileOf(visitor, name).getByRole('button').click(),
  ]);
  assert.equal(download.suggestedFilename(), name);
  return readFile(await download.path());
}

describe('files in a chat', { skip: noBrowser }, () => {
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
    it(`go to those who ask for them${kind}`, async () => {
      await using ada = await join('Ada', options);
      await using grace = await join('Grace', options);
      await openChats(ada, grace);
      const content = contentOf(10_000_000);
      await offers(ada, 'plan.html', content);
      await fileOf(grace, 'plan.html').waitFor();
      const { data } = await server.pool.traffic.sample();
      assert.ok(data.out.bytes < 10_000, 'nothing is sent unasked');
      assert.ok(content.equals(await saves(grace, 'plan.html')));
      await fileOf(grace, 'plan.html').getByText('Saved').waitFor();
      await fileOf(ada, 'plan.html')
        .getByRole('button')
        .waitFor({ state: 'hidden' });

      await using mary = await join('Mary', options);
      await openChats(ada, grace, mary);
      await fileOf(mary, 'plan.html').waitFor();
      assert.ok(content.equals(await saves(mary, 'plan.html')));
    });
  }

  it('are refused if they are too large, and gone with their owner', async () => {
    await using ada = await join('Ada');
    await using grace = await join('Grace');
    await openChats(ada, grace);
    await offers(ada, 'film.mp4', contentOf(10_000_001));
    await ada.page.getByText('film.mp4 is larger than 10 MB.').waitFor();
    await offers(ada, 'note.txt', contentOf(10));
    await fileOf(grace, 'note.txt').waitFor();
    await ada.button('Leave').click();
    await grace.tile('Ada').waitFor({ state: 'detached' });
    const file = fileOf(grace, 'note.txt');
    await file.getByRole('button').click();
    await file.getByText('It is no longer available.').waitFor();
  });

  it('can be cancelled while they come', async () => {
    await using ada = await join('Ada');
    await using grace = await join('Grace', {
      // The first receipt for a part of the file is held back, so it stays under way.
      initScript: `
        const send = WebSocket.prototype.send;
        WebSocket.prototype.send = function (frame) {
          if (!/"have":[1-9]/.test(frame)) send.call(this, frame);
        };`,
    });
    await openChats(ada, grace);
    await offers(ada, 'plan.pdf', contentOf(1_000_000));
    const file = fileOf(grace, 'plan.pdf');
    await file.getByRole('button', { name: 'Download' }).click();
    await fileOf(ada, 'plan.pdf').getByText('Sending to Grace').waitFor();
    await file.getByRole('button', { name: 'Cancel' }).click();
    await file.getByRole('button', { name: 'Download' }).waitFor();
    await fileOf(ada, 'plan.pdf')
      .getByText('Sending to Grace')
      .waitFor({ state: 'hidden' });
  });
});
