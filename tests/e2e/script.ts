import assert from 'node:assert/strict';
import path from 'node:path';

import type { Browser, Page } from 'playwright-core';
import { build } from 'vite';

import { PROJECT_ROOT } from '../../lib/core/projectRoot.ts';

/** Bundles a module of this project. */
export async function bundle(code: string): Promise<string> {
  const entry = path.join(PROJECT_ROOT, 'example.js');
  const result = await build({
    configFile: false,
    logLevel: 'error',
    plugins: [
      {
        name: 'example',
        resolveId: (id) => (id === entry ? id : null),
        load: (id) => (id === entry ? code : null),
      },
    ],
    build: {
      write: false,
      target: 'es2022',
      rollupOptions: { input: entry },
    },
  });
  assert.ok('output' in result);
  return result.output[0].code;
}

/** A page that runs a script, with the origin of the server, which it may ask. */
export async function runScript(
  browser: Browser,
  url: string,
  script: string,
): Promise<Page> {
  const context = await browser.newContext({ ignoreHTTPSErrors: true });
  // A response of a route counts as a page of the public internet.
  await context.grantPermissions(['local-network-access']);
  await context.route('**/*', (route) => {
    const request = route.request();
    if (request.resourceType() === 'fetch') {
      return route.continue();
    }
    return request.url().endsWith('.js')
      ? route.fulfill({ contentType: 'text/javascript', body: script })
      : route.fulfill({
          contentType: 'text/html',
          body: '<body><script type="module" src="/example.js"></script></body>',
        });
  });
  const page = await context.newPage();
  await page.goto(url);
  return page;
}
