import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';

import type { Browser, Page } from 'playwright-core';

import { PROJECT_ROOT } from '../../lib/core/projectRoot.ts';
import type { Server } from '../../lib/Server.ts';
import { startServer } from '../../tools/fixtures/server.ts';
import {
  launchBrowser,
  noBrowser,
} from '../../tools/fixtures/browser/launch.ts';
import { bundle, runScript } from './script.ts';
import { Wire } from './Wire.ts';

describe('the documented client', { skip: noBrowser }, () => {
  let server: Server;
  let browser: Browser;
  let wire: Wire;

  before(async () => {
    [server, browser] = await Promise.all([startServer(), launchBrowser()]);
    wire = await Wire.to(server.url);
  });

  after(async () => {
    await browser?.close();
    await wire?.close();
    await server?.close();
  });

  it('sees and hears all members, and reconnects after a loss', async () => {
    const script = await bundle(codeBlock('docs/client.md', 'js'));
    const ada = await runScript(browser, wire.url, script);
    const grace = await runScript(browser, server.url, script);
    await meets(ada);
    const first = await meets(grace);

    await wire.cut();
    await wire.mend();
    await meets(grace, first);
    await meets(ada);
    await Promise.all([ada.context().close(), grace.context().close()]);
  });
});

/** The first code block in a language. */
function codeBlock(file: string, language: string): string {
  const page = readFileSync(path.join(PROJECT_ROOT, file), 'utf8');
  const code = page.split(`\n\`\`\`${language}\n`)[1]?.split('\n```')[0];
  assert.ok(code, `${file} has no ${language}`);
  return code;
}

/**
 * Waits until the page plays the media of exactly one other member.
 *
 * @param but - The ids of earlier media, which must be gone.
 * @returns The ids of the media that plays.
 */
async function meets(page: Page, but: string[] = []): Promise<string[]> {
  const playing = await page.waitForFunction(
    `(() => {
      const media = [...document.querySelectorAll('audio, video')];
      const kinds = media.map((it) => it.tagName).toSorted().join();
      const ids = media.map((it) => it.id);
      return kinds === 'AUDIO,VIDEO' &&
        media.every((it) => it.currentTime > 0.5) &&
        !ids.some((id) => ${JSON.stringify(but)}.includes(id)) && ids;
    })()`,
  );
  return (await playing.jsonValue()) as string[];
}
