import assert from 'node:assert/strict';
import path from 'node:path';

import type { Browser, Page } from 'playwright-core';
import { build } from 'vite';

import { PROJECT_ROOT } from '../../lib/core/projectRoot.ts';

/** The path of the first script. */
const FIRST = 'example.js';

/** Scripts by their paths: the first, and those that it loads. */
export type Scripts = ReadonlyMap<string, string>;

/**
 * Bundles a module of this project, in JavaScript or as the name of the file says.
 * For React it is a bundle for developers, with all checks.
 */
export async function bundle(code: string, name = FIRST): Promise<Scripts> {
  const entry = path.join(PROJECT_ROOT, name);
  const isReact = name.endsWith('x');
  const result = await build({
    configFile: false,
    logLevel: 'error',
    mode: isReact ? 'development' : 'production',
    define: isReact ? { 'process.env.NODE_ENV': '"development"' } : {},
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
      modulePreload: false,
      rolldownOptions: { input: entry, output: { entryFileNames: FIRST } },
    },
  });
  assert.ok('output' in result);
  return new Map(
    // Scripts of workers are assets.
    result.output
      .filter(({ fileName }) => fileName.endsWith('.js'))
      .map((file) => [
        file.fileName,
        file.type === 'chunk' ? file.code : String(file.source),
      ]),
  );
}

/** A page that runs scripts, with the origin of the server, which it may ask. */
export async function runScript(
  browser: Browser,
  url: string,
  scripts: Scripts,
): Promise<Page> {
  const context = await browser.newContext({ ignoreHTTPSErrors: true });
  // A response of a route counts as a page of the public internet.
  await context.grantPermissions(['local-network-access']);
  await context.route('**/*', (route) => {
    const request = route.request();
    if (request.resourceType() === 'fetch') {
      return route.continue();
    }
    const script = scripts.get(new URL(request.url()).pathname.slice(1));
    return script === undefined
      ? route.fulfill({
          contentType: 'text/html',
          body: `<body><div id="root"></div><script type="module" src="/${FIRST}"></script></body>`,
        })
      : route.fulfill({ contentType: 'text/javascript', body: script });
  });
  const page = await context.newPage();
  await page.goto(url);
  return page;
}
