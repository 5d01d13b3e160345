import { readFileSync } from 'node:fs';

import { defaultClientConditions, defineConfig } from 'vite';
import type { Plugin } from 'vite';

const folder = new URL('.', import.meta.url);

/** Fills in the parts that both pages share: `<!-- part: NAME -->`. */
const parts: Plugin = {
  name: 'parts',
  transformIndexHtml: {
    order: 'pre',
    handler: (html) =>
      html.replaceAll(/<!-- part: (\w+) -->/g, (_all, name: string) =>
        readFileSync(new URL(`parts/${name}.html`, folder), 'utf8'),
      ),
  },
};

export default defineConfig({
  plugins: [parts],
  // Packages of this repository are built from their sources.
  resolve: { conditions: ['@atrium/source', ...defaultClientConditions] },
  // A reverse proxy may serve the page under any path.
  base: './',
  build: {
    target: 'es2022',
    // The page is served with a Content-Security-Policy that knows no inline
    // code and no data: scripts, so everything stays a file of its own.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    // mediasoup-client carries a handler for every browser family, which alone
    // is past the default warning at 500 kB.
    chunkSizeWarningLimit: 700,
    rollupOptions: {
      input: ['index.html', 'call.html'].map((name) =>
        decodeURIComponent(new URL(name, folder).pathname),
      ),
    },
  },
});
