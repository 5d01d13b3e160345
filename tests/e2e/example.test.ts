import { execFileSync, spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';

import type { Browser, Page } from 'playwright-core';

import { PROJECT_ROOT } from '../../lib/core/projectRoot.ts';
import type { Server } from '../../lib/Server.ts';
import {
  launchBrowser,
  noBrowser,
} from '../../tools/fixtures/browser/launch.ts';
import { startServer } from '../../tools/fixtures/server.ts';
import { freePort } from '../support/freePort.ts';
import { until } from '../support/until.ts';

/** Fills in the form at the entrance, and sends it. */
async function enter(
  page: Page,
  fields: Record<string, string>,
  button: string,
): Promise<void> {
  for (const [label, text] of Object.entries(fields)) {
    await page.getByLabel(label).fill(text);
  }
  await page.getByRole('button', { name: button }).click();
}

describe('the example of the SDK', { skip: noBrowser }, () => {
  let server: Server;
  let browser: Browser;
  let example: ChildProcess;
  let url: string;

  before(async () => {
    execFileSync('sh', [path.join(PROJECT_ROOT, 'scripts/build-example')]);
    const port = await freePort();
    url = `http://localhost:${port}/`;
    [server, browser] = await Promise.all([startServer(), launchBrowser()]);
    example = spawn(
      path.join(PROJECT_ROOT, 'node_modules/.bin/vite'),
      ['preview', 'sdk/example'],
      {
        cwd: PROJECT_ROOT,
        env: {
          ...process.env,
          PORT: String(port),
          SERVER_URL: server.url.replace(/\/$/, ''),
        },
        stdio: 'ignore',
      },
    );
    await until('the example listens', () =>
      fetch(url).then(
        ({ ok }) => ok,
        () => false,
      ),
    );
  });

  after(async () => {
    await browser?.close();
    if (example?.exitCode === null) {
      const gone = once(example, 'exit');
      example.kill();
      await gone;
    }
    await server?.close();
  });

  it('creates a session, and lets others in by its link and password', async () => {
    const ada = await (await browser.newContext()).newPage();
    await ada.goto(url);
    await enter(
      ada,
      { 'Your name': 'Ada', Title: 'Stand-up', Password: 'sesame' },
      'Create and join',
    );
    await ada.getByRole('heading', { name: 'Stand-up' }).waitFor();
    const bob = await (await browser.newContext()).newPage();
    await bob.goto(ada.url());
    await enter(bob, { 'Your name': 'Bob', Password: 'open' }, 'Join');
    await bob
      .getByRole('alert')
      .getByText(/password/i)
      .waitFor();
    await enter(bob, { Password: 'sesame' }, 'Join');
    for (const [page, other] of [
      [ada, 'Bob'],
      [bob, 'Ada'],
    ] as const) {
      await page
        .getByRole('listitem', { name: `${other}, microphone on, camera on` })
        .waitFor();
      await page.waitForFunction(
        "[...document.querySelectorAll('video')].filter((it) => it.currentTime > 0.3).length === 2",
      );
    }
    await bob.getByRole('button', { name: 'Leave' }).click();
    await bob.getByRole('heading', { name: 'Join the meeting' }).waitFor();
    await ada.getByRole('listitem', { name: /^Bob/ }).waitFor({
      state: 'detached',
    });
  });
});
